from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import Executable, delete, func, insert, select, text, union_all, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import aliased

from partnerships.core.actor import Role
from partnerships.core.errors import NotFound
from partnerships.database.claiming import claim, insert_once
from partnerships.database.scope import EVERYWHERE, OutOfScope, inside, narrowed
from partnerships.database.session import db
from partnerships.database.work import Transactions
from partnerships.people.tables import Account, Brand, Membership, Product
from partnerships.plans.tables import Campaign, Partnership, Stage, Step
from tests.stories import People, draft

AT = datetime(2026, 1, 1, tzinfo=UTC)


def test_a_query_without_a_scope_is_refused(app: Flask, people: People) -> None:
    with pytest.raises(OutOfScope, match="unit of work"):
        db.session.scalars(select(Account)).all()


def test_a_row_without_a_scope_is_refused(app: Flask, people: People) -> None:
    db.session.add(Brand(org_id=people.manager.org_id, name="X", created_at=AT))

    with pytest.raises(OutOfScope):
        db.session.commit()


def test_unknown_and_foreign_ids_look_the_same(transactions: Transactions, people: People) -> None:
    partnership_id = draft(transactions, people)
    sentences = []
    for key in (partnership_id, 999_999):
        with transactions.looking(people.stranger) as reading, pytest.raises(NotFound) as missing:
            reading.get(Partnership, key)
        sentences.append(str(missing.value))

    assert len(set(sentences)) == 1


def test_every_kind_of_select_is_narrowed(transactions: Transactions, people: People) -> None:
    draft(transactions, people)
    other = aliased(Stage)
    inner = select(Stage.id).subquery()
    cte = select(Step.id.label("id")).cte()
    statements: dict[str, Executable] = {
        "entity": select(Partnership),
        "column": select(Stage.key),
        "count": select(Stage.id).where(Stage.id.in_(select(Step.stage_id))),
        "join": select(Stage).join(Partnership),
        "alias": select(other.key),
        "subquery": select(inner.c.id),
        "cte": select(cte.c.id),
        "union": union_all(select(Stage.id), select(Step.id)),
        "exists": select(Brand.name).where(select(Partnership.id).exists()),
    }

    with transactions.looking(people.stranger) as reading:
        seen = {name: reading.session.execute(statement).all() for name, statement in statements.items()}
        number = reading.session.scalar(select(func.count()).select_from(Partnership))

    assert seen == {name: [] for name in statements}
    assert number == 0


def test_the_same_selects_see_what_is_ones_own(transactions: Transactions, people: People) -> None:
    draft(transactions, people)

    with transactions.looking(people.manager) as reading:
        assert len(reading.session.scalars(select(Stage)).all()) == 6
        assert reading.session.scalar(select(func.count()).select_from(Partnership)) == 1


def test_update_and_delete_are_narrowed(transactions: Transactions, people: People) -> None:
    draft(transactions, people)

    with transactions.begin(people.stranger) as work:
        changed = work.session.execute(update(Stage).values(key="stolen").returning(Stage.id)).all()
        gone = work.session.execute(delete(Product).returning(Product.id).where(Product.name == "Glow Serum")).all()

    assert (changed, gone) == ([], [])
    with transactions.looking(people.manager) as reading:
        assert "stolen" not in reading.session.scalars(select(Stage.key)).all()


def test_an_update_by_a_list_of_keys_is_refused(transactions: Transactions, people: People) -> None:
    with pytest.raises(OutOfScope), transactions.begin(people.stranger) as work:
        work.session.execute(update(Brand), [{"id": people.brand_id, "name": "stolen"}])
    with transactions.looking(people.manager) as reading:
        assert reading.get(Brand, people.brand_id).name == "Glow"


@pytest.mark.parametrize("sql", ["SELECT * FROM account", "SELECT 1", "DELETE FROM brand"])
def test_plain_sql_is_refused_inside_an_organisation(transactions: Transactions, people: People, sql: str) -> None:
    with transactions.looking(people.manager) as reading, pytest.raises(OutOfScope):
        reading.session.execute(text(sql))


def test_a_table_without_its_class_is_refused_inside_an_organisation(
    transactions: Transactions, people: People
) -> None:
    with transactions.looking(people.manager) as reading, pytest.raises(OutOfScope):
        reading.session.execute(select(Brand.__table__.c.name))


def test_a_bulk_insert_is_refused_inside_an_organisation(transactions: Transactions, people: People) -> None:
    row = {"org_id": people.stranger.org_id, "name": "X", "created_at": AT}

    with pytest.raises(OutOfScope), transactions.begin(people.manager) as work:
        work.session.execute(insert(Brand), [row])


def test_a_foreign_row_is_not_written(transactions: Transactions, people: People) -> None:
    with pytest.raises(OutOfScope), transactions.begin(people.manager) as work:
        work.session.add(Brand(org_id=people.stranger.org_id, name="X", created_at=AT))


def test_a_row_is_not_given_away(transactions: Transactions, people: People) -> None:
    with pytest.raises(OutOfScope), transactions.begin(people.manager) as work:
        work.get(Brand, people.brand_id).org_id = people.stranger.org_id


def test_units_of_work_do_not_nest(transactions: Transactions, people: People) -> None:
    with transactions.looking(people.manager), pytest.raises(OutOfScope), transactions.begin(people.stranger):
        pass


def test_a_session_is_closed_to_everybody_when_its_scope_ends(transactions: Transactions, people: People) -> None:
    with pytest.raises(LookupError), transactions.looking(people.manager):
        raise LookupError

    with pytest.raises(OutOfScope):
        db.session.scalars(select(Brand)).all()


def test_rows_of_one_scope_are_forgotten_in_the_next(transactions: Transactions, people: People) -> None:
    with transactions.looking(people.manager) as reading:
        mine = reading.get(Brand, people.brand_id)
    with transactions.looking(people.stranger) as reading:
        assert mine not in reading.session
        assert reading.session.get(Brand, people.brand_id) is None


def test_what_several_may_try_is_inserted_once(transactions: Transactions, people: People) -> None:
    values = {"org_id": people.manager.org_id, "name": "Once", "created_at": AT}

    with transactions.begin(people.manager) as work:
        first = insert_once(work.session, Brand, [values], Brand.name)
        second = insert_once(work.session, Brand, [values, {**values, "name": "Another"}], Brand.name)
        assert insert_once(work.session, Brand, [], Brand.name) == []

    assert [name for name, _ in (*first, *second)] == ["Once", "Another"]
    with transactions.looking(people.manager) as reading:
        assert reading.session.scalars(select(Brand.id).where(Brand.name == "Once")).all() == [first[0][1]]
        assert reading.session.scalars(select(Brand.id).where(Brand.name == "Another")).all() == [second[0][1]]


@pytest.mark.parametrize("org", ["other", None])
def test_inserting_once_does_not_cross_organisations(
    transactions: Transactions, people: People, org: str | None
) -> None:
    org_id = people.stranger.org_id if org else None
    mine = {"org_id": people.manager.org_id, "name": "Mine", "created_at": AT}

    with pytest.raises(OutOfScope), transactions.begin(people.manager) as work:
        insert_once(work.session, Brand, [mine, {"org_id": org_id, "name": "X", "created_at": AT}], Brand.name)

    with transactions.sweeping() as sweep:
        assert sweep.session.scalars(select(Brand.id).where(Brand.name.in_(["X", "Mine"]))).all() == []


def test_a_claim_does_not_reach_into_another_organisation(transactions: Transactions, people: People) -> None:
    with transactions.begin(people.stranger) as work:
        taken = claim(work.session, Brand, people.brand_id, Brand.name == "Glow", {"name": "stolen"})
    with transactions.begin(people.manager) as work:
        mine = claim(work.session, Brand, people.brand_id, Brand.name == "Glow", {"name": "Glow 2"})
        again = claim(work.session, Brand, people.brand_id, Brand.name == "Glow", {"name": "Glow 3"})

    assert (taken, mine, again) == (False, True, False)


def test_a_sweep_sees_everything_and_works_inside_one_organisation_at_a_time(
    transactions: Transactions, people: People
) -> None:
    with transactions.sweeping() as sweep:
        everything = set(sweep.session.scalars(select(Campaign.id)))
        with sweep.work_in(people.stranger.org_id) as work:
            inside_one = set(work.session.scalars(select(Campaign.id)))
            role = work.actor.role
        again = set(sweep.session.scalars(select(Campaign.id)))

    assert everything == again == {people.campaign_id, people.stranger_campaign_id}
    assert inside_one == {people.stranger_campaign_id}
    assert role is Role.SYSTEM


def test_work_in_a_sweep_does_not_find_what_the_sweep_has_seen_of_another_organisation(
    transactions: Transactions, people: People
) -> None:
    with transactions.sweeping() as sweep:
        seen = sweep.session.scalars(select(Brand)).all()
        with sweep.work_in(people.stranger.org_id) as work:
            mine = [brand.name for brand in seen if work.find(Brand, brand.id)]

    assert (len(seen), mine) == (2, ["Other"])


def test_work_in_a_sweep_cannot_write_for_another_organisation(transactions: Transactions, people: People) -> None:
    with (
        pytest.raises(OutOfScope),
        transactions.sweeping() as sweep,
        sweep.work_in(people.manager.org_id) as work,
    ):
        work.session.add(Brand(org_id=people.stranger.org_id, name="X", created_at=AT))


def test_only_a_session_that_sees_everything_is_narrowed(transactions: Transactions, people: People) -> None:
    with (
        transactions.looking(people.manager) as reading,
        pytest.raises(OutOfScope),
        narrowed(reading.session, people.stranger.org_id),
    ):
        pass


def test_a_narrowed_session_is_wide_again_after_a_failure(app: Flask, people: People) -> None:
    with inside(db.session(), EVERYWHERE):
        with pytest.raises(LookupError), narrowed(db.session(), people.manager.org_id):
            raise LookupError

        assert db.session.info["scope"] == EVERYWHERE


def test_a_row_never_changes_its_organisation_by_any_statement(transactions: Transactions, people: People) -> None:
    for table in (Brand, Membership, Campaign):
        with pytest.raises(DBAPIError, match="never changes its organisation"), transactions.sweeping() as sweep:
            sweep.session.execute(
                update(table).where(table.org_id == people.manager.org_id).values(org_id=people.stranger.org_id)
            )


def test_a_reference_into_another_organisation_is_refused_by_the_database(
    transactions: Transactions, people: People
) -> None:
    foreign = Product(
        org_id=people.stranger.org_id, brand_id=people.brand_id, name="X", category="general", created_at=AT
    )

    with pytest.raises(DBAPIError, match=r"(?i)foreign key"), transactions.sweeping() as sweep:
        sweep.session.add(foreign)
