import struct
import sys
import time
from io import BytesIO
from types import FrameType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnerships.core.errors import Refused
from partnerships.files import videos
from partnerships.files.videos import Movie
from tests.files.samples import make_box, make_mp4, make_track

PLACE = b"-06.2088+106.8456/"
KINDS = sorted(set().union(*videos.NEEDED.values(), {b"free", b"uuid", b"meta", b"udta"}))


def clean(content: bytes) -> tuple[Movie, bytes]:
    file = BytesIO(content)
    return videos.clean(file), file.getvalue()


@pytest.mark.parametrize("brand", [b"isom", b"qt  "])
def test_the_headers_tell_size_length_and_moment(brand: bytes) -> None:
    movie, _ = clean(make_mp4(12.5, 1920, 1080, brand=brand))

    assert movie == Movie(1920, 1080, 12.5, "2026-08-12T06:50:00")


def test_a_video_held_upright_is_upright() -> None:
    movie, _ = clean(make_mp4(width=1920, height=1080, turned=True))

    assert (movie.width, movie.height) == (1080, 1920)


def test_long_forms_of_the_headers_are_understood() -> None:
    mvhd = make_box(b"mvhd", struct.pack(">B3xQQIQ", 1, 0, 0, 600, 1200), bytes(80))
    tkhd = make_box(b"tkhd", b"\1", bytes(51), struct.pack(">9i2I", 1, *[0] * 8, 640 << 16, 480 << 16))
    hdlr = make_box(b"hdlr", bytes(8), b"vide", bytes(12))
    moov = make_box(b"moov", mvhd, make_box(b"trak", tkhd, make_box(b"mdia", hdlr)), wide=True)

    movie, _ = clean(make_box(b"mdat", b"frames", wide=True) + moov)

    assert movie == Movie(640, 480, 2.0, None)


def test_metadata_is_blanked_and_nothing_moves() -> None:
    hidden = make_box(b"uuid", bytes(16), PLACE) + make_box(b"meta", PLACE) + make_box(b"XMP_", PLACE)
    sent = make_mp4(udta=make_box(b"\xa9xyz", PLACE), more_moov=hidden, more_top=hidden + make_box(b"free", PLACE))
    assert sent.count(PLACE) == 9

    _, served = clean(sent)

    assert PLACE not in served
    assert len(served) == len(sent)
    assert served.index(b"frames" * 50) == sent.index(b"frames" * 50)
    for kind in (b"uuid", b"meta", b"XMP_", b"udta", b"xyz"):
        assert kind not in served
    assert clean(served)[1] == served


def test_a_track_of_places_goes_with_all_it_recorded() -> None:
    frames = b"picture!" + PLACE + b"picture!" + PLACE[::-1] + b"picture!"
    start = len(make_mp4(more_moov=places_track(0, 0), frames=b""))
    first, second = start + 8, start + 16 + len(PLACE)
    sent = make_mp4(more_moov=places_track(first, second), frames=frames)

    movie, served = clean(sent)

    assert (movie.width, movie.height) == (640, 360)
    assert PLACE not in served
    assert PLACE[::-1] not in served
    assert served.count(b"picture!") == 3
    assert len(served) == len(sent)


def test_a_track_of_places_that_points_elsewhere_is_damaged() -> None:
    with pytest.raises(Refused, match="incomplete or damaged"):
        clean(make_mp4(more_moov=places_track(0, 1 << 30)))


def places_track(first: int, second: int) -> bytes:
    """Return a track of timed metadata: two chunks, one of two samples and one of one."""
    size = len(PLACE)
    tables = make_box(
        b"stbl",
        make_box(b"stco", struct.pack(">4I", 0, 2, first, second)),
        make_box(b"stsc", struct.pack(">8I", 0, 2, 1, 2, 1, 2, 1, 1)),
        make_box(b"stsz", struct.pack(">6I", 0, 0, 3, 8, size - 8, size)),
    )
    hdlr = make_box(b"hdlr", bytes(8), b"meta", bytes(12))
    return make_box(b"trak", make_box(b"tkhd", bytes(84)), make_box(b"mdia", hdlr, make_box(b"minf", tables)))


@pytest.mark.parametrize("part", [0.1, 0.3, 0.6, 0.9, 0.999])
def test_half_a_video_is_damaged(part: float) -> None:
    whole = make_mp4()

    with pytest.raises(Refused, match="incomplete or damaged"):
        clean(whole[: int(len(whole) * part)])


def test_a_video_without_header_or_without_frames_is_damaged() -> None:
    for content in (make_box(b"ftyp", b"isom", bytes(4)) + make_box(b"mdat", b"x"), make_mp4(frames=b""), b""):
        with pytest.raises(Refused, match="incomplete or damaged"):
            clean(content)


def test_frames_may_go_on_to_the_end_of_the_file() -> None:
    content = make_mp4(frames=b"") + struct.pack(">I4s", 0, b"mdat") + b"frames"

    assert clean(content)[0].seconds == 3.0


def test_a_box_inside_another_may_not_go_on_without_end() -> None:
    with pytest.raises(Refused, match="incomplete or damaged"):
        clean(make_mp4(more_moov=struct.pack(">I4s", 0, b"trak")))


@pytest.mark.parametrize("length", [2, 7])
def test_a_box_shorter_than_its_own_header_is_damaged(length: int) -> None:
    with pytest.raises(Refused, match="incomplete or damaged"):
        clean(make_mp4() + struct.pack(">I4s", length, b"free"))


def test_sound_alone_is_no_video() -> None:
    with pytest.raises(Refused, match="no picture"):
        clean(make_mp4(handler=b"soun"))


def test_a_video_without_end_and_one_too_wide_are_refused() -> None:
    with pytest.raises(Refused, match="longer than 10 minutes"):
        clean(make_mp4(600.001))
    with pytest.raises(Refused, match="larger than 7680 pixels"):
        clean(make_mp4(height=7_681))

    assert clean(make_mp4(600, 7_680, 4_320))[0].seconds == 600


def test_only_a_video_in_fragments_may_leave_its_length_open() -> None:
    in_fragments = make_mp4(0, more_moov=make_box(b"mvex", make_box(b"trex", bytes(24))))
    with_length = make_mp4(0, more_moov=make_box(b"mvex", make_box(b"mehd", struct.pack(">II", 0, 4000))))

    assert clean(in_fragments)[0].seconds is None
    assert clean(with_length)[0].seconds == 4.0
    with pytest.raises(Refused, match="incomplete or damaged"):
        clean(make_mp4(0))


def test_more_boxes_than_any_camera_writes_are_refused() -> None:
    with pytest.raises(Refused, match="could not be read"):
        clean(make_box(b"free") * (videos.BOXES + 1))


def test_tables_without_end_are_refused() -> None:
    tables = make_box(b"stbl", make_box(b"stco", struct.pack(">II", 0, 0xFFFF_FFFF)))
    track = make_track(0, 0, make_box(b"mdia", make_box(b"minf", tables)), handler=b"meta")

    with pytest.raises(Refused, match="could not be read"):
        clean(make_mp4(more_moov=track))


def pointing_track(chunks: list[int]) -> bytes:
    """Return a track of timed metadata with one sample of a byte at each of these places."""
    tables = make_box(
        b"stbl",
        make_box(b"stco", struct.pack(f">2I{len(chunks)}I", 0, len(chunks), *chunks)),
        make_box(b"stsc", struct.pack(">5I", 0, 1, 1, 1, 1)),
        make_box(b"stsz", struct.pack(">3I", 0, 1, 0)),
    )
    return make_track(0, 0, make_box(b"mdia", make_box(b"minf", tables)), handler=b"meta")


def steps_to_clean(boxes: int, spans: int) -> int:
    """Return how many lines of the module run for a video with so many boxes of frames, and so many samples in them."""
    mdats = make_box(b"mdat", b"x") * boxes
    room = len(make_mp4(more_moov=pointing_track([0] * spans), frames=b""))
    chunks = [room + 8 + 9 * (boxes - 1)] * spans  # in the last of the boxes
    content = make_mp4(more_moov=pointing_track(chunks), frames=b"") + mdats
    steps = 0

    def count(frame: FrameType, event: str, _argument: object) -> Any:
        nonlocal steps
        steps += event == "line"
        return count if frame.f_code.co_filename == videos.__file__ else None

    watching = sys.gettrace()
    sys.settrace(count)
    try:
        clean(content)
    finally:
        sys.settrace(watching)
    return steps


def test_work_grows_with_boxes_and_samples_not_with_their_product() -> None:
    few, many = steps_to_clean(100, 100), steps_to_clean(1000, 1000)

    assert 1000 < few < 10_000
    assert many < 11 * few


def test_a_sample_is_looked_for_in_the_right_one_of_many_boxes_of_frames() -> None:
    mdats = make_box(b"mdat", b"one") + make_box(b"mdat", b"two") + make_box(b"mdat", b"six")
    room = len(make_mp4(more_moov=pointing_track([0]), frames=b""))

    fits = [is_taken(make_mp4(more_moov=pointing_track([room + at]), frames=b"") + mdats) for at in range(3 * 11 + 1)]

    assert fits == [*[False] * 8, *[True] * 3] * 3 + [False]


def is_taken(content: bytes) -> bool:
    try:
        clean(content)
    except Refused:
        return False
    return True


def test_more_tracks_or_samples_than_any_camera_writes_are_refused() -> None:
    half = pointing_track([0] * (videos.SPANS // 2 + 1))

    for content in (half * 2, make_track(64, 64) * videos.TRACKS, pointing_track([]) * videos.TRACKS):
        with pytest.raises(Refused, match="could not be read"):
            clean(make_mp4(more_moov=content))


def test_a_moment_beyond_the_calendar_is_no_moment() -> None:
    mvhd = make_box(b"mvhd", struct.pack(">B3xQQIQ", 1, 1 << 62, 0, 600, 1200), bytes(80))

    movie, _ = clean(make_box(b"mdat", b"x") + make_box(b"moov", mvhd, make_track(64, 64)))

    assert movie.taken_at is None


@st.composite
def boxes(draw: st.DrawFn, depth: int = 3) -> bytes:
    """Draw boxes in boxes: right types in wrong places, with lengths that are sometimes lies."""
    inside = draw(st.binary(max_size=120)) if depth == 0 else b"".join(draw(st.lists(boxes(depth - 1), max_size=3)))
    kind = draw(st.sampled_from(KINDS))
    box = make_box(kind, inside, draw(st.binary(max_size=9)), wide=draw(st.booleans()))
    lie = draw(st.integers(0, 12))
    return box if lie else draw(st.integers(0, 2**32 - 1)).to_bytes(4, "big") + box[4:]


@given(st.binary(max_size=400) | boxes() | st.lists(boxes(), max_size=4).map(b"".join))
def test_no_bytes_raise_anything_but_a_refusal(content: bytes) -> None:
    check(content)


@given(st.data())
def test_a_video_with_changed_bytes_is_taken_or_refused(data: st.DataObject) -> None:
    content = bytearray(make_mp4(udta=b"here", more_moov=places_track(1300, 1310)))
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))

    check(bytes(content))


def check(content: bytes) -> None:
    file, began = BytesIO(content), time.monotonic()

    try:
        movie = videos.clean(file)
    except Refused:
        assert file.getvalue() == content
    else:
        assert 0 < movie.width <= videos.SIDE_PIXELS
    assert len(file.getvalue()) == len(content)
    assert time.monotonic() - began < 2
