"""Undo what makes a text look the same and read differently: zero-width marks, reversed stretches, look-alike letters.

Each character that is left knows which character of the original it came from, so that words can be highlighted there.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

_OVERRIDES = "\u202d\u202e"  # from here on left to right, right to left
_ENDS_OVERRIDE = "\u202c\n"
_MOST_SPREAD = 4  # letters: some signs stand for a whole sentence
# Letters of other scripts that look like Latin ones, in the order of the second line.
_LOOKALIKES = str.maketrans(
    "аеорсухіјѕԁһӏкмтвнɡαοενικτυρѵᴀʙᴄᴅᴇɢʜɪᴊᴋʟᴍɴᴏᴘʀᴛᴜᴠᴡʏᴢıł",
    "aeopcyxijsdhlkmtbhgaoevikturvabcdeghijklmnoprtuvwyzil",
)


@dataclass(frozen=True, slots=True)
class Folded:
    """Small plain letters, and for each the index in the original that it stands for."""

    text: str
    origins: tuple[int, ...]


def fold(text: str) -> Folded:
    """Return `text` in compatibility form without accents, invisible marks and reversed stretches."""
    letters: list[str] = []
    origins: list[int] = []
    for index in _as_displayed(text):
        for letter in _plain(text[index]):
            letters.append(letter)
            origins.append(index)
    return Folded("".join(letters), tuple(origins))


def _as_displayed(text: str) -> Iterator[int]:
    """Yield the indexes in the order a reader sees: what stands after a right-to-left override is read backwards."""
    index = 0
    while index < len(text):
        if text[index] not in _OVERRIDES:
            yield index
            index += 1
            continue
        end = next((i for i in range(index + 1, len(text)) if text[i] in _ENDS_OVERRIDE + _OVERRIDES), len(text))
        inside = range(index + 1, end)
        yield from reversed(inside) if text[index] == "\u202e" else inside
        index = end if end == len(text) or text[end] != "\u202c" else end + 1


def _plain(character: str) -> str:
    if character.isascii():
        return character.lower()
    if unicodedata.category(character) in {"Cf", "Mn", "Me", "Cc", "Cs", "Co", "Cn"}:
        return ""
    spread = unicodedata.normalize("NFKD", character)[:_MOST_SPREAD].casefold().translate(_LOOKALIKES)
    return "".join(letter for letter in spread if unicodedata.category(letter) not in {"Cf", "Mn"})
