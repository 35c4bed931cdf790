"""What becomes of a parcel, from the day it is sent."""

from datetime import date
from enum import StrEnum

from partnerships.core.errors import Refused
from partnerships.core.words import N_

CARRIER_LENGTH = 60
NUMBER_LENGTH = 60
NOTE_LENGTH = 300
DAMAGE_LENGTH = 2000


class Standing(StrEnum):
    """How a parcel stands; it follows from what is written down of it."""

    ON_THE_WAY = "on_the_way"
    MISSING = "missing"
    ARRIVED = "arrived"
    DAMAGED = "damaged"


STANDING_LABELS = {
    Standing.ON_THE_WAY: N_("On its way"),
    Standing.MISSING: N_("Has not arrived, says the creator"),
    Standing.ARRIVED: N_("Arrived"),
    Standing.DAMAGED: N_("Arrived damaged"),
}


def standing(*, is_arrived: bool, is_damaged: bool, is_missing: bool) -> Standing:
    """Return how a parcel stands: what it was found to be goes before what was feared."""
    if is_damaged:
        return Standing.DAMAGED
    if is_arrived:
        return Standing.ARRIVED
    return Standing.MISSING if is_missing else Standing.ON_THE_WAY


def check_sent(sent_on: date, earliest: date, today: date) -> None:
    """Refuse a day to come, and one before `earliest`: the creator had not agreed, or the last parcel was not sent."""
    if sent_on > today:
        raise Refused(N_("A parcel cannot have been sent in the future."), field="sent_on")
    if sent_on < earliest:
        raise Refused(
            N_("That is before the creator agreed, or before the last parcel was sent. Please look at the day."),
            field="sent_on",
        )


def check_arrived(received_on: date, sent_on: date, today: date) -> None:
    """Refuse an arrival in the future, or before the parcel was sent."""
    if received_on > today:
        raise Refused(N_("The product cannot have arrived in the future."), field="received_on")
    if received_on < sent_on:
        raise Refused(N_("The parcel cannot have arrived before it was sent."), field="received_on")
