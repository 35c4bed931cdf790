"""Keep files in a private bucket of an S3-compatible store: people get them through our own guarded route only.

Credentials come from where boto3 looks for them (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, files, a role).
"""

import io
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO
from uuid import uuid4

import boto3
from boto3.exceptions import S3UploadFailedError
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from urllib3.exceptions import HTTPError

from partnerships.core.errors import NotFound, StorageFailed
from partnerships.core.words import N_

from .store import KEY, NO_DISK, LocalStore

MISSING = {"404", "NoSuchKey", "NotFound"}
NOT_KEPT = N_("The file could not be kept just now. Nothing was saved.")
NO_ANSWER = N_("The store of files does not answer just now. Please try again in a minute.")
FULL = {"507", "InsufficientStorage", "QuotaExceeded", "XMinioStorageFull", "EntityTooLarge"}
PART_BYTES = 8 << 20  # a file is sent in parts of so many bytes, two at a time: as much memory for any size
READ_BYTES = 1 << 18
CONNECT_SECONDS, ANSWER_SECONDS, TRIES = 5, 20, 3


@dataclass(frozen=True)
class S3Store:
    """Files in a bucket, under the same keys as in a folder. The quarantine is a folder of this machine."""

    client: Any
    bucket: str
    rooms: LocalStore

    is_remote = True

    def quarantine(self) -> AbstractContextManager[Path]:
        return self.rooms.quarantine()

    def put(self, finished: Path, key: str | None = None) -> str:
        key = key or uuid4().hex
        parts = TransferConfig(multipart_threshold=PART_BYTES, multipart_chunksize=PART_BYTES, max_concurrency=2)
        with _asking(NOT_KEPT):
            self.client.upload_file(str(finished), self.bucket, key, Config=parts)
            if self.client.head_object(Bucket=self.bucket, Key=key)["ContentLength"] != finished.stat().st_size:
                raise StorageFailed(NOT_KEPT)
        finished.unlink()
        return key

    def open(self, key: str) -> BinaryIO:
        return io.BufferedReader(_Remote(self, key, self.size(key)), READ_BYTES)

    def size(self, key: str) -> int:
        with _asking():
            return int(self.client.head_object(Bucket=self.bucket, Key=_checked(key))["ContentLength"])

    def exists(self, key: str) -> bool:
        try:
            self.size(key)
        except NotFound:
            return False
        return True

    def delete(self, key: str) -> None:
        if KEY.fullmatch(key):
            with _asking():
                self.client.delete_object(Bucket=self.bucket, Key=key)

    def keys(self) -> Iterator[str]:
        """Return every key there is, in no order: for comparing with the rows that speak of them."""
        with _asking():
            for page in self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket):
                yield from (entry["Key"] for entry in page.get("Contents", ()) if KEY.fullmatch(entry["Key"]))

    def old_keys(self, beginning: str, before: datetime) -> Iterator[str]:
        """Return the keys with this `beginning`, two hex digits, under which files were put `before` that moment."""
        with _asking():
            pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=beginning)
            for entry in (entry for page in pages for entry in page.get("Contents", ())):
                if KEY.fullmatch(entry["Key"]) and entry["LastModified"] < before:
                    yield entry["Key"]

    def discard_stale(self, before: datetime) -> int:
        """Give up what killed processes left half-sent `before` that moment; return how much it was."""
        left = 0
        with _asking():
            for page in self.client.get_paginator("list_multipart_uploads").paginate(Bucket=self.bucket):
                for upload in page.get("Uploads", ()):
                    if upload["Initiated"] < before:
                        half = {"Key": upload["Key"], "UploadId": upload["UploadId"]}
                        self.client.abort_multipart_upload(Bucket=self.bucket, **half)
                        left += 1
        return left + self.rooms.discard_stale(before)

    def knock(self) -> None:
        """Ask for the bucket, or raise `StorageFailed`, or `NotFound` when there is none of that name."""
        with _asking():
            self.client.head_bucket(Bucket=self.bucket)


class _Remote(io.RawIOBase):
    """A file in the bucket, read from wherever its reader is; a line that breaks is taken up once."""

    def __init__(self, store: S3Store, key: str, size: int) -> None:
        """Open nothing yet."""
        self._store, self._key, self._size = store, key, size
        self._at = 0
        self._body: Any = None

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        if start + offset != self._at:
            self._let_go()
            self._at = start + offset
        return self._at

    def readinto(self, buffer: Any) -> int:
        if self._at >= self._size or not len(buffer):
            return 0
        try:
            data = self._read(len(buffer))
        except StorageFailed:
            self._let_go()
            data = self._read(len(buffer))
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)

    def close(self) -> None:
        self._let_go()
        super().close()

    def _read(self, most: int) -> bytes:
        with _asking():
            if self._body is None:
                rest = f"bytes={self._at}-"
                asked = self._store.client.get_object(Bucket=self._store.bucket, Key=self._key, Range=rest)
                self._body = asked["Body"]
            return bytes(self._body.read(most))

    def _let_go(self) -> None:
        if self._body is not None:
            self._body.close()
            self._body = None


def open_bucket(bucket: str, rooms: LocalStore, *, endpoint: str | None = None, region: str | None = None) -> S3Store:
    """Return the store of `bucket`; nobody is asked yet. Without `endpoint` it is Amazon's."""
    config = Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=ANSWER_SECONDS,
        retries={"max_attempts": TRIES, "mode": "standard"},
        s3={"addressing_style": "path" if endpoint else "auto"},
        # Checksums at the end of a body are news that many other stores do not understand.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    client = boto3.client("s3", endpoint_url=endpoint, region_name=region or "us-east-1", config=config)
    return S3Store(client, bucket, rooms)


def _checked(key: str) -> str:
    if not KEY.fullmatch(key):
        raise NotFound(N_("There is no such file."))
    return key


@contextmanager
def _asking(otherwise: str = NO_ANSWER) -> Iterator[None]:
    """Turn what the store or the line to it complains about into our own errors; `otherwise` says what it means."""
    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        if code in MISSING:
            raise NotFound(N_("There is no such file.")) from error
        raise StorageFailed(NO_DISK if code in FULL else otherwise) from error
    except S3UploadFailedError as error:  # tells the code in its text only
        is_full = any(f"({code})" in str(error) for code in FULL)
        raise StorageFailed(NO_DISK if is_full else otherwise) from error
    except (BotoCoreError, HTTPError, OSError) as error:
        raise StorageFailed(otherwise) from error
