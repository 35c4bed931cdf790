"""The engine of one process: it rings once what was asked for is kept, and not for what is not."""

from dataclasses import replace

import pytest

from partnerships.clockwork.engine import Embedded, Job
from partnerships.database.work import Transactions, Work
from tests.stories import People


def test_a_bell_rings_when_the_work_that_asked_is_kept(transactions: Transactions, people: People) -> None:
    engine, heard = Embedded(), list[int]()
    engine.bells[Job.MEDIA] = lambda: heard.append(1)
    these = replace(transactions, engine=engine)

    with these.begin(people.manager) as work:
        work.ask_for(Job.MEDIA)
        work.ask_for(Job.MAIL)  # has no bell: the tick sees to it
        before = list(heard)
    with these.begin(people.manager):
        pass

    assert (before, heard) == ([], [1])


def test_no_bell_rings_for_what_was_not_kept(transactions: Transactions, people: People) -> None:
    engine, heard = Embedded(), list[int]()
    engine.bells[Job.MEDIA] = lambda: heard.append(1)
    these = replace(transactions, engine=engine)

    with pytest.raises(ZeroDivisionError), these.begin(people.manager) as work:
        _fail(work)
    rolled_back = list(heard)

    assert rolled_back == []


def _fail(work: Work) -> None:
    work.ask_for(Job.MEDIA)
    raise ZeroDivisionError
