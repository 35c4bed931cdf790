"""Everybody at every door: what is another organisation's is as if it did not exist, and nothing breaks."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from partnerships.check_ins.tables import CheckIn
from partnerships.core.actor import Actor
from partnerships.core.clock import ManualClock
from partnerships.creators.tables import Creator
from partnerships.database.base import Owned
from partnerships.database.work import Transactions
from partnerships.deliverables.tables import Deliverable, Payment
from partnerships.files.tables import FileKind, StoredFile
from partnerships.people.tables import Brand, Membership, Organisation, Product
from partnerships.plans.tables import Campaign, Partnership
from partnerships.story.camera import take
from tests.conftest import SignIn
from tests.nets.source import metadata
from tests.stories import People, start

WHO = ["visitor", "creator", "other_creator", "reviewer", "manager", "owner", "stranger", "stranger_creator"]
CANARY = "CANARY-GLOW"
UNKNOWN = 987_654
TABLES: dict[str, type[Owned]] = {
    "file_id": StoredFile,
    "brand_id": Brand,
    "product_id": Product,
    "membership_id": Membership,
    "creator_id": Creator,
    "campaign_id": Campaign,
    "partnership_id": Partnership,
    "check_in_id": CheckIn,
    "deliverable_id": Deliverable,
    "payment_id": Payment,
}
OPEN_WORDS = {"token": "nobody-made-this"}
SKIPPED = {"static"}  # the same for everybody
CHANGING = re.compile(r'csrf_token"[^>]*>|nonce="[^"]*"|nonce-[\w-]+|name="csrf_token" value="[^"]*"|\b987654\b')


@dataclass(frozen=True)
class World:
    """What stands in the database: Glow's things by the name that a route gives their id."""

    ids: dict[str, int]
    rules: list[Rule]


@pytest.fixture
def world(app: Flask, transactions: Transactions, people: People, clock: ManualClock) -> Iterator[World]:
    """Give a database in which Glow has one of everything, with a canary in its words."""
    start(transactions, people, date(2026, 1, 5))
    clock.advance(days=1)
    app.extensions["beat"]()
    _keep_file(app, transactions, people)
    _plant_canaries(transactions, people.manager.org_id)
    with transactions.looking(people.manager) as reading:
        ids = {
            name: reading.session.scalars(select(table.id).order_by(table.id)).first() or 0
            for name, table in TABLES.items()
        }
    ids["org_id"] = people.manager.org_id
    assert all(ids.values()), ids
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint not in SKIPPED]
    limiter = app.extensions["limiter"]
    for one in limiter:
        one.enabled = False
    yield World(ids, rules)
    for one in limiter:
        one.enabled = True


def _keep_file(app: Flask, transactions: Transactions, people: People) -> None:
    received = take(app.extensions["store"], "skincare", 1)
    with transactions.begin(people.manager) as work:
        work.session.add(
            StoredFile(
                org_id=people.manager.org_id,
                account_id=people.creator.person_id,
                key=received.key,
                kind=FileKind.PHOTO,
                content_type=received.content_type,
                sha256=received.sha256,
                original_sha256=received.sha256,
                bytes=received.bytes,
                width=received.width,
                height=received.height,
                display_name=received.display_name,
                created_at=work.now,
            )
        )


def _plant_canaries(transactions: Transactions, org_id: int) -> None:
    """Write a canary into every word that people of Glow have written themselves."""
    words = {
        Brand: ("name",),
        Product: ("name", "allowed_claims", "banned_claims", "registration_number", "halal_number"),
        Campaign: ("name", "brief"),
        Creator: ("name", "niche"),
        Partnership: ("invitation_note", "end_note"),
    }
    with transactions.sweeping() as sweep, sweep.work_in(org_id) as work:
        for table, columns in words.items():
            for row in work.session.scalars(select(table)).unique():
                for column in columns:
                    setattr(row, column, f"{CANARY}-{table.__tablename__}-{column}-{row.id}")
    with transactions.everywhere() as everywhere:
        everywhere.get_one(Organisation, org_id).name = f"{CANARY}-organisation"
        for member in everywhere.scalars(select(Membership).where(Membership.org_id == org_id)).unique():
            member.account.name = f"{CANARY}-account-{member.account_id}"
        everywhere.commit()


def actor_called(people: People, who: str) -> Actor | None:
    found: Actor | None = None if who == "visitor" else getattr(people, who)
    return found


def doors(app: Flask, world: World, ids: dict[str, int]) -> Iterator[tuple[str, str, str]]:
    """Yield endpoint, method and address of every route, filled with `ids` and, where it takes one, each action."""
    addresses = app.url_map.bind("localhost")
    for rule in world.rules:
        values = {name: ids.get(name, OPEN_WORDS.get(name)) for name in rule.arguments - {"action"}}
        assert None not in values.values(), f"{rule.endpoint}: say what stands for {sorted(rule.arguments)}"
        words = re.search(r"<any\(([^)]*)\):action>", rule.rule)
        actions = [{"action": word.strip()} for word in words[1].split(",")] if words else [{}]
        for action in actions:
            path = addresses.build(rule.endpoint, values | action)
            for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}):
                yield rule.endpoint, method, path


def knock(client: FlaskClient, method: str, path: str) -> TestResponse:
    answer = client.open(path, method=method)
    answer.get_data()
    answer.close()
    return answer


def plain(answer: TestResponse, key: int) -> tuple[int, str | None, str]:
    """Return status, destination and text without what differs on every answer, or only in the number asked for."""
    text = CHANGING.sub("", answer.get_data(as_text=True)) if answer.mimetype == "text/html" else answer.mimetype
    target = answer.headers.get("Location")
    return (
        answer.status_code,
        re.sub(rf"(?<=[/=]|2F){key}(?=[/?&]|%2F|$)", "N", target) if target else None,
        re.sub(rf"(?<=/){key}(?=[/\"?])", "N", text.replace(f"/{UNKNOWN}", f"/{key}")),
    )


@pytest.mark.parametrize("who", WHO)
def test_no_door_breaks_whoever_knocks(app: Flask, world: World, people: People, sign_in: SignIn, who: str) -> None:
    broken = []
    for endpoint, method, path in doors(app, world, world.ids):
        client = sign_in(actor_called(people, who))  # signing out, for one, would end the walk
        answer = knock(client, method, path)
        if answer.status_code >= 500 and endpoint != "shell.health":
            broken.append((method, path, answer.status_code))

    assert broken == []


@pytest.mark.parametrize("who", ["stranger", "stranger_creator", "other_creator"])
def test_what_is_not_ones_own_looks_exactly_like_what_does_not_exist(
    app: Flask, world: World, people: People, sign_in: SignIn, who: str
) -> None:
    unknown = dict.fromkeys(world.ids, UNKNOWN)
    shared = {"org_id"} if who == "other_creator" else set()  # Galih belongs to Glow
    different = []
    pairs = zip(doors(app, world, world.ids), doors(app, world, unknown), strict=True)
    for (endpoint, method, path), (_, _, unknown_path) in pairs:
        arguments = set(re.findall(r"<int:(\w+)>", next(r.rule for r in world.rules if r.endpoint == endpoint)))
        if not arguments or arguments & shared:
            continue
        (name,) = arguments
        first = knock(sign_in(actor_called(people, who)), method, path)
        second = knock(sign_in(actor_called(people, who)), method, unknown_path)
        if plain(first, world.ids[name]) != plain(second, UNKNOWN):
            different.append((method, path, first.status_code, second.status_code))

    assert different == []


@pytest.mark.parametrize("who", ["stranger", "stranger_creator", "visitor"])
def test_no_word_of_one_organisation_is_shown_outside_it(
    app: Flask, world: World, people: People, sign_in: SignIn, who: str
) -> None:
    seen = []
    for _, method, path in doors(app, world, world.ids):
        answer = knock(sign_in(actor_called(people, who)), method, path)
        if CANARY in answer.get_data(as_text=True) or CANARY in str(answer.headers):
            seen.append((method, path))

    assert seen == []


def test_the_canaries_sing_at_home(app: Flask, world: World, people: People, sign_in: SignIn) -> None:
    heard = {
        word
        for path in ("/partnerships", "/brands", "/campaigns", "/creators", "/team")
        for word in re.findall(rf"{CANARY}-[a-z]+", sign_in(people.owner).get(path).text)
    }

    assert {f"{CANARY}-{name}" for name in ("brand", "product", "campaign", "creator", "account")} <= heard


def test_strangers_leave_every_row_as_it_was(
    app: Flask, world: World, people: People, sign_in: SignIn, transactions: Transactions
) -> None:
    before = rows_of(transactions, people.manager.org_id)

    for who in ("stranger", "stranger_creator", "other_creator", "visitor"):
        for _, method, path in doors(app, world, world.ids):
            knock(sign_in(actor_called(people, who)), method, path)

    assert rows_of(transactions, people.manager.org_id) == before


def rows_of(transactions: Transactions, org_id: int) -> dict[str, list[str]]:
    """Return every owned row of the organisation as text."""
    tables = [table for table in metadata().sorted_tables if "org_id" in table.columns]
    with transactions.everywhere() as everywhere:
        return {
            table.name: [
                repr(row)
                for row in everywhere.execute(select(table).where(table.c.org_id == org_id).order_by(table.c.id))
            ]
            for table in tables
        }
