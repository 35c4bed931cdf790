import pytest

from partnerships.core.errors import Conflict, DomainError, Gone, IllegalTransition, NotFound, Refused, StorageFailed


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
