"""Templates on their pages: listed, read, copied, written line by line, published and put away."""

import re
from html import unescape

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from partnerships.database.work import Transactions
from partnerships.plans.rules.editing import LISTED, Place, Section, lines
from partnerships.plans.rules.templates import Template, built_in, load
from partnerships.plans.tables import OwnTemplate
from tests.conftest import SignIn
from tests.stories import People

STORY = load("usage-3m")


@pytest.fixture
def manager(sign_in: SignIn, people: People) -> FlaskClient:
    return english(sign_in(people.manager))


@pytest.fixture
def colleague(sign_in: SignIn, people: People) -> FlaskClient:
    return english(sign_in(people.owner))


def english(client: FlaskClient) -> FlaskClient:
    client.post("/language", data={"locale": "en"})
    return client


def copy(client: FlaskClient, key: str = "usage-3m") -> int:
    answer = client.post(f"/templates/built-in/{key}/copy")
    found = re.search(r"/templates/(\d+)/edit", answer.headers["Location"])
    assert found is not None
    return int(found[1])


def working_copy(transactions: Transactions, people: People, template_id: int) -> Template:
    with transactions.looking(people.manager) as reading:
        return reading.get(OwnTemplate, template_id).template


def filled(page: str) -> dict[str, list[str]]:
    """Return what a browser would send of the form on `page`, without changing anything."""
    form = page[page.index('<form class="stack" method="post"') :]
    form = form[: form.index("</form>")]
    sent: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        facts = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        is_tick = facts.get("type") in {"checkbox", "radio"}
        if not is_tick or " checked" in tag:
            sent.setdefault(facts["name"], []).append(unescape(facts.get("value", "y" if is_tick else "")))
    for name, text in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>\r?\n?(.*?)</textarea>', form, re.DOTALL):
        sent[name] = [unescape(text)]
    for name, options in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option selected value="([^"]*)"', options) or re.search(r'value="([^"]*)"', options)
        sent[name] = [unescape(chosen[1]) if chosen else ""]
    return sent


def write(client: FlaskClient, path: str, **changes: object) -> TestResponse:
    """Open the form at `path`, change some of it, and send it."""
    return client.post(path, data=filled(client.get(path).text) | changes)


def address(template_id: int, place: Place) -> str:
    if place.section is Section.BASICS:
        return f"/templates/{template_id}/basics"
    of = f"?of={place.of}" if place.of else ""
    return f"/templates/{template_id}/{place.section}/{place.key}{of}"


def places(template: Template) -> list[Place]:
    listed = [section for section in LISTED if section is not Section.QUESTIONS]
    return [
        Place(Section.BASICS),
        *(Place(section, line.key) for section in listed for line in lines(template, Place(section))),
        *(Place(Section.QUESTIONS, q.key, c.key) for c in template.check_ins for q in c.questions),
    ]


def test_every_template_is_listed_with_what_it_suits(manager: FlaskClient) -> None:
    copy(manager)

    page = manager.get("/templates").text

    for template in built_in():
        assert template.title.en in unescape(page)
        assert template.suits is None or template.suits.en in unescape(page)
    assert "Copy of Three-month product-usage story" in page
    assert page.count("Built in") == len(built_in())
    assert "Not published yet" in page
    assert "0 partnerships" in page


@pytest.mark.parametrize("template", built_in(), ids=lambda template: template.key)
def test_a_built_in_template_can_be_read(manager: FlaskClient, template: Template) -> None:
    page = unescape(manager.get(f"/templates/built-in/{template.key}").text)

    for words in (
        *(stage.purpose.en for stage in template.stages),
        *(question.label.en for check_in in template.check_ins for question in check_in.questions),
        *(deliverable.brief.en for deliverable in template.deliverables),
        *(payment.label.en for payment in template.payments),
    ):
        assert words in page


@pytest.mark.parametrize("template", built_in(), ids=lambda template: template.key)
def test_a_form_that_is_sent_as_it_was_opened_changes_nothing(
    manager: FlaskClient, transactions: Transactions, people: People, template: Template
) -> None:
    template_id = copy(manager, template.key)
    before = working_copy(transactions, people, template_id)

    answers = [write(manager, address(template_id, place)) for place in places(before)]

    assert {answer.status_code for answer in answers} == {302}
    assert working_copy(transactions, people, template_id) == before
