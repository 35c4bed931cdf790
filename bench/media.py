"""How well edited pictures are found again, and how long looking at a photo, a video and a library takes.

The photos come with packages (requirements/photos.in): nothing was tuned on them, and each is a picture of its own.
"""

import io
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import av
import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageOps

from partnerships.files import fingerprints
from partnerships.files.matching import LIKELY, SAME
from partnerships.files.probe import Kind
from partnerships.files.reporting import ORIGINAL_PARTS, SERVED_PARTS, inspect, match

from .figures import Extent, Figure, doing, percentile

PHOTOS = Path(sys.prefix) / "photos"
FOLDERS = (
    "gradio/media_assets/images",
    "imgaug",
    "mahotas/demos/data",
    "matplotlib/mpl-data/sample_data",
    "skimage/data",
    "sklearn/datasets/images",
    "ultralytics/assets",
)
# Drawings, masks and charts are no photos; one of a pair of stereo pictures is the other one.
LEFT_OUT = frozenset({"motorcycle_right", "color", "logo", "horse", "phantom", "chessboard_GRAY", "chessboard_RGB"})
LEFT_OUT |= {"avatar", "base", "hf-logo", "logo_nosquares", "Minduka_Present_Blue_Pack", "microaneurysms", "topobathy"}
SMALLEST = 20_000  # bytes: below are icons
LONGEST = 1600
GOALS = {"recall": 0.93, "false_pairs": 0, "photo_seconds": 1.5, "video_minute_seconds": 15.0}
SECONDS, FRAMES_A_SECOND = 60, 30
LIBRARY = 200_000  # hashes
QUICK_PHOTOS, QUICK_LIBRARY = 6, 8_000
_SEED = 7

Edit = Callable[[Image.Image], Image.Image]


def measure(extent: Extent) -> Iterator[Figure]:
    """Yield recall and false pairs for each kind of edit, then what looking costs."""
    photos = list(_photos())
    if not photos:
        with doing("no photos: make bench fetches them"):
            return
    if extent.rounds == 1:
        photos = photos[:QUICK_PHOTOS]
    with doing(f"finding {len(photos)} photos again, edited in {len(EDITS)} ways"):
        yield from _recalls([picture for _, picture in photos])
    with doing("looking at photos, a minute of video and a library"):
        yield _photo_times([path for path, _ in photos])
        yield _video_time(SECONDS if extent.rounds > 1 else 3)
        yield _search_time(LIBRARY if extent.rounds > 1 else QUICK_LIBRARY, photos[0][1])


def _photos() -> Iterator[tuple[Path, Image.Image]]:
    for folder in FOLDERS:
        for path in sorted((PHOTOS / folder).glob("*")):
            is_photo = path.suffix in {".jpg", ".jpeg", ".png"} and path.stat().st_size >= SMALLEST
            if is_photo and path.stem not in LEFT_OUT:
                picture = Image.open(path, formats=("JPEG", "PNG")).convert("RGB")
                picture.thumbnail((LONGEST, LONGEST))
                yield path, picture


def _recalls(pictures: list[Image.Image]) -> Iterator[Figure]:
    frames = [fingerprints.frame_of(picture) for picture in pictures]
    library, photos = b"".join(frames), {"photos": len(pictures), "corpus": "photos of packages, nothing tuned on them"}
    found, tried, false = 0, 0, 0
    for name, edit in EDITS.items():
        bits = [fingerprints.distances(fingerprints.frame_of(edit(picture)), library) for picture in pictures]
        own = [int(row[at]) for at, row in enumerate(bits)]
        strangers = sum(int((row <= LIKELY).sum()) - int(row[at] <= LIKELY) for at, row in enumerate(bits))
        same, likely = (sum(one <= most for one in own) / len(own) for most in (SAME, LIKELY))
        figures = {"recall_31": round(same, 3), "recall_64": round(likely, 3), "false_pairs": strangers}
        yield {"measure": "reuse", "edit": name, **figures, **photos}
        found, tried, false = found + sum(one <= LIKELY for one in own), tried + len(own), false + strangers
    pairs = tried * (len(pictures) - 1)
    goals = {"goal": GOALS["recall"], "goal_false": GOALS["false_pairs"]}
    yield {
        "measure": "reuse",
        "edit": "all",
        "recall_64": round(found / tried, 3),
        "false_pairs": false,
        "pairs": pairs,
        **goals,
        **photos,
    }


def _photo_times(paths: list[Path]) -> Figure:
    """Return how long a photo takes, both processes that look at it together."""
    times, used = [], []
    with tempfile.TemporaryDirectory() as folder:
        for path in paths:
            sent = Path(folder, "sent.png" if path.suffix == ".png" else "sent.jpg")
            sent.write_bytes(path.read_bytes())
            begun, spent = time.perf_counter(), _spent()
            inspect(sent, Kind.PHOTO, ORIGINAL_PARTS)
            inspect(sent, Kind.PHOTO, SERVED_PARTS)
            times.append(time.perf_counter() - begun)
            used.append(_spent() - spent)
    figures = {"p50_seconds": percentile(times, 50), "p95_seconds": percentile(times, 95)}
    figures["p50_cpu_seconds"] = percentile(used, 50)
    return {"measure": "photo", **figures, "photos": len(times), "goal_p95": GOALS["photo_seconds"]}


def _spent() -> float:
    """Return the processor's seconds of all processes that were started and have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _video_time(seconds: int) -> Figure:
    """Return how long a clip in full HD takes whose pictures move and change."""
    with tempfile.TemporaryDirectory() as folder:
        film = Path(folder, "sent")
        _film(film, seconds)
        begun = time.perf_counter()
        told = inspect(film, Kind.VIDEO, (*ORIGINAL_PARTS, *SERVED_PARTS))
        taken = time.perf_counter() - begun
    frames = len(told["views"].get("frames", ()))
    figures: Figure = {"measure": "video", "seconds": round(taken, 2), "film_seconds": seconds, "frames": frames}
    return figures | {"goal_for_a_minute": GOALS["video_minute_seconds"]}


def _film(path: Path, seconds: int) -> None:
    drawn = random.Random(_SEED)
    noise = np.random.default_rng(_SEED).integers(0, 255, (1080 // 8, 1920 // 8, 3), dtype=np.uint8)
    big = np.asarray(Image.fromarray(noise).resize((1920, 1080)))
    with av.open(str(path), "w", format="mp4") as film:
        stream = film.add_stream("mpeg4", rate=FRAMES_A_SECOND)
        stream.width, stream.height, stream.pix_fmt = 1920, 1080, "yuv420p"
        step = drawn.randrange(4, 9)
        for number in range(seconds * FRAMES_A_SECOND):
            frame = av.VideoFrame.from_ndarray(np.roll(big, number * step, axis=1), format="rgb24")
            film.mux(stream.encode(frame))
        film.mux(stream.encode())


def _search_time(hashes: int, picture: Image.Image) -> Figure:
    """Return how long a picture takes to be looked for among `hashes`, its process included."""
    count = hashes // (fingerprints.VIEWS + fingerprints.ASKED)
    random_bytes = np.random.default_rng(_SEED).bytes(count * fingerprints.FRAME_BYTES)
    size = fingerprints.FRAME_BYTES
    library = {number: random_bytes[number * size : (number + 1) * size] for number in range(count)}
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=40)
    edited = fingerprints.frame_of(ImageOps.mirror(Image.open(out)))
    library[count] = fingerprints.frame_of(picture)
    begun = time.perf_counter()
    pairs = match({-1: edited}, library)
    taken = time.perf_counter() - begun
    found = [pair.found for pair in pairs] == [count]
    return {"measure": "search", "seconds": round(taken, 3), "hashes": hashes, "found_it_alone": found}


def _saved(quality: int) -> Edit:
    def save(picture: Image.Image) -> Image.Image:
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=quality)
        return Image.open(out).convert("RGB")

    return save


def _smaller(times: int) -> Edit:
    return lambda picture: picture.resize((max(1, picture.width // times), max(1, picture.height // times)))


def _shaped(across: int, down: int) -> Edit:
    def shape(picture: Image.Image) -> Image.Image:
        width = min(picture.width, picture.height * across // down)
        return ImageOps.fit(picture, (width, width * down // across))

    return shape


def _cropped(share: float) -> Edit:
    def crop(picture: Image.Image) -> Image.Image:
        x, y = int(picture.width * share), int(picture.height * share)
        return picture.crop((x, y, picture.width - x, picture.height - y))

    return crop


def _framed(picture: Image.Image) -> Image.Image:
    return ImageOps.expand(picture, int(picture.width * 0.08), "white")


def _captioned(picture: Image.Image) -> Image.Image:
    drawn = picture.copy()
    pen = ImageDraw.Draw(drawn)
    pen.rectangle((0, int(drawn.height * 0.8), drawn.width, drawn.height), fill="black")
    pen.text((drawn.width * 0.1, drawn.height * 0.85), "Promo hari ini!", fill="white")
    return drawn


def _stuck(picture: Image.Image) -> Image.Image:
    drawn = picture.copy()
    size = drawn.width * 0.3
    left, top = drawn.width * 0.6, drawn.height * 0.1
    ImageDraw.Draw(drawn).ellipse((left, top, left + size, top + size), fill="yellow")
    return drawn


def _tilted(picture: Image.Image) -> Image.Image:
    return _cropped(0.04)(picture.rotate(2, Image.Resampling.BICUBIC))


EDITS: dict[str, Edit] = {
    "saved again at 30": _saved(30),
    "half the size": _smaller(2),
    "a quarter of the size": _smaller(4),
    "mirrored": ImageOps.mirror,
    "4:5": _shaped(4, 5),
    "9:16": _shaped(9, 16),
    "1:1": _shaped(1, 1),
    "framed": _framed,
    "5 % cropped": _cropped(0.05),
    "12 % cropped": _cropped(0.12),
    "brighter": lambda picture: ImageEnhance.Brightness(picture).enhance(1.35),
    "grey": lambda picture: picture.convert("L"),
    "blurred": lambda picture: picture.filter(ImageFilter.GaussianBlur(2)),
    "caption over its foot": _captioned,
    "sticker": _stuck,
    "tilted by 2 degrees": _tilted,
}
