"""Everything the rules can say about one caption."""

from dataclasses import dataclass

from . import lexicon, packs
from .claims import Claim, find_claims
from .disclosure import Disclosed, find_disclosure
from .language import language_of
from .packs import Category, WordPack
from .reading import Reading, read
from .scope import Scope
from .superlatives import Superlative, find_superlatives

LONGEST = 20_000  # characters; what stands behind is not read


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found in a caption."""

    reading: Reading
    scope: Scope
    disclosed: Disclosed
    claims: tuple[Claim, ...]
    superlatives: tuple[Superlative, ...]
    superlative_rule: WordPack
    language: str | None  # "id", "en", or None where there are no words


def look(text: str, category: Category) -> Looked:
    """Return what the rules for `category` find in `text`; never an error, whatever it holds."""
    words = lexicon.load()
    reading = read(text[:LONGEST], words)
    scope = Scope(reading, words)
    superlatives = packs.load_words("superlatives")
    return Looked(
        reading=reading,
        scope=scope,
        disclosed=find_disclosure(reading, packs.load_words("disclosure")),
        claims=find_claims(scope, packs.packs_for(category, words.classes)),
        superlatives=find_superlatives(reading, superlatives),
        superlative_rule=superlatives,
        language=language_of(reading, words),
    )
