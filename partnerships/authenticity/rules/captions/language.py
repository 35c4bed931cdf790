"""Which language a caption is in. Indonesian, Malay and Javanese count as one: people mix them, the tool does too."""

from functools import cache
from typing import Any

from .reading import Kind, Reading

_FEWEST_LETTERS = 3  # less is no sentence: "wow" is every language
_ONE_AUDIENCE = {"id": "id", "ms": "id", "jv": "id", "en": "en"}


def language_of(reading: Reading) -> str | None:
    """Return "id" or "en", the one that most of it is in; None when there are no words (emoji, tags, mentions)."""
    words = [reading.text[token.start : token.end] for token in reading.tokens if token.kind is Kind.WORD]
    if sum(len(word) for word in words) < _FEWEST_LETTERS:
        return None
    return _ONE_AUDIENCE[str(_identifier().classify(" ".join(words))[0])]


@cache
def _identifier() -> Any:
    # Its model takes time and memory: only those who ask for a language pay for it.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415 - see above

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(sorted(_ONE_AUDIENCE))
    return identifier
