import struct
import time
from collections.abc import Sequence
from io import BytesIO

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnerships.core.errors import Refused
from partnerships.files import films, webm
from partnerships.files.videos import Movie
from tests.files.films import make_film

PLACE = b"-06.2088+106.8456/"
Tree = Sequence[tuple[int, "bytes | Tree"]]

HEADER: Tree = [(webm.DOCTYPE, b"webm")]
TRACK: Tree = [(webm.TYPE, b"\1"), (webm.VIDEO, [(webm.WIDTH, b"\2\x80"), (webm.HEIGHT, b"\1\x68")])]
CLUSTER: Tree = [(webm.MOMENT, b"\x0b\xb8"), (webm.SIMPLE_BLOCK, b"\x81\0\x10\x80picture!")]
IDS = sorted(set().union(*webm.NEEDED.values(), webm.NEEDED, webm.PARTS, {webm.VOID}) - {webm.FILE})


def element(name: int, content: "bytes | Tree", *, is_open: bool = False) -> bytes:
    """Return an element; an `is_open` one does not say how long it is."""
    body = content if isinstance(content, bytes) else b"".join(element(*inner) for inner in content)
    length = (1 << 56) - 1 if is_open else len(body)
    return name.to_bytes((name.bit_length() + 7) // 8) + (1 << 56 | length).to_bytes(8) + body


def make_webm(
    *,
    header: Tree = HEADER,
    about: Tree = (),
    tracks: Tree = ((webm.TRACK, TRACK),),
    clusters: Tree = ((webm.CLUSTER, CLUSTER),),
    more: Tree = (),
) -> bytes:
    """Return a video whose elements are right and whose frames are not."""
    return element(webm.HEADER, header) + element(
        webm.SEGMENT, [(webm.ABOUT, about), (webm.TRACKS, tracks), *clusters, *more]
    )


def clean(content: bytes) -> tuple[Movie, bytes]:
    file = BytesIO(content)
    return films.clean(file), file.getvalue()


def packets(content: bytes) -> list[bytes]:
    with av.open(BytesIO(content), "r", format="matroska") as film:
        return [bytes(packet) for packet in film.demux(video=0)]


@pytest.mark.parametrize(("live", "seconds"), [("", 2.0), ("1", 1.9)])
def test_facts_are_told_and_nothing_moves_but_what_is_blanked(live: str, seconds: float) -> None:
    sent = make_film(form="webm", title="My home", creation_time="2026-08-12T06:50:00Z", live=live)
    assert b"Lavf" in sent

    movie, served = clean(sent)

    assert movie == Movie(320, 240, seconds, "2026-08-12T06:50:00")
    assert len(served) == len(sent)
    assert packets(served) == packets(sent)
    assert not [word for word in (b"My home", b"Lavf", b"ENCODER") if word in served]
    assert clean(served) == (movie._replace(taken_at=None), served)


def test_tags_chapters_and_attached_files_go_wherever_they_stand() -> None:
    hidden: Tree = [(name, PLACE) for name in (webm.TAGS, webm.CHAPTERS, webm.ATTACHED, webm.VOID, 0xBF)]
    track: Tree = [*TRACK, (0x536E, PLACE)]
    group: Tree = [(webm.GROUP, [(webm.BLOCK, b"\x81\0\0\0picture!"), (0x75A1, PLACE)])]
    sent = make_webm(
        about=[(0x7BA9, PLACE), (webm.WRITER, PLACE)],
        tracks=[(webm.TRACK, track)],
        clusters=[(webm.CLUSTER, [*CLUSTER, *group, *hidden])],
        more=hidden,
    ) + element(webm.TAGS, PLACE)
    assert sent.count(PLACE) == 15

    _, served = clean(sent)

    assert PLACE not in served
    assert served.count(b"picture!") == 2
    assert len(served) == len(sent)
    assert clean(served)[1] == served


def test_an_element_of_two_bytes_is_emptied_in_its_place() -> None:
    sent = make_webm() + b"\xbf\x80" * 2

    assert clean(sent)[1] == sent[:-4] + b"\xec\x80" * 2


def test_a_recording_that_says_no_length_has_that_of_its_last_picture() -> None:
    first, second = (element(webm.CLUSTER, CLUSTER, is_open=True) for _ in range(2))
    inside = element(webm.TRACKS, [(webm.TRACK, TRACK)]) + first + element(webm.TAGS, PLACE) + second
    sent = element(webm.HEADER, HEADER) + element(webm.SEGMENT, inside, is_open=True)

    movie, served = clean(sent)

    assert movie == Movie(640, 360, 3.016, None)
    assert PLACE not in served


@pytest.mark.parametrize("part", [0.02, 0.2, 0.5, 0.9, 0.999])
def test_half_a_video_is_damaged(part: float) -> None:
    whole = make_film(form="webm")

    with pytest.raises(Refused, match="incomplete or damaged"):
        clean(whole[: int(len(whole) * part)])


@pytest.mark.parametrize(
    "content",
    [
        make_webm(clusters=[]),
        make_webm(about=[(webm.SCALE, b"\0")]),
        make_webm(about=[(webm.DURATION, b"\1\2\3")]),
        make_webm(about=[(webm.DURATION, struct.pack(">d", float("nan")))]),
        make_webm(about=[(webm.DURATION, struct.pack(">d", -1))]),
        make_webm(clusters=[(webm.CLUSTER, [(webm.SIMPLE_BLOCK, b"\x81")])]),
        make_webm() + b"\0",
        make_webm() + b"\x08\0\0\0\x80\x80",
        element(webm.HEADER, HEADER, is_open=True),
    ],
    ids=["no-frames", "no-time", "half-a-number", "no-number", "backwards", "half-a-block", "junk", "long-id", "open"],
)
def test_what_makes_no_sense_is_damaged(content: bytes) -> None:
    with pytest.raises(Refused, match="incomplete or damaged"):
        clean(content)


def test_another_document_or_a_track_of_words_is_not_taken() -> None:
    for content in (
        make_webm(header=[(webm.DOCTYPE, b"matroska")]),
        make_webm(tracks=[(webm.TRACK, TRACK), (webm.TRACK, [(webm.TYPE, b"\x11")])]),
    ):
        with pytest.raises(Refused, match="could not be read"):
            clean(content)


def test_sound_alone_one_without_end_and_one_too_wide_are_refused() -> None:
    wide: Tree = [(webm.TYPE, b"\1"), (webm.VIDEO, [(webm.WIDTH, b"\x1e\1"), (webm.HEIGHT, b"\x10")])]

    with pytest.raises(Refused, match="no picture"):
        clean(make_webm(tracks=[(webm.TRACK, [(webm.TYPE, b"\2")])]))
    with pytest.raises(Refused, match="longer than 10 minutes"):
        clean(make_webm(about=[(webm.DURATION, struct.pack(">f", 600_001))]))
    with pytest.raises(Refused, match="larger than 7680 pixels"):
        clean(make_webm(tracks=[(webm.TRACK, wide)]))


def test_more_elements_than_any_film_has_are_refused_in_time() -> None:
    began = time.monotonic()

    with pytest.raises(Refused, match="could not be read"):
        clean(make_webm() + b"\xec\x80" * webm.ELEMENTS)

    assert time.monotonic() - began < 5


def test_a_date_before_the_format_began_is_read_like_any_other() -> None:
    year = struct.pack(">q", -366 * 86_400 * 10**9)

    assert clean(make_webm(about=[(webm.DATE, year)]))[0].taken_at == "2000-01-01T00:00:00"


@st.composite
def elements(draw: st.DrawFn, depth: int = 3) -> bytes:
    """Draw elements in elements: right ids in wrong places, with lengths that are sometimes lies."""
    inside = draw(st.binary(max_size=60)) if depth == 0 else b"".join(draw(st.lists(elements(depth - 1), max_size=3)))
    made = element(
        draw(st.sampled_from(IDS)), inside + draw(st.binary(max_size=9)), is_open=not draw(st.integers(0, 9))
    )
    return made if draw(st.integers(0, 12)) else made[: draw(st.integers(0, len(made)))]


@given(st.binary(max_size=200) | st.lists(elements(), max_size=4).map(b"".join))
def test_no_bytes_raise_anything_but_a_refusal(content: bytes) -> None:
    check(content)


@given(st.data())
def test_a_video_with_changed_bytes_is_taken_or_refused(data: st.DataObject) -> None:
    content = bytearray(make_webm(about=[(webm.DATE, bytes(8)), (webm.DURATION, bytes(8))], more=[(webm.TAGS, PLACE)]))
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))

    check(bytes(content))


def check(content: bytes) -> None:
    file = BytesIO(content)

    try:
        movie = webm.clean(file)
    except Refused:
        assert file.getvalue() == content
    else:
        assert movie.width > 0
    assert len(file.getvalue()) == len(content)
