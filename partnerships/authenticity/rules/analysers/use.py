"""Attested use: whether what the creator says beside this version and in check-ins fits together."""

from collections.abc import Iterator

from partnerships.authenticity.rules.signals import Analyser, Attested, Finding, Material, NotChecked, Strength, Words
from partnerships.core.words import N_

UNASKED = "unasked"


def examine(material: Material) -> Iterator[Finding]:
    """Tell what was attested and shown, and what of it somebody should ask about."""
    said = material.attested
    if said == Attested():
        raise NotChecked(UNASKED)
    yield Finding("shown", Strength.INFO, {"check_ins": said.check_ins, "photos": said.photos})
    if said.still_using is False:
        yield Finding("stopped", Strength.MEDIUM)
    elif said.still_using and said.last_still_using is False:
        yield Finding("contradicts", Strength.MEDIUM)
    if said.last_days_used == 0:
        yield Finding("no_days", Strength.MEDIUM)
    if said.since and material.received_on and said.since < material.received_on:
        since, received = said.since.isoformat(), material.received_on.isoformat()
        yield Finding("before_receipt", Strength.WEAK, {"since": since, "received": received})
    if not said.check_ins:
        yield Finding("nothing_shown", Strength.WEAK)


USE = Analyser(
    name="use",
    version="1",
    params={},
    examine=examine,
    words=Words(
        title=N_("Attested use"),
        cannot_show=N_("Whether it was really used: these are the creator's own words and photos."),
        sentences={
            "shown": N_("Check-ins answered before this version: %(check_ins)s, with %(photos)s photos or videos."),
            "stopped": N_("The creator attests with this version that the product is not used any more."),
            "contradicts": N_(
                "The creator attests that it is used; the last check-in said that it is not. Ask what has changed."
            ),
            "no_days": N_("The last check-in that asked says that it was used on no day."),
            "before_receipt": N_(
                "It is said to be used since %(since)s, and the parcel arrived on %(received)s. "
                "Ask: many have bought it before."
            ),
            "nothing_shown": N_("No check-in was answered before this version."),
        },
        reasons={UNASKED: N_("Nothing was asked about the use before this version.")},
    ),
)
