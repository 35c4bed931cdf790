from functools import partial

import pytest

from partnerships.core.errors import (
    Conflict,
    DomainError,
    Gone,
    IllegalTransition,
    NotFound,
    Refused,
    StorageFailed,
    check_together,
)


def test_a_sentence_is_filled_in_and_kept_apart_from_its_values() -> None:
    error = Refused("At most %(most)s files.", field="files", most=3)

    assert str(error) == "At most 3 files."
    assert (error.sentence, error.values, error.field) == ("At most %(most)s files.", {"most": 3}, "files")


def test_a_percent_sign_in_a_sentence_without_values_is_left_alone() -> None:
    assert str(Refused("100% of it")) == "100% of it"


@pytest.mark.parametrize("kind", [Refused, IllegalTransition, NotFound, Gone, Conflict, StorageFailed])
def test_every_answer_is_a_domain_error(kind: type[DomainError]) -> None:
    assert issubclass(kind, DomainError)
    assert kind("No.").values == {}


def test_what_cannot_be_done_any_more_is_a_refusal() -> None:
    assert issubclass(IllegalTransition, Refused)


def no(field: str) -> None:
    raise Refused("No %(field)s.", field=field)


def test_checks_that_are_made_together_tell_all_that_they_refuse() -> None:
    inner = partial(check_together, partial(no, "second"), partial(no, "third"))

    with pytest.raises(Refused) as refused:
        check_together(partial(no, "first"), lambda: None, inner)

    assert [(one.field, str(one.sentence)) for one in refused.value.each()] == [
        ("first", "No %(field)s."),
        ("second", "No %(field)s."),
        ("third", "No %(field)s."),
    ]
    assert refused.value.field == "first"


def test_one_refusal_stays_what_it_is_and_none_is_raised_where_nothing_is_wrong() -> None:
    check_together(lambda: None)
    with pytest.raises(IllegalTransition) as refused:
        check_together(lambda: None, illegal)
    assert refused.value.each() == [refused.value]


def illegal() -> None:
    raise IllegalTransition("Not now.")
