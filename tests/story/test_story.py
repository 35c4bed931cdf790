"""`flask story` in a process of its own, on the engine that this run is about; the first as a person types it."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from email.message import Message
from pathlib import Path

import pytest
from sqlalchemy import NullPool, create_engine, select
from sqlalchemy.orm import Session

from partnerships.check_ins.rules.check_ins import CheckInState
from partnerships.check_ins.tables import CheckIn
from partnerships.core.zones import day_in
from partnerships.database import migrating
from partnerships.deliverables.tables import Deliverable
from partnerships.mail.tables import OutboxMail
from partnerships.people.tables import Account, Organisation
from partnerships.plans.rules.dates import AFTER_POST_STEPS, StepKind
from partnerships.plans.rules.partnerships import EndReason, PartnershipState
from partnerships.plans.tables import CalendarRule, Partnership, Step
from partnerships.reminders.rules.ladder import Rung, climbs
from tests.conftest import ENGINE
from tests.services.postgres import Postgres
from tests.services.smtp import running_smtp
from tests.story.forks import Forks, forking
from tests.story.kill_drill import draw_seed, drill
from tests.story.telling import figures, mails_in, tell

pytestmark = pytest.mark.slow
MakeEmpty = Callable[[], str]
OWNER, MANAGER, CREATOR = "owner@demo.example", "manager@demo.example", "creator@demo.example"


@pytest.fixture
def make_empty(request: pytest.FixtureRequest, tmp_path: Path) -> MakeEmpty:
    """Return a function that makes an empty database, without tables, and returns its address."""

    def make() -> str:
        if ENGINE != "postgresql":
            return f"sqlite:///{tmp_path / 'story.db'}"
        server: Postgres = request.getfixturevalue("postgres")
        return server.create(f"story_{tmp_path.name[-40:]}").render_as_string(hide_password=False)

    return make


@pytest.fixture(scope="module")
def forks() -> Iterator[Forks]:
    """The interpreter that the stories of this module are forked from."""
    with forking() as server:
        yield server


def open_session(url: str) -> Session:
    return Session(create_engine(url, poolclass=NullPool))


def to(mails: Sequence[Message], address: str) -> list[Message]:
    return [mail for mail in mails if address in str(mail["To"])]


def test_the_whole_story_ends_well_and_says_so_in_figures(tmp_path: Path, make_empty: MakeEmpty) -> None:
    url, mail = make_empty(), tmp_path / "mail"

    told = tell(tmp_path, "--json", "--database-url", url, "--mail-url", f"folder:{mail}")

    found = figures(told)
    mails = mails_in(mail)
    assert found.pop("seconds") > 0
    assert found == {
        "days": 147,
        "stages": 6,
        "check_ins": 8,
        "answered": 8,
        "reminders_sent": found["reminders_sent"],
        "deliverables": 5,
        "done": 5,
        "waived": 0,
        "reviews": 5,
        "published": 5,
        "verified": 5,
        "duplicates": 0,
        "lost": 0,
    }
    assert len({str(message["Message-ID"]) for message in mails}) == len(mails)
    with open_session(url) as session:
        partnership = session.scalars(select(Partnership)).one()
        reminders = session.scalars(select(OutboxMail).where(OutboxMail.kind == "reminder", OutboxMail.state == "sent"))
        assert found["reminders_sent"] == len(reminders.all()) > 0
    assert (partnership.state, partnership.at_risk_since) == (PartnershipState.COMPLETED, None)
    assert "First days" in told.stdout

    again = tell(tmp_path, "--database-url", url, "--mail-url", f"folder:{mail}")
    assert again.returncode == 1
    assert "--resume" in again.stderr


def test_who_forgets_is_helped_by_manager_and_owner(tmp_path: Path, make_empty: MakeEmpty, forks: Forks) -> None:
    url, mail = make_empty(), tmp_path / "mail"

    found = figures(forks.tell(tmp_path, "--late", "--json", "--database-url", url, "--mail-url", f"folder:{mail}"))

    assert (found["lost"], found["duplicates"], found["answered"], found["verified"]) == (0, 0, 8, 5)
    with open_session(url) as session:
        partnership = session.scalars(select(Partnership)).one()
        people = {account.email: account.id for account in session.scalars(select(Account))}
        sent = session.scalars(select(OutboxMail).where(OutboxMail.kind == "reminder", OutboxMail.sent_at.is_not(None)))
        climbed = {
            (row.recipient_id, told["about"], told["context"]["waits_for"], day_in("Asia/Jakarta", row.sent_at))
            for row in sent
            for told in row.context.get("items", [{"about": row.about, "context": row.context}])  # of a mail of the day
            if row.sent_at is not None
        }
        steps = {(one.about, StepKind.CHECK_IN): one.step for one in session.scalars(select(CheckIn)).unique()}
        content = session.scalars(select(Deliverable)).unique().all()
        steps |= {(one.about, StepKind.PUBLISH): one.publish_step for one in content}
        steps |= {(one.about, StepKind.DRAFT): one.draft_step for one in content if one.draft_step}
        asked = {thing: (step.due_on, step.done_at) for thing, step in steps.items()}
        quiet = {rule.on: rule.name for rule in session.scalars(select(CalendarRule))}
        warned = session.scalars(select(OutboxMail.recipient_id).where(OutboxMail.template == "at_risk")).all()
    assert partnership.at_risk_since is None  # everything came in the end
    assert set(warned) == {people[OWNER]}
    assert len(asked) == 8 + 5 + 4
    hears = {Rung.DUE: CREATOR, Rung.MANAGER: MANAGER, Rung.OWNER: OWNER}
    heard = set()
    for (about, kind), (due_on, done_at) in asked.items():
        for (*_, stair), at in climbs(kind, due_on, "Asia/Jakarta", quiet):
            if stair.rung in hears and done_at is not None and at < done_at:  # over a feast some answer before the mail
                assert (people[hears[stair.rung]], about, kind, day_in("Asia/Jakarta", at)) in climbed
                heard.add(stair.rung)
    assert heard == set(hears)
    assert {OWNER, MANAGER, CREATOR} <= {str(message["To"]).rpartition("<")[2].strip(">") for message in mails_in(mail)}


def test_not_for_me_ends_it_without_blame(tmp_path: Path, make_empty: MakeEmpty, forks: Forks) -> None:
    url = make_empty()

    found = figures(forks.tell(tmp_path, "--not-for-me", "--json", "--database-url", url))

    assert (found["lost"], found["duplicates"]) == (0, 0)
    assert 0 < found["answered"] < 8
    with open_session(url) as session:
        partnership = session.scalars(select(Partnership)).one()
        left = set(session.scalars(select(CheckIn.state)))
        waking = set(session.scalars(select(Step.kind).where(Step.next_action_at.is_not(None))))
    assert (partnership.state, partnership.end_reason) == (PartnershipState.ENDED_EARLY, EndReason.NOT_FOR_ME)
    assert left == {CheckInState.ANSWERED, CheckInState.CANCELLED}
    assert waking <= AFTER_POST_STEPS  # what is public may still earn its payment


def test_a_reaction_stops_everything(tmp_path: Path, make_empty: MakeEmpty, forks: Forks) -> None:
    url, mail = make_empty(), tmp_path / "mail"

    found = figures(forks.tell(tmp_path, "--reaction", "--json", "--database-url", url, "--mail-url", f"folder:{mail}"))

    assert (found["lost"], found["duplicates"], found["published"]) == (0, 0, 0)
    with open_session(url) as session:
        partnership = session.scalars(select(Partnership)).one()
    assert (partnership.state, partnership.end_reason) == (
        PartnershipState.ENDED_EARLY,
        EndReason.ADVERSE_REACTION,
    )
    assert to(mails_in(mail), OWNER)
    assert to(mails_in(mail), MANAGER)


def test_over_smtp_every_mail_arrives_once_and_the_copies_are_left_to_the_server(
    tmp_path: Path, make_empty: MakeEmpty, forks: Forks
) -> None:
    url = make_empty()

    with running_smtp() as server:
        told = forks.tell(tmp_path, "--json", "--database-url", url, "--mail-url", server.url)

    found = figures(told)
    assert (found["lost"], found["duplicates"]) == (0, None)
    assert "copies of mails not counted" in told.stdout
    with open_session(url) as session:
        sent = session.scalars(select(OutboxMail.message_id).where(OutboxMail.state == "sent")).all()
    assert len(sent) > 20
    assert sorted(str(letter.message["Message-ID"]).strip("<>") for letter in server.letters) == sorted(sent)


def test_a_story_is_not_told_over_somebodys_data(tmp_path: Path, make_empty: MakeEmpty, forks: Forks) -> None:
    url = make_empty()
    migrating.upgrade(url)
    with open_session(url) as session:
        session.add(Organisation(name="Sungguhan", created_at=datetime(2026, 1, 1, tzinfo=UTC)))
        session.commit()

    told = forks.tell(tmp_path, "--database-url", url)

    assert told.returncode == 1
    assert "needs an empty one" in told.stderr


def test_a_story_that_is_killed_at_ten_random_points_loses_nothing(
    tmp_path: Path, make_empty: MakeEmpty, forks: Forks
) -> None:
    result = drill(forks, tmp_path, 10, draw_seed(), make_empty())

    assert (result.kills, result.lost, result.answered, result.verified) == (10, 0, 8, 5)
    assert result.copies <= result.kills
    assert result.mails > 20
