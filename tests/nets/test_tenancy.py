"""Everybody at every door: what is another organisation's is as if it did not exist, and nothing breaks."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from partnerships.authenticity.tables import Review
from partnerships.check_ins.tables import CheckIn
from partnerships.core.actor import Actor, Role
from partnerships.core.clock import ManualClock
from partnerships.creators.tables import Creator
from partnerships.database.base import Owned
from partnerships.database.work import Transactions
from partnerships.deliverables.rules.licences import LicenceState, Use
from partnerships.deliverables.tables import Deliverable, Licence, Payment, Revision
from partnerships.files.tables import FileKind, FileState, StoredFile
from partnerships.mail.rules.suppressions import Reason
from partnerships.mail.suppressing import suppress
from partnerships.mail.tables import OutboxMail, Suppression
from partnerships.people.tables import Account, Brand, Membership, Organisation, Product
from partnerships.plans import copying, correcting, ruling, sketching
from partnerships.plans.rules.moves import Move, MoveKind
from partnerships.plans.rules.templates import Text
from partnerships.plans.tables import (
    CalendarRule,
    Campaign,
    OwnTemplate,
    Partnership,
    PlanMove,
    PlanningRun,
    Shipment,
    Stage,
    Terms,
)
from partnerships.story.camera import take
from tests.conftest import SignIn
from tests.nets.source import MODULES, calls, metadata
from tests.plans.bending import shift
from tests.stories import SETTLED_AT, People, start

STRANGERS = {"stranger_owner": Role.OWNER, "stranger_reviewer": Role.REVIEWER}
OUTSIDERS = {"visitor", "stranger", "stranger_creator", *STRANGERS}
WHO = ["creator", "other_creator", "reviewer", "manager", "owner", *sorted(OUTSIDERS)]
CANARY = "CANARY-GLOW"
UNKNOWN = 987_654
TABLES: dict[str, type[Owned]] = {
    "file_id": StoredFile,
    "brand_id": Brand,
    "product_id": Product,
    "membership_id": Membership,
    "creator_id": Creator,
    "campaign_id": Campaign,
    "template_id": OwnTemplate,
    "partnership_id": Partnership,
    "stage_id": Stage,
    "check_in_id": CheckIn,
    "deliverable_id": Deliverable,
    "payment_id": Payment,
    "licence_id": Licence,
    "review_id": Review,
    "rule_id": CalendarRule,
    "run_id": PlanningRun,
    "move_id": PlanMove,
    "mail_id": OutboxMail,
    "suppression_id": Suppression,
}
OPEN_WORDS = {
    "token": "nobody-made-this",
    "template_key": "usage-3m",
    "section": "stages",
    "line_key": "fit",
    "wording": "check_in",
    "copy": "small",
    "example_key": "tea-collab",
    "public_id": "nobody-announced-this",
}
SKIPPED = {"static"}  # the same for everybody
CHANGING = re.compile(r'nonce="[^"]*"|name="csrf_token" value="[^"]*"')
ASKED = {"brand": "brand_id", "campaign": "campaign_id", "product": "product_id", "creator": "creator_id"}
NUMBERS = {"page", "from", "to", "year", "version", "before"}  # numbers in a query that are no ids


@dataclass(frozen=True)
class World:
    """What stands in the database: Glow's things by the name that a route gives their id."""

    ids: dict[str, int]
    rules: list[Rule]


@pytest.fixture
def world(app: Flask, transactions: Transactions, people: People, clock: ManualClock) -> Iterator[World]:
    """Give a database in which Glow has one of everything, with a canary in its words."""
    partnership_id = start(transactions, people, date(2026, 1, 5))
    with transactions.begin(people.creator) as work:
        correcting.correct(work, partnership_id, {"address": "Jalan Demo 1"})
    clock.advance(days=1)
    app.extensions["beat"]()
    shift(transactions, people.manager, partnership_id, Move(MoveKind.REST, 1), f"{CANARY}-move-note")
    _keep_file(app, transactions, people)
    _license(transactions, people)
    _review(transactions, people)
    with transactions.begin(people.manager) as work:
        ruling.take_holidays(work)
        suppress(work, "tari@creator.example", Reason.UNREACHABLE, f"{CANARY}-told")
        sketching.begin(work, "usage-3m", campaign_id=people.campaign_id, creator_ids=[people.creator_id])
    _copy_template(transactions, people)
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
                state=FileState.READY,
                created_at=work.now,
            )
        )


def _license(transactions: Transactions, people: People) -> None:
    with transactions.begin(people.manager) as work:
        content = work.session.scalars(select(Deliverable).order_by(Deliverable.id)).first()
        asked = Licence(org_id=people.manager.org_id, deliverable=content, state=LicenceState.DRAFT, use=Use.PAID)
        asked.places, asked.is_agreed, asked.moved_at = f"{CANARY}-places", False, work.now
        asked.from_on, asked.to_on = date(2026, 2, 1), date(2026, 3, 1)
        work.session.add(asked)


def _review(transactions: Transactions, people: People) -> None:
    """Have a version of other content lie with a reviewer."""
    with transactions.begin(people.reviewer) as work:
        content = work.session.scalars(select(Deliverable).order_by(Deliverable.id)).all()[-1]
        revision = Revision(
            org_id=people.manager.org_id,
            deliverable_id=content.id,
            number=1,
            caption=f"{CANARY}-caption",
            note="",
            sha256="0" * 64,
            statement="draft-1",
            submitted_at=work.now,
            submitted_by=people.creator.person_id,
        )
        work.session.add(revision)
        work.session.flush()
        work.session.add(
            Review(
                org_id=people.manager.org_id,
                revision_id=revision.id,
                revision_sha256=revision.sha256,
                reviewer_id=people.reviewer.person_id,
                rubric="AR-1",
                seed="",
                started_at=work.now,
                reasons=[],
                tags=[],
                is_independent=True,
            )
        )


def _copy_template(transactions: Transactions, people: People) -> None:
    with transactions.begin(people.manager) as work:
        own = copying.copy_built_in(work, "usage-3m")
        title = Text(f"{CANARY}-template-id", f"{CANARY}-template-en")
        own.write(replace(own.template, title=title), people.manager.person_id, work.now)


def _plant_canaries(transactions: Transactions, org_id: int) -> None:
    """Write a canary into every word that people of Glow have written themselves."""
    words: dict[type[Owned], tuple[str, ...]] = {
        Brand: ("name",),
        Product: ("name", "allowed_claims", "banned_claims", "registration_number", "halal_number"),
        Campaign: ("name", "brief"),
        Creator: ("name", "niche"),
        Partnership: ("invitation_note", "end_note"),
        Shipment: ("carrier", "receipt_number", "note", "damage_note"),
        Terms: ("scope", "address", "variant", "payee"),
        Payment: ("payee",),
    }
    with transactions.sweeping() as sweep, sweep.work_in(org_id) as work:
        for table, columns in words.items():
            for row in work.session.scalars(select(table)).unique():
                for column in columns:
                    setattr(row, column, f"{CANARY}-{table.__name__.lower()}-{column}-{row.id}")
    with transactions.everywhere() as everywhere:
        everywhere.get_one(Organisation, org_id).name = f"{CANARY}-organisation"
        for member in everywhere.scalars(select(Membership).where(Membership.org_id == org_id)).unique():
            member.account.name = f"{CANARY}-account-{member.account_id}"
        everywhere.commit()


def actor_called(transactions: Transactions, people: People, who: str) -> Actor | None:
    """Return who is meant; the other organisation's owner and reviewer join it when they are first asked for."""
    if who in STRANGERS:
        return _join_strangers(transactions, people, STRANGERS[who])
    found: Actor | None = None if who == "visitor" else getattr(people, who)
    return found


def _join_strangers(transactions: Transactions, people: People, role: Role) -> Actor:
    email = f"{role}@other.example"
    with transactions.everywhere() as everywhere:
        account = everywhere.scalars(select(Account).where(Account.email == email)).one_or_none()
        if account is None:
            org = everywhere.get_one(Organisation, people.stranger.org_id)
            account = Account(email=email, name=f"Other {role}", fs_uniquifier=email, created_at=SETTLED_AT)
            member = Membership(org_id=org.id, account=account, role=role, created_at=SETTLED_AT, organisation=org)
            everywhere.add_all([account, member])
            everywhere.commit()
        return Actor(account.id, people.stranger.org_id, role)


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


def plain(answer: TestResponse, path: str) -> tuple[int, str, str]:
    """Return status, destination and text without what differs on every answer, and without the address asked for."""
    text = CHANGING.sub("", answer.get_data(as_text=True)) if answer.mimetype == "text/html" else str(answer.mimetype)
    target = str(answer.headers.get("Location", ""))
    for said in (path, quote(path, safe="")):
        text, target = text.replace(said, "HERE"), target.replace(said, "HERE")
    return answer.status_code, target, text


@pytest.mark.parametrize("who", WHO)
def test_no_door_breaks_and_outsiders_see_and_change_nothing(
    app: Flask, world: World, people: People, sign_in: SignIn, transactions: Transactions, who: str
) -> None:
    before = rows_of(transactions, people.manager.org_id)
    broken, seen = [], []

    for endpoint, method, path in doors(app, world, world.ids):
        answer = knock(
            sign_in(actor_called(transactions, people, who)), method, path
        )  # anew: signing out would end the walk
        if answer.status_code >= 500 and endpoint != "shell.health":
            broken.append((method, path, answer.status_code))
        if CANARY.encode() in answer.data or CANARY in str(answer.headers):
            seen.append((method, path))

    assert broken == []
    if who in OUTSIDERS:
        assert seen == []
        assert rows_of(transactions, people.manager.org_id) == before


@pytest.mark.parametrize("who", sorted((OUTSIDERS - {"visitor"}) | {"other_creator"}))
def test_what_is_not_ones_own_looks_exactly_like_what_does_not_exist(
    app: Flask, world: World, people: People, sign_in: SignIn, transactions: Transactions, who: str
) -> None:
    unknown = dict.fromkeys(world.ids, UNKNOWN)
    shared = {"org_id"} if who == "other_creator" else set()  # Galih belongs to Glow
    different = []
    pairs = zip(doors(app, world, world.ids), doors(app, world, unknown), strict=True)
    for (endpoint, method, path), (_, _, unknown_path) in pairs:
        arguments = set(re.findall(r"<int:(\w+)>", next(r.rule for r in world.rules if r.endpoint == endpoint)))
        if not arguments or arguments & shared:
            continue
        first = knock(sign_in(actor_called(transactions, people, who)), method, path)
        second = knock(sign_in(actor_called(transactions, people, who)), method, unknown_path)
        if plain(first, path) != plain(second, unknown_path):
            different.append((method, path, first.status_code, second.status_code))

    assert different == []


@pytest.mark.parametrize("name", sorted(ASKED))
def test_an_id_of_others_behind_a_question_mark_is_as_unknown_as_one_that_does_not_exist(
    app: Flask, world: World, people: People, sign_in: SignIn, name: str
) -> None:
    manager = sign_in(people.stranger)
    different = []
    for _, method, path in doors(app, world, world.ids):
        if method != "GET" or re.search(r"\d", path):
            continue
        said = [f"{name}={key}" for key in (world.ids[ASKED[name]], UNKNOWN)]  # the page's own links keep it
        answers = [knock(manager, "GET", f"{path}?{words}") for words in said]
        first, second = (plain(answer, words) for answer, words in zip(answers, said, strict=True))
        if first != second or CANARY in first[2]:
            different.append((path, first[0], second[0]))

    assert different == []


def test_every_id_that_a_page_reads_behind_a_question_mark_is_known() -> None:
    read = {
        ast.literal_eval(call.args[0])
        for path in MODULES
        for name, call in calls(path)
        if name == "get" and call.args and any(word.arg == "type" for word in call.keywords)
        if isinstance(call.func, ast.Attribute) and ast.unparse(call.func.value) == "request.args"
    }

    assert read <= ASKED.keys() | NUMBERS, "say in ASKED whose ids these are, or in NUMBERS that they are none"


def test_the_canaries_sing_at_home(app: Flask, world: World, people: People, sign_in: SignIn) -> None:
    heard = {
        word
        for path in ("/partnerships", "/brands", "/campaigns", "/templates", "/creators", "/team")
        for word in re.findall(rf"{CANARY}-[a-z]+", sign_in(people.owner).get(path).text)
    }

    assert {f"{CANARY}-{name}" for name in ("brand", "product", "campaign", "template", "creator", "account")} <= heard


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
