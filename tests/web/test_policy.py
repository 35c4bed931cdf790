import pytest
from flask import Flask, g

from partnerships.core.actor import Role
from partnerships.core.errors import NotAllowed, NotSignedIn
from partnerships.web.context import remember_actor
from partnerships.web.policy import CREATORS, EVERYONE, MANAGERS, MEMBERS, NOBODY, OWNERS, TEAM, Audience, Policy
from tests.conftest import SignIn
from tests.stories import People

ROLES: list[str | None] = [None, "owner", "manager", "reviewer", "creator"]


@pytest.mark.parametrize("who", ROLES)
def test_what_is_not_in_the_table_is_closed_to_everyone(app: Flask, people: People, who: str | None) -> None:
    with app.test_request_context("/brands"):
        remember_actor(getattr(people, who) if who else None)

        with pytest.raises((NotAllowed, NotSignedIn)):
            Policy({}).check()


@pytest.mark.parametrize(
    ("audience", "inside"),
    [
        (NOBODY, set()),
        (OWNERS, {"owner"}),
        (MANAGERS, {"owner", "manager"}),
        (TEAM, {"owner", "manager", "reviewer"}),
        (CREATORS, {"creator"}),
        (MEMBERS, {"owner", "manager", "reviewer", "creator"}),
        (EVERYONE, {None, "owner", "manager", "reviewer", "creator"}),
    ],
)
def test_exactly_its_audience_may_open_a_page(
    app: Flask, people: People, audience: Audience, inside: set[str | None]
) -> None:
    policy = Policy({"people.brands": audience})
    let_in = set()
    for who in ROLES:
        with app.test_request_context("/brands"):
            remember_actor(getattr(people, who) if who else None)
            try:
                policy.check()
            except (NotAllowed, NotSignedIn):
                continue
            let_in.add(who)

    assert let_in == inside


def test_nobody_signs_in_as_the_clock(app: Flask) -> None:
    assert all(Role.SYSTEM not in audience for audience in app.extensions["policy"].open_to.values())


def test_a_page_that_nobody_listed_is_refused_in_a_browser_too(app: Flask, people: People, sign_in: SignIn) -> None:
    del app.extensions["policy"].open_to["people.brands"]

    assert sign_in(people.owner).get("/brands").status_code == 403


def test_who_was_there_before_is_forgotten_by_the_next_request(people: People, sign_in: SignIn) -> None:
    sign_in(people.owner).get("/brands")

    answer = sign_in(None).get("/brands")

    assert answer.status_code == 302
    assert "actor" not in g or g.actor is None
