"""A real S3 store for tests: SeaweedFS in a folder of its own, on 127.0.0.1, with keys of its own."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from tests.services.needed import missing
from tests.services.ports import free_port

ACCESS, SECRET = "AKIATESTS0000000ONLY", "a secret for tests only"
START_SECONDS = 60
PORTS = ("master", "master.port.grpc", "volume", "volume.port.grpc", "filer", "filer.port.grpc", "s3", "s3.port.grpc")


@dataclass(frozen=True)
class Seaweed:
    """A running store."""

    endpoint: str

    def make_bucket(self, name: str) -> str:
        """Make a bucket and return the address of our store in it."""
        self.client().create_bucket(Bucket=name)
        return f"s3://{name}?endpoint={self.endpoint}"

    def client(self) -> Any:
        """Return boto3's own way in, with the right keys."""
        keys = {"aws_access_key_id": ACCESS, "aws_secret_access_key": SECRET}
        once = Config(retries={"max_attempts": 1}, connect_timeout=1, read_timeout=5)
        return boto3.client("s3", endpoint_url=self.endpoint, region_name="us-east-1", config=once, **keys)


def find_weed() -> Path:
    """Return the program that the wheel brings along, or skip with the reason."""
    beside = Path(sys.executable).with_name("weed")
    found = beside if beside.is_file() else shutil.which("weed")
    return Path(found) if found else missing("SeaweedFS is not there: install requirements/dev.txt", "REQUIRE_S3")


@contextmanager
def running_seaweed() -> Iterator[Seaweed]:
    """Run a store until the block is left; nothing of it stays."""
    program = find_weed()
    with tempfile.TemporaryDirectory(prefix="weed") as name:
        folder = Path(name)
        allowed = {"name": "tests", "credentials": [{"accessKey": ACCESS, "secretKey": SECRET}], "actions": ["Admin"]}
        (folder / "s3.json").write_text(json.dumps({"identities": [allowed]}))
        ports = {which if "." in which else f"{which}.port": free_port() for which in PORTS}
        command = [
            str(program),
            "-logtostderr=true",
            "server",
            f"-dir={folder}",
            "-ip=127.0.0.1",
            "-ip.bind=127.0.0.1",
            "-master.telemetry=false",
            "-master.volumeSizeLimitMB=64",
            "-volume.max=200",
            "-s3",
            "-s3.port.iceberg=0",  # they would have fixed ports, which two runs at once fight over
            "-s3.port.lance=0",
            f"-s3.config={folder / 's3.json'}",
            *(f"-{which}={port}" for which, port in ports.items()),
        ]
        with (folder / "log").open("wb") as log:
            kept = {key: os.environ[key] for key in ("PATH",) if key in os.environ}
            process = subprocess.Popen(command, env=kept | {"HOME": name}, cwd=folder, stdout=log, stderr=log)
        try:
            seaweed = Seaweed(f"http://127.0.0.1:{ports['s3.port']}")
            _wait_for(seaweed, process, folder / "log")
            yield seaweed
        finally:
            process.kill()  # asked to end, it takes ten seconds; nothing of it is needed
            process.wait()


def _wait_for(seaweed: Seaweed, process: "subprocess.Popen[bytes]", log: Path) -> None:
    """Wait until a bucket can be made and an object kept in it: volumes come later than the door."""
    deadline = time.monotonic() + START_SECONDS
    client = seaweed.client()
    while True:
        try:
            with suppress(client.exceptions.BucketAlreadyOwnedByYou, client.exceptions.BucketAlreadyExists):
                client.create_bucket(Bucket="first")
            client.put_object(Bucket="first", Key="first", Body=b"first")
            return
        except (ClientError, BotoCoreError) as error:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"SeaweedFS does not start:\n{log.read_text()[-4000:]}") from error
            time.sleep(0.2)
