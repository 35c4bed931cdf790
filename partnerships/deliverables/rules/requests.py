"""What a reviewer asks to be changed, each thing with its place; and what the creator answers."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from partnerships.core.errors import Refused, check_together
from partnerships.core.words import N_

MOST = 20  # in one round: more is another brief
WHAT_LENGTH = 500
PLACE_LENGTH = 300
ANSWER_LENGTH = 500
WHOLE, WORDS, MEDIUM, GUIDELINE = "whole", "words", "medium", "guideline"  # as forms name a place; two have a number
LISTED = re.compile(r"^[ \t]*[-*•\N{EN DASH}][ \t]*(\S.*?)\s*$", re.MULTILINE)
_TIME = re.compile(r"(?:(?:(\d):)?(\d{1,3}):)?(\d{1,2})")
_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?")


class AnchorKind(StrEnum):
    """What a request points at. Stored in the database: rename only with a migration."""

    WHOLE = "whole"
    PHOTO = "photo"
    VIDEO = "video"
    WORDS = "words"
    GUIDELINE = "guideline"


@dataclass(frozen=True, slots=True)
class Anchor:
    """A place in one version. Without `seconds`, or `x` and `y`, it is the whole video or photo.

    `medium` counts photos and videos from 1; `x` and `y` lie in 0..1, from the left and from the top; `words` stand so
    in the caption, or are the guideline.
    """

    kind: AnchorKind
    medium: int | None = None
    seconds: int | None = None
    x: float | None = None
    y: float | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Medium:
    """A photo, or a video with its length; None as long as nobody knows it."""

    is_video: bool
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Ground:
    """What there is in one version to point at."""

    media: Sequence[Medium] = ()
    caption: str = ""
    guidelines: Sequence[str] = ()

    @property
    def places(self) -> list[str]:
        """Return every place as a form names it."""
        media = [f"{MEDIUM}-{number}" for number in range(1, len(self.media) + 1)]
        guidelines = [f"{GUIDELINE}-{number}" for number in range(1, len(self.guidelines) + 1)]
        return [WHOLE, *media, *([WORDS] if self.caption else []), *guidelines]


@dataclass(frozen=True, slots=True)
class Wish:
    """One row as somebody filled it in: what should change, in which place, and where exactly there."""

    what: str
    where: str = WHOLE
    exactly: str = ""

    @property
    def is_empty(self) -> bool:
        """Say whether nothing was written in the row."""
        return not (self.what.strip() or self.exactly.strip())


@dataclass(frozen=True, slots=True)
class Answer:
    """What the creator says about one request: it is changed, or why it is not."""

    done: bool
    why: str = ""

    @property
    def is_given(self) -> bool:
        """Say whether this answers anything."""
        return self.done or bool(self.why.strip())


def anchored(wish: Wish, ground: Ground) -> Anchor:
    """Return the place that a row points at; raise `Refused` whose field is `what`, `where` or `exactly`."""
    _check_written(wish)
    if wish.where not in ground.places:
        raise Refused(N_("Choose where it should change."), field="where")
    name, _, number = wish.where.partition("-")
    exactly = wish.exactly.strip()
    if name == MEDIUM:
        return _in_medium(int(number), ground.media[int(number) - 1], exactly)
    if name == WORDS:
        return Anchor(AnchorKind.WORDS, words=_words_in(ground.caption, exactly))
    if exactly:
        raise Refused(N_("Only a photo, a video or the caption has an exact place."), field="exactly")
    if name == GUIDELINE:
        return Anchor(AnchorKind.GUIDELINE, words=ground.guidelines[int(number) - 1])
    return Anchor(AnchorKind.WHOLE)


def check_answers(asked: Sequence[int], answers: Mapping[int, Answer]) -> None:
    """Refuse what is said of the requests, by their ids, when one is neither ticked nor explained, or at length."""
    check_together(
        *(partial(_check_answer, request_id, answers.get(request_id, Answer(done=False))) for request_id in asked)
    )


def _check_answer(request_id: int, answer: Answer) -> None:
    if not answer.is_given:
        raise Refused(N_("Tick this when it is changed, or write why it is not."), field=done_of(request_id))
    if len(answer.why) > ANSWER_LENGTH:
        raise Refused(N_("Please keep this under %(limit)s characters."), field=why_of(request_id), limit=ANSWER_LENGTH)


def done_of(request_id: int) -> str:
    """Return the name of the tick of one request in a form."""
    return f"done-{request_id}"


def why_of(request_id: int) -> str:
    """Return the name of the words about one request in a form."""
    return f"why-{request_id}"


def guidelines_in(brief: str) -> tuple[str, ...]:
    """Return the lines of a brief that are written as a list: these are its guidelines."""
    return tuple(LISTED.findall(brief))


def clock_text(seconds: int) -> str:
    """Return such as "1:05"."""
    return f"{seconds // 60}:{seconds % 60:02}"


def _check_written(wish: Wish) -> None:
    if not wish.what.strip():
        raise Refused(N_("Write what should change here."), field="what")
    for field, text, limit in (("what", wish.what, WHAT_LENGTH), ("exactly", wish.exactly, PLACE_LENGTH)):
        if len(text) > limit:
            raise Refused(N_("Please keep this under %(limit)s characters."), field=field, limit=limit)


def _in_medium(number: int, medium: Medium, exactly: str) -> Anchor:
    kind = AnchorKind.VIDEO if medium.is_video else AnchorKind.PHOTO
    if not exactly:
        return Anchor(kind, number)
    if medium.is_video:
        return Anchor(kind, number, seconds=_time_in(exactly, medium.seconds))
    x, y = _point_in(exactly)
    return Anchor(kind, number, x=x, y=y)


def _time_in(text: str, length: float | None) -> int:
    found = _TIME.fullmatch(text)
    hours, minutes, seconds = (int(part or 0) for part in found.groups()) if found else (0, 0, 60)
    if seconds >= 60 and (found is None or found.group(2)):
        raise Refused(N_("Write a time in the video as 0:12."), field="exactly")
    at = hours * 3600 + minutes * 60 + seconds
    if length is not None and at > length:
        raise Refused(
            N_("The video ends at %(length)s. Choose a time before that."),
            field="exactly",
            length=clock_text(int(length)),
        )
    return at


def _point_in(text: str) -> tuple[float, float]:
    numbers = [float(number.replace(",", ".")) for number in _NUMBER.findall(text)]
    if len(numbers) != 2 or _NUMBER.sub("", text).strip(" ,;()"):
        raise Refused(N_("Write a point of the photo as 0.4, 0.7: from the left, from the top."), field="exactly")
    if not all(0 <= number <= 1 for number in numbers):
        raise Refused(N_("A point lies between 0 and 1, from the left and from the top."), field="exactly")
    return numbers[0], numbers[1]


def _words_in(caption: str, quoted: str) -> str:
    """Return the quoted words as they stand in the caption, whatever its capitals and line breaks."""
    words = quoted.strip("“”\"'").split()
    if not words:
        raise Refused(N_("Write the words of the caption that should change."), field="exactly")
    found = re.search(r"\s+".join(re.escape(word) for word in words), caption, re.IGNORECASE)
    if found is None:
        raise Refused(N_("These words do not stand in the caption."), field="exactly")
    return found.group()
