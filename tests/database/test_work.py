from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from partnerships.core.actor import Actor, Role
from partnerships.core.errors import Conflict
from partnerships.core.events import Event
from partnerships.database import session
from partnerships.database.history import HistoryEntry
from partnerships.database.session import db
from partnerships.database.work import Transactions, Work
from partnerships.mail.tables import OutboxMail
from partnerships.people.tables import Brand, Product
from partnerships.plans.rules.partnerships import PartnershipAction, PartnershipState
from partnerships.plans.tables import Partnership, PlanVersion
from tests.stories import People, draft, move


def test_what_is_done_while_looking_is_not_kept(transactions: Transactions, people: People) -> None:
    with transactions.looking(people.manager) as reading:
        reading.get(Brand, people.brand_id).name = "Changed"
        reading.session.flush()

    with transactions.looking(people.manager) as reading:
        assert reading.get(Brand, people.brand_id).name == "Glow"


def test_what_is_done_in_a_unit_of_work_is_kept_whole(transactions: Transactions, people: People) -> None:
    with transactions.begin(people.manager) as work:
        work.get(Brand, people.brand_id).name = "Changed"

    with transactions.looking(people.manager) as reading:
        assert reading.get(Brand, people.brand_id).name == "Changed"


def test_an_error_takes_back_what_was_done_before_it(transactions: Transactions, people: People) -> None:
    def change_and_fail(work: Work) -> None:
        work.get(Brand, people.brand_id).name = "Changed"
        work.session.flush()
        raise LookupError

    with pytest.raises(LookupError), transactions.begin(people.manager) as work:
        change_and_fail(work)

    with transactions.looking(people.manager) as reading:
        assert reading.get(Brand, people.brand_id).name == "Glow"


def test_a_listener_that_fails_takes_state_history_and_mail_back(transactions: Transactions, people: People) -> None:
    def fail(_work: Work, _event: Event) -> None:
        raise RuntimeError("no")

    partnership_id = draft(transactions, people)
    listeners = (*transactions.listeners, fail)
    failing = Transactions(transactions.open_session, transactions.clock, transactions.machine, listeners)

    with pytest.raises(RuntimeError):
        move(failing, people.manager, partnership_id, PartnershipAction.INVITE)

    with transactions.looking(people.manager) as reading:
        assert reading.get(Partnership, partnership_id).state is PartnershipState.DRAFT
        assert reading.session.scalars(select(HistoryEntry.name)).all() == ["PartnershipDrafted"]
        assert reading.session.scalars(select(OutboxMail)).all() == []


def test_an_event_is_written_into_the_history(transactions: Transactions, people: People) -> None:
    partnership_id = draft(transactions, people)

    move(transactions, people.manager, partnership_id, PartnershipAction.INVITE)

    with transactions.looking(people.manager) as reading:
        entry = reading.session.scalars(select(HistoryEntry).where(HistoryEntry.name == "PartnershipMoved")).one()
    assert (entry.account_id, entry.role) == (people.manager.account_id, Role.MANAGER)
    assert entry.about == f"partnership:{partnership_id}"
    assert (entry.facts["was"], entry.facts["now"], entry.facts["action"]) == ("draft", "invited", "invite")
    assert entry.at == transactions.clock.now()


def test_a_row_that_changed_meanwhile_is_a_conflict(transactions: Transactions, people: People) -> None:
    partnership_id = draft(transactions, people)

    def move_while_somebody_else_does(work: Work) -> None:
        partnership = work.get(Partnership, partnership_id)
        work.session.execute(update(Partnership).values(version=99), execution_options={"synchronize_session": False})
        partnership.end_note = "Changed"

    with pytest.raises(Conflict), transactions.begin(people.manager) as work:
        move_while_somebody_else_does(work)


def test_two_who_decide_at_once_do_not_both_win(transactions: Transactions, people: People) -> None:
    partnership_id = draft(transactions, people)
    with transactions.looking(people.manager) as reading:
        seen = reading.get(Partnership, partnership_id)
    move(transactions, people.owner, partnership_id, PartnershipAction.INVITE)

    def change_an_old_page(work: Work) -> None:
        work.session.add(seen)
        seen.invitation_note = "From an old page"

    with pytest.raises(Conflict), transactions.begin(people.manager) as work:
        change_an_old_page(work)

    with transactions.looking(people.manager) as reading:
        assert reading.get(Partnership, partnership_id).invitation_note == ""


@pytest.mark.parametrize("table", [HistoryEntry, PlanVersion])
@pytest.mark.parametrize("verb", ["update", "delete"])
def test_history_is_only_ever_added_to(
    transactions: Transactions, people: People, table: type[HistoryEntry] | type[PlanVersion], verb: str
) -> None:
    draft(transactions, people)
    statement = delete(table) if verb == "delete" else update(table).values(id=table.id + 1000)

    with pytest.raises(DBAPIError, match="append-only"), transactions.begin(people.manager) as work:
        work.session.execute(statement, execution_options={"synchronize_session": False})

    with transactions.looking(people.manager) as reading:
        assert reading.session.scalars(select(table.id)).all() != []


def test_one_fact_is_written_down_once(transactions: Transactions, people: People) -> None:
    draft(transactions, people)
    with transactions.looking(people.manager) as reading:
        key, about = reading.session.execute(select(HistoryEntry.key, HistoryEntry.about)).one()

    with pytest.raises(Conflict), transactions.begin(people.manager) as work:
        work.emit(Event(key=key, about=about))


def test_two_who_add_the_same_at_once_do_not_both_win(app: Flask, transactions: Transactions, people: People) -> None:
    def add_twin(actor: Actor) -> None:
        with app.app_context(), transactions.begin(actor) as work:
            met.wait(timeout=5)
            work.session.add(Brand(org_id=actor.org_id, name="Twin", created_at=work.now))
            work.session.flush()

    met = Barrier(2 if db.engine.dialect.name == "postgresql" else 1)  # SQLite lets in one writer at a time
    with ThreadPoolExecutor(2) as pool:
        doing = [pool.submit(add_twin, actor) for actor in (people.manager, people.owner)]
        errors = [work.exception() for work in doing]

    assert [type(error) for error in errors if error] == [Conflict]


def test_who_waits_for_each_other_are_not_both_lost(app: Flask, transactions: Transactions, people: People) -> None:
    if db.engine.dialect.name != "postgresql":
        pytest.skip("SQLite lets in one writer at a time")
    met = Barrier(2)

    def rename(tables: tuple[type[Brand] | type[Product], ...]) -> None:
        with app.app_context(), transactions.begin(people.manager) as work:
            for number, table in enumerate(tables):
                if number:
                    met.wait(timeout=5)
                work.get(table, {Brand: people.brand_id, Product: people.product_id}[table]).name += "x"
                work.session.flush()

    with ThreadPoolExecutor(2) as pool:
        doing = [pool.submit(rename, tables) for tables in ((Brand, Product), (Product, Brand))]
        errors = [work.exception() for work in doing]

    assert [type(error) for error in errors if error] == [Conflict]


def test_a_mistake_is_not_taken_for_somebody_else(transactions: Transactions, people: People) -> None:
    with pytest.raises(IntegrityError, match=r"(?i)foreign key"), transactions.begin(people.manager) as work:
        work.session.add(
            Product(org_id=people.manager.org_id, brand_id=10**6, name="Lost", category="general", created_at=work.now)
        )


def test_a_database_that_stays_locked_is_a_conflict(
    app: Flask, transactions: Transactions, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL locks rows")
    monkeypatch.setattr(session, "BUSY_MILLISECONDS", 10)
    db.session.remove()
    db.engine.dispose()

    def write() -> None:
        with app.app_context(), transactions.begin(people.manager):
            pass

    with transactions.begin(people.manager), ThreadPoolExecutor(1) as pool:
        error = pool.submit(write).exception()

    assert isinstance(error, Conflict)
