"""Everybody at every door that takes a form, with what somebody entitled would send in their hands."""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from partnerships.core.actor import Actor, Role
from partnerships.core.clock import ManualClock
from partnerships.database.work import Transactions
from partnerships.people.tables import Account
from partnerships.web import linking
from partnerships.web.policy import Policy
from partnerships.web.tables import MailedLink
from tests.conftest import SignIn
from tests.nets import bodies
from tests.nets.bodies import Knock, Scene
from tests.nets.source import metadata
from tests.nets.test_tenancy import UNKNOWN, actor_called, plain
from tests.services.logs import logging_like_serve
from tests.stories import People

BODIES = bodies.load()
OWN = {  # these take a form, and no id in it or in the address: there is nothing in them that could be somebody else's
    "shell.choose_language",
    "shell.choose_theme",
    "links.open",  # its token is a key that nobody can guess; tests/web/test_links.py
    "links.upload",  # likewise; tests/web/test_tus.py
    "tus.create",  # announces a file of one's own
    "links.keep_typed",  # tests/web/test_typed.py
    "typed.save",  # keeps a text for whoever typed it
    "people.stop_reminders",  # its address is sealed; tests/people/test_stopping.py
    "people.sign_in",
    "people.sign_out",
    "people.forgotten",
    "people.start",
    "people.profile",
    "people.change_password",
    "people.switch",  # changes one's own session only; tests/people/test_pages.py
    "people.invite_member",
    "people.create_brand",
    "creators.create",
    "plans.create",  # names a template; what is planned, for whom, comes behind doors of its own
    "portfolio.calendar_feed",  # the address of one's own dates; tests/portfolio/test_ics.py
    "portfolio.my_calendar_feed",
    "plans.quiet_days",
    "plans.take_holidays",
    "plans.quiet_hours",
    "reminders.edit_policy",  # the organisation's one ladder; tests/reminders/test_policy.py
    "plans.copy_built_in",
    "authenticity.copy_rubric",  # the organisation's one working copy; tests/authenticity/test_weighing.py
    "authenticity.edit_rubric",
}
HOW_TO = """{endpoint} ({address}) takes a form, and nobody has written one for it. Add to tests/nets/bodies/{slice}.py,
or to a new module beside it, something like

    @sends("{endpoint}")
    def {name}(scene: Scene) -> Knock:
        return Knock(scene.people.{who}, {{{path}}}, {{"field": "what {who} would send"}})

Set the scene so that it changes something. Fields that hold ids are named: @sends("{endpoint}", ids=("product_id",)).
A form without any id, in its address or in itself, is named in OWN in tests/nets/test_bodies.py instead."""
every_body = pytest.mark.parametrize("name", sorted(BODIES))


@pytest.fixture
def scene(app: Flask, transactions: Transactions, people: People, clock: ManualClock) -> Iterator[Scene]:
    limiter = app.extensions["limiter"]
    for one in limiter:
        one.enabled = False
    yield Scene(app, transactions, people, clock)
    for one in limiter:
        one.enabled = True


def test_every_door_that_takes_a_form_has_somebody_who_knocks(app: Flask) -> None:
    asked = {rule.endpoint: rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())}

    missing = asked.keys() - {name.partition(":")[0] for name in BODIES} - OWN
    gone = ({name.partition(":")[0] for name in BODIES} | OWN) - asked.keys()

    assert not missing, "\n\n".join(_how_to(app, asked[endpoint]) for endpoint in sorted(missing))
    assert not gone, f"There are no such doors: take them out of tests/nets/bodies or OWN. {sorted(gone)}"


def _how_to(app: Flask, rule: Rule) -> str:
    policy: Policy = app.extensions["policy"]
    who = "creator" if Role.CREATOR in policy.open_to[rule.endpoint] else "manager"
    path = ", ".join(f'"{name}": ...' for name in sorted(rule.arguments))
    of_slice, _, name = rule.endpoint.rpartition(".")
    return HOW_TO.format(endpoint=rule.endpoint, address=rule.rule, slice=of_slice, name=name, who=who, path=path)


@every_body
def test_nobody_else_gets_further_with_it_than_with_something_that_does_not_exist(
    app: Flask, scene: Scene, sign_in: SignIn, name: str
) -> None:
    knock = BODIES[name].make(scene)
    everybody = everybody_but(scene, knock, name)
    before = fingerprint(app)

    heard = {who: heard_at(app, sign_in, actor, name, knock) for who, actor in everybody.items()}

    told_apart = {who: statuses for who, (statuses, is_same) in heard.items() if not is_same}
    let_in = {who: statuses for who, (statuses, _) in heard.items() if knock.path and min(statuses) < 300}
    assert told_apart == {}, "a foreign thing looks different from one that does not exist"
    assert let_in == {}
    assert fingerprint(app) == before, "somebody who is not entitled has changed something"


@every_body
def test_whoever_is_entitled_changes_something_with_it(app: Flask, scene: Scene, sign_in: SignIn, name: str) -> None:
    knock = BODIES[name].make(scene)
    before = fingerprint(app)
    assert {field for field in knock.fields if re.search(r"_ids?$", field)} <= set(BODIES[name].ids), "name them"

    with logging_like_serve() as logged:
        answer = post(app, sign_in(knock.who), name, dict(knock.path), knock)
        app.extensions["beat"]()

    assert answer.status_code in {302, 303}, f"refused: the body has grown old ({answer.status_code})\n{answer.text}"
    assert fingerprint(app) != before, "nothing changed: the body, or its scene, has grown old"
    assert '"event": "request"' in logged.getvalue()
    assert [word for word in private_words(app, knock) if word in logged.getvalue()] == []


@pytest.mark.parametrize(("name", "field"), [(name, field) for name in sorted(BODIES) for field in BODIES[name].ids])
def test_an_id_of_another_organisation_in_a_form_is_as_unknown_as_one_that_does_not_exist(
    app: Flask, scene: Scene, sign_in: SignIn, name: str, field: str
) -> None:
    theirs = BODIES[name].make(scene).fields[field]
    knock = BODIES[name].make(scene.abroad())
    stranger, path = sign_in(scene.people.stranger), dict(knock.path)
    before = fingerprint(app)

    foreign = post(app, stranger, name, path, knock, **{field: theirs})
    unknown = post(app, stranger, name, path, knock, **{field: UNKNOWN})

    assert foreign.status_code in {404, 422}
    assert plain(foreign, "") == plain(unknown, "")
    assert fingerprint(app) == before


def everybody_but(scene: Scene, knock: Knock, name: str) -> dict[str, Actor | None]:
    """Return everybody to whom the thing behind the door is not open."""
    people = scene.people
    found: dict[str, Actor | None] = {"visitor": None, "stranger": people.stranger}
    found["stranger_creator"], found["other_creator"] = people.stranger_creator, people.other_creator
    for who in ("stranger_owner", "stranger_reviewer"):
        found[who] = actor_called(scene.transactions, people, who)
    policy: Policy = scene.app.extensions["policy"]
    audience = policy.open_to[name.partition(":")[0]]
    colleagues = {who: getattr(people, who) for who in ("owner", "manager", "reviewer", "creator")}
    return found | {who: actor for who, actor in colleagues.items() if actor.role not in audience}


def heard_at(app: Flask, sign_in: SignIn, actor: Actor | None, name: str, knock: Knock) -> tuple[tuple[int, int], bool]:
    """Return the answers at the foreign door and at one that does not exist, and whether they are the same."""
    unknown = {key: UNKNOWN if isinstance(value, int) else value for key, value in knock.path.items()}
    first, second = (post(app, sign_in(actor), name, path, knock) for path in (dict(knock.path), unknown))
    addresses = [address_of(app, name, path) for path in (dict(knock.path), unknown)]
    statuses = first.status_code, second.status_code
    return statuses, plain(first, addresses[0]) == plain(second, addresses[1])


def address_of(app: Flask, name: str, path: dict[str, int | str]) -> str:
    return app.url_map.bind("localhost").build(name.partition(":")[0], path)


def post(
    app: Flask, client: FlaskClient, name: str, path: dict[str, int | str], knock: Knock, **changed: int | str
) -> TestResponse:
    data = knock.data(**changed)
    answer = client.post(address_of(app, name, path), data=data, content_type="multipart/form-data")
    answer.get_data()
    return answer


def private_words(app: Flask, knock: Knock) -> list[str]:
    """Return what no log may say: names, addresses, tokens of mailed links, and what was typed."""
    transactions: Transactions = app.extensions["transactions"]
    with transactions.everywhere() as everywhere:
        people = [(account.name, account.email) for account in everywhere.scalars(select(Account)).unique()]
        tokens = [linking.token_of(link) for link in everywhere.scalars(select(MailedLink))]
    typed = [text for text in knock.fields.values() if isinstance(text, str) and " " in text]
    return [*(word for pair in people for word in pair), *tokens, *typed]


def fingerprint(app: Flask) -> str:
    """Return a digest of every row of every table, and of the names of all files that are kept."""
    digest = hashlib.sha256()
    transactions: Transactions = app.extensions["transactions"]
    with transactions.everywhere() as everywhere:
        for table in metadata().sorted_tables:
            rows = sorted(repr(tuple(row)) for row in everywhere.execute(select(table)))
            digest.update(f"{table.name} {rows}".encode())
    folder = Path(app.extensions["store"].folder)
    digest.update(repr(sorted(path.name for path in folder.rglob("*") if path.is_file())).encode())
    return digest.hexdigest()
