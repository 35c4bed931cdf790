from partnerships.mail.sampling import OTHER_SIDE, samples, wordings
from tests.conftest import SignIn
from tests.stories import People


def test_every_mail_can_be_read_before_anybody_gets_it(sign_in: SignIn, people: People) -> None:
    manager = sign_in(people.manager)

    page = manager.get("/admin/mail/preview").text

    for name in wordings():
        assert f"/admin/mail/preview/{name}#id" in page
        assert f"/admin/mail/preview/{name}#en" in page
    assert "nobody gets these" in page or "tidak dikirim" in page


def test_one_mail_is_shown_in_both_languages(sign_in: SignIn, people: People) -> None:
    page = sign_in(people.owner).get("/admin/mail/preview/check_in").text

    assert "Hari ini: update" in page
    assert "Today: check-in" in page
    assert page.count('sandbox=""') == 2


def test_a_mail_that_does_not_exist_is_not_shown(sign_in: SignIn, people: People) -> None:
    assert sign_in(people.manager).get("/admin/mail/preview/nothing").status_code == 404
    assert sign_in(people.manager).get("/admin/mail/preview/..%2Flayout").status_code == 404


def test_mails_of_the_team_are_told_apart(app: object) -> None:
    team = {sample.name for sample in samples() if sample.is_for_team}

    assert {"overdue", "at_risk", "submitted", "welcome"} <= team
    assert team.isdisjoint({"check_in", "invitation", "approved", "changes"})
    # Who is addressed as "Anda" is of the team; creators are "kamu".
    assert team - OTHER_SIDE == {sample.name for sample in samples() if "Anda" in sample.letters[0].why} - OTHER_SIDE


def test_a_button_says_what_it_does_and_what_opens_nothing_has_none(app: object) -> None:
    letters = [letter for sample in samples() for letter in sample.letters]

    assert not [letter.subject for letter in letters if letter.button.startswith("http")]
    assert all(bool(letter.button) == bool(letter.url) for letter in letters if not letter.items)
    assert {letter.url for letter in letters} >= {None}
