"""Other brands: how many the creator works for here at the same time, and whether one of them is a rival."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from partnerships.authenticity.rules.signals import Analyser, Finding, Material, Strength, Words
from partnerships.core.words import N_
from partnerships.core.zones import day_in

DAYS = 30
MOST_BRANDS = 3  # where the plan says nothing


def examine(material: Material) -> Iterator[Finding]:
    """Tell of rivals whose time or exclusivity this version falls into, and of more brands in a month than agreed."""
    on = day_in(material.zone, material.submitted_at)
    for other in material.endorsed:
        until = other.ends_on + timedelta(days=other.exclusivity_days)
        if other.category == material.category and other.starts_on <= on <= until:
            data = {"brand": other.brand, "first": other.starts_on.isoformat(), "until": until.isoformat()}
            yield Finding("rival", Strength.STRONG, data)
    since = on - timedelta(days=DAYS)
    brands = sorted({other.brand for other in material.endorsed if other.starts_on <= on and other.ends_on >= since})
    limit = MOST_BRANDS if material.most_brands is None else material.most_brands
    if len(brands) > limit:
        yield Finding("many", Strength.MEDIUM, _counted(brands, limit))
    elif brands:
        yield Finding("some", Strength.INFO, _counted(brands, limit))


def _counted(brands: Sequence[str], limit: int) -> dict[str, Any]:
    return {"count": len(brands), "limit": limit, "brands": ", ".join(brands)}


SATURATION = Analyser(
    name="saturation",
    version="1",
    params={"days": DAYS, "most_brands": MOST_BRANDS},
    examine=examine,
    words=Words(
        title=N_("Other brands"),
        cannot_show=N_("What the creator endorses outside this organisation."),
        sentences={
            "rival": N_("%(brand)s sells the same kind of product, and its time here is %(first)s to %(until)s."),
            "many": N_("Other brands in 30 days: %(count)s, and %(limit)s are the limit. %(brands)s."),
            "some": N_("Other brands in 30 days: %(count)s of at most %(limit)s. %(brands)s."),
        },
        nothing=N_("No other brand of this organisation in 30 days."),
    ),
)
