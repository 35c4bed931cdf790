"""Who lives in the demo organisation, and how far each partnership has come. Everybody is invented and says so."""

from dataclasses import dataclass

from partnerships.core.actor import Role
from partnerships.creators.tables import Platform
from partnerships.plans.rules.partnerships import PartnershipState
from partnerships.story.acting import Habit
from partnerships.story.casting import Person

ORGANISATION = "Sahabat Demo"
STAFF = [
    Person(name="Wulan (demo)", email="owner@demo.example", role=Role.OWNER),
    Person(name="Rina (demo)", email="manager@demo.example", role=Role.MANAGER),
    Person(name="Bayu (demo)", email="reviewer@demo.example", role=Role.REVIEWER),
]
WHO = {
    "owner": "owner@demo.example",
    "manager": "manager@demo.example",
    "reviewer": "reviewer@demo.example",
    "creator": "sari@demo.example",
}


@dataclass(frozen=True, slots=True)
class DemoProduct:
    """A product of the demo, with its brand and its campaign."""

    brand: str
    name: str
    category: str
    campaign: str


SERUM = DemoProduct("Kulit Kita Demo", "Serum Malam Demo", "cosmetics", "Cerita Serum 3 Bulan (demo)")
SHAMPOO = DemoProduct("Rambut Rimba Demo", "Sampo Lidah Buaya Demo", "cosmetics", "Rambut Apa Adanya (demo)")
COFFEE = DemoProduct("Kopi Pagi Demo", "Kopi Susu Literan Demo", "food", "Kopi Tiap Pagi (demo)")
PRODUCTS = (SERUM, SHAMPOO, COFFEE)


@dataclass(frozen=True, slots=True)
class DemoPartnership:
    """One creator in one campaign: the anchor lies `started_days_ago`, and `habit` says how they behave."""

    creator: Person
    product: DemoProduct
    started_days_ago: int
    habit: Habit
    fee: int


def _creator(first: str, niche: str, handle: str, followers: int, **more: str) -> Person:
    # Toll-free numbers begin so, no mobile number does: nobody can be reached by mistake.
    number = sum(map(ord, first)) % 9000 + 1000
    return Person(
        name=f"{first} (demo)",
        email=f"{first.split(maxsplit=1)[0].lower()}@demo.example",
        role=Role.CREATOR,
        niche=niche,
        whatsapp=f"6280000{number}",
        handle=f"{handle}.demo",
        followers=followers,
        zone=more.get("zone", "Asia/Jakarta"),
        platform=Platform(more.get("platform", Platform.TIKTOK)),
    )


PARTNERSHIPS = (
    DemoPartnership(_creator("Sari Putri", "skincare", "sariputri", 18_400), SERUM, 27, Habit(), 3_000_000),
    DemoPartnership(
        _creator("Dewi Lestari", "skincare", "dewilestari", 42_000, platform="instagram"),
        SERUM,
        50,
        Habit(lag_days=1, unreviewed=frozenset({"six-weeks-in"})),
        4_500_000,
    ),
    DemoPartnership(
        _creator("Maya Kusuma", "skincare", "mayakusuma", 9_800, zone="Asia/Makassar"),
        SERUM,
        72,
        Habit(silent_after=55),
        2_500_000,
    ),
    DemoPartnership(_creator("Intan Permata", "skincare", "intanp", 61_000), SERUM, 100, Habit(lag_days=2), 6_000_000),
    DemoPartnership(
        _creator("Gita Aditya", "haircare", "gitaaditya", 23_500, zone="Asia/Jayapura"),
        SHAMPOO,
        16,
        Habit(wants_refill=True, changes_for=frozenset({"first-impression"})),
        2_000_000,
    ),
    DemoPartnership(
        _creator("Ayu Maharani", "haircare", "ayumaharani", 77_000, platform="instagram"),
        SHAMPOO,
        130,
        Habit(),
        5_000_000,
    ),
    DemoPartnership(
        _creator("Rizka Pratama", "haircare", "rizkapratama", 5_400),
        SHAMPOO,
        45,
        Habit(not_for_me_on=30),
        1_500_000,
    ),
    DemoPartnership(
        _creator("Bagas Wirawan", "coffee", "bagaswirawan", 12_900),
        COFFEE,
        -6,
        Habit(stops_at=PartnershipState.PREPARING, invites_on=-9),
        1_800_000,
    ),
    DemoPartnership(
        _creator("Nadia Rahma", "coffee", "nadiarahma", 34_000, platform="instagram"),
        COFFEE,
        -18,
        Habit(stops_at=PartnershipState.INVITED, invites_on=-21),
        2_200_000,
    ),
    DemoPartnership(
        _creator("Yuni Saputri", "coffee", "yunisaputri", 15_300), COFFEE, 7, Habit(silent_after=3), 1_600_000
    ),
)
