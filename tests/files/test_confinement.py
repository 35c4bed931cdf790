import subprocess
import sys

CONFINED = "from partnerships.files.confinement import confine_this_process as confine; confine(); "


def run_confined(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", CONFINED + code], capture_output=True, text=True, check=False)


def test_a_confined_process_gets_no_more_than_its_memory() -> None:
    is_limited = sys.platform != "darwin"  # macOS refuses such a limit; there the limits of pixels have to do

    assert ("MemoryError" in run_confined("bytearray(2 << 30)").stderr) is is_limited


def test_a_confined_process_writes_no_more_than_its_share() -> None:
    code = "import tempfile; f = tempfile.TemporaryFile(); f.truncate(65 << 20)"

    assert "File too large" in run_confined(code).stderr


def test_a_confined_process_cannot_free_itself() -> None:
    code = "import resource; print(*resource.getrlimit(resource.RLIMIT_CPU))"

    assert run_confined(code).stdout.split() == ["10", "10"]


def test_walls_that_stand_already_stay_as_low_as_they_are() -> None:
    first = "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32)); "
    code = first + CONFINED + "print(*resource.getrlimit(resource.RLIMIT_NOFILE))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert told.stdout.split() == ["32", "32"]
