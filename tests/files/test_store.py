import errno
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from partnerships.core.errors import NotFound, StorageFailed
from partnerships.files.store import KEY, LocalStore, Provisional


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    return LocalStore(tmp_path / "media")


def put(store: LocalStore | Provisional, content: bytes = b"photo") -> str:
    with store.quarantine() as room:
        (room / "sent").write_bytes(content)
        return store.put(room / "sent")


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_what_is_put_can_be_opened_again(store: LocalStore) -> None:
    key = put(store, b"photo")

    with store.open(key) as file:
        assert file.read() == b"photo"
    assert store.size(key) == 5
    assert store.exists(key)
    assert list(store.keys()) == [key]


def test_a_key_is_made_by_the_server_and_spread_over_two_levels_of_folders(store: LocalStore) -> None:
    first, second = put(store), put(store)

    assert first != second
    assert KEY.fullmatch(first)
    assert (store.folder / first[:2] / first[2:4] / first).is_file()


def test_a_deleted_file_is_gone(store: LocalStore) -> None:
    key = put(store)

    store.delete(key)
    store.delete(key)

    assert not store.exists(key)
    with pytest.raises(NotFound):
        store.open(key)
    with pytest.raises(NotFound):
        store.size(key)


@pytest.mark.parametrize("key", ["../../etc/passwd", "", "A" * 32, "a" * 31, "a" * 32 + "\n", "quarantine"])
def test_a_key_that_is_none_leads_nowhere(store: LocalStore, key: str) -> None:
    put(store)

    store.delete(key)

    assert not store.exists(key)
    with pytest.raises(NotFound):
        store.open(key)
    assert len(list(store.keys())) == 1


def test_what_is_left_in_the_quarantine_is_thrown_away(store: LocalStore) -> None:
    def fail() -> None:
        with store.quarantine() as room:
            (room / "sent").write_bytes(b"virus")
            raise ValueError("not a photo")

    with pytest.raises(ValueError, match="not a photo"):
        fail()

    assert files_in(store.folder) == []
    assert list((store.folder / "quarantine").iterdir()) == []


@pytest.mark.parametrize(
    ("number", "sentence"),
    [(errno.ENOSPC, "no room left"), (errno.EACCES, "could not be kept"), (errno.EIO, "could not")],
)
def test_a_disk_that_refuses_leaves_nothing_behind(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch, number: int, sentence: str
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "replace", refuse)

    with pytest.raises(StorageFailed, match=sentence):
        put(store)
    assert files_in(store.folder) == []


def test_a_file_that_is_not_safe_on_the_disk_is_not_kept(store: LocalStore, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []

    def fail_at_the_folder(descriptor: int) -> None:
        synced.append(descriptor)
        if len(synced) == 2:
            raise OSError(errno.EIO, "gone")

    monkeypatch.setattr(os, "fsync", fail_at_the_folder)

    with pytest.raises(StorageFailed):
        put(store)
    assert files_in(store.folder) == []


def test_a_folder_that_cannot_be_made_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "media").write_text("a file stands where the folder should be")

    with pytest.raises(StorageFailed), LocalStore(tmp_path / "media").quarantine():
        pass


def test_a_trial_that_ends_well_keeps_its_files(store: LocalStore) -> None:
    with Provisional(store) as trial:
        key = put(trial)
        with trial.open(key) as file:
            assert file.read() == b"photo"
        assert trial.exists(key)
        assert trial.size(key) == 5

    assert store.exists(key)


def test_a_trial_that_fails_takes_its_files_with_it(store: LocalStore) -> None:
    kept = put(store)

    def fail() -> None:
        with Provisional(store) as trial:
            put(trial)
            put(trial)
            raise RuntimeError("the row was not written")

    with pytest.raises(RuntimeError):
        fail()

    assert list(store.keys()) == [kept]


def test_a_trial_can_let_go_of_a_file_itself(store: LocalStore) -> None:
    with Provisional(store) as trial:
        trial.delete(put(trial))

    assert list(store.keys()) == []


def test_what_a_killed_process_left_is_discarded_when_it_is_old(store: LocalStore) -> None:
    waiting = store.folder / "quarantine"
    for name, year in (("old", 2025), ("new", 2026)):
        (waiting / name).mkdir(parents=True)
        (waiting / name / "sent").write_bytes(b"half")
        os.utime(waiting / name, (datetime(year, 6, 1, tzinfo=UTC).timestamp(),) * 2)

    discarded = store.discard_stale(before=datetime(2026, 1, 1, tzinfo=UTC))

    assert discarded == 1
    assert [path.name for path in waiting.iterdir()] == ["new"]
