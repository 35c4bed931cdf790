"""What a stranger's file may cost: walls that a child process puts around itself before it touches one."""

import resource
import sys

MEMORY_BYTES = 1 << 30
CPU_SECONDS = 10
WRITTEN_BYTES = 64 << 20
OPEN_FILES = 64

MEGAPIXELS = {".jpg": 40, ".png": 40, ".webp": 24, ".heic": 50}
SIDE_PIXELS = 12_000
FRAMES = 300
"""Limits of a picture as its header tells them, looked at before anything is decoded.

A WebP is decoded as a whole in several copies (625 MiB and 3 s for 40 megapixels), a JPEG at a fraction of its size.
"""


def confine_this_process(cpu_seconds: int = CPU_SECONDS) -> None:
    """Limit memory, processor time, written and open files of this process, with no way back."""
    walls = [
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_FSIZE, WRITTEN_BYTES),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ]
    if sys.platform != "darwin":  # macOS refuses to set it; there the limits of pixels have to do
        walls.append((resource.RLIMIT_AS, MEMORY_BYTES))
    for wall, height in walls:
        already = resource.getrlimit(wall)[1]
        most = height if already == resource.RLIM_INFINITY else min(height, already)
        resource.setrlimit(wall, (most, most))
