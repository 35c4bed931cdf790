"""What reviewers read of the words in a caption, beside the words themselves and the rule."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from partnerships.authenticity import examining
from partnerships.authenticity.mustering import muster
from partnerships.authenticity.rules.analysers import BY_NAME
from partnerships.authenticity.rules.analysers.captions import CONTEXT
from partnerships.authenticity.rules.signals import Material, RunStatus, Said, examine
from partnerships.database.work import Transactions
from partnerships.deliverables import submitting
from partnerships.deliverables.finding import find_last_revision
from tests.authenticity.stories import STORIES, VIDEO, Sent, film, rate_blind, send
from tests.conftest import SignIn
from tests.stories import USED, People

MATERIAL = Material("", "cosmetics", None, datetime(2026, 1, 20, 3, tzinfo=UTC))


def found(name: str, caption: str) -> list[str]:
    outcome = examine(BY_NAME[name], replace(MATERIAL, caption=caption))
    assert outcome.status is RunStatus.OK
    return [finding.code for finding in outcome.findings]


@pytest.mark.parametrize(
    ("caption", "codes"),
    [
        ("#ad sudah tiga minggu pakai toner ini", ["clear", "id"]),
        ("Iklan: three weeks with this toner and it is fine", ["clear", "other_language", "en"]),
        ("Sudah tiga minggu pakai toner ini\n" + "dan aku suka wanginya " * 7 + "#iklan", ["clear", "late", "id"]),
        ("#gifted sudah tiga minggu pakai toner ini", ["weak", "id"]),
        ("ini bukan iklan, aku suka toner ini", ["denied", "id"]),
        ("sudah tiga minggu pakai toner ini", ["id"]),
        ("✨", []),
    ],
)
def test_the_card_of_the_disclosure_says_how_where_and_in_which_language(caption: str, codes: list[str]) -> None:
    assert found("disclosure", caption) == codes


def test_superlatives_are_told_apart_by_whether_a_source_is_named() -> None:
    assert found("superlatives", "Serum terbaik!") == ["superlative"]
    assert found("superlatives", "Serum terlaris menurut survei Toko Demo") == ["supported"]


@pytest.mark.parametrize("name", ["disclosure", "claims", "superlatives"])
def test_without_a_caption_nothing_is_checked(name: str) -> None:
    outcome = examine(BY_NAME[name], replace(MATERIAL, caption=" \n"))

    assert (outcome.status, outcome.reason) == (RunStatus.SKIPPED, "no_caption")


def test_a_finding_brings_its_words_what_stands_around_them_and_its_rule_in_both_languages() -> None:
    caption = "a" * 100 + " jerawatku hilang " + "b" * 100

    (finding,) = examine(BY_NAME["claims"], replace(MATERIAL, caption=caption)).findings

    data = finding.data
    assert data["words"] == "jerawatku hilang"
    assert data["before"] == "…" + ("a" * 100 + " ")[-CONTEXT:]
    assert data["after"] == (" " + "b" * 100)[:CONTEXT] + "…"
    assert set(data["title"]) == {"id", "en"}
    assert (data["rule"], data["pack"]) == ("cosmetics-acne", "id-cosmetics 1")
    assert data["link"].startswith("https://")


@pytest.mark.parametrize(
    ("caption", "codes"),
    [
        ("Dijamin ngilangin jerawat", ["claim"]),
        ("Serumnya merawat kulit yang berjerawat", []),
        ("Serum ini bikin awet muda, asli", ["banned"]),
        ("Serum ini gak bikin awet muda, asli", []),
        ("Bikin jadi lebih awet muda", ["banned"]),
        ("Bikin kue untuk anak muda", []),
        ("Whitening instan", []),
    ],
)
def test_what_the_organisation_bans_is_found_and_what_it_allows_is_left_out(caption: str, codes: list[str]) -> None:
    lines = replace(MATERIAL, caption=caption, banned=("bikin awet muda", "…"), allowed=("whitening instan",))

    assert [one.code for one in examine(BY_NAME["claims"], lines).findings] == codes


BRIEF = "Ceritakan apa saja. Serum ini bikin kulitku halus sejak hari pertama aku pakai! Jangan lupa tag kami."
EARLIER = "Hari ketiga pakai serum ini, pipi kiri masih kering dan botolnya susah dibuka"


@pytest.mark.parametrize(
    ("caption", "codes"),
    [
        ("Halo. Serum ini bikin kulit aku halus sejak hari pertama aku pake", ["script"]),
        (
            "Hari ketiga pake serum ini, pipi kiri masih kering, botolnya susah dibuka #iklan",
            ["own_copied", "other_copied"],
        ),
        ("Hari kelima pakai serum ini, pipi kanan masih kering dan botolnya bocor terus", ["own_look"]),
        ("Aku masih suka sabun yang lama, serumnya cuma buat malam hari saja", []),
    ],
)
def test_repeated_words_are_told_apart_by_whose_they_are(caption: str, codes: list[str]) -> None:
    said = (
        Said("brief", BRIEF),
        Said("own", EARLIER, 7),
        Said("other", "Hari ketiga pakai sabun ini, tangan kiri masih kering dan botolnya susah dibuka", 8),
    )

    found = examine(BY_NAME["copies"], replace(MATERIAL, caption=caption, said=said)).findings

    assert [one.code for one in found] == codes
    assert all(one.data.get("deliverable_id") in {7, 8} for one in found if one.code != "script")


def test_a_short_caption_is_not_compared() -> None:
    outcome = examine(BY_NAME["copies"], replace(MATERIAL, caption="Suka banget!"))

    assert (outcome.status, outcome.reason) == (RunStatus.SKIPPED, "too_short")


def test_captions_are_held_to_the_brief_and_to_others_of_the_creator_and_the_campaign(
    transactions: Transactions, people: People
) -> None:
    sent = send(transactions, people, STORIES)
    again = send(transactions, people, VIDEO)

    with transactions.looking(people.reviewer) as reading:
        revision = find_last_revision(reading, again.deliverable_id)
        assert revision is not None
        said = muster(reading, revision).material.said

    assert {one.whose for one in said} == {"brief", "own"}
    assert [one.deliverable_id for one in said if one.whose == "own"] == [sent.deliverable_id]


def submit(transactions: Transactions, people: People, sent: Sent, caption: str) -> None:
    with transactions.begin(people.creator) as work:
        files = [film(caption[:9])]
        submitting.submit(
            work, sent.deliverable_id, caption=caption, note="", files=files, statement="drafts-1", attestation=USED
        )


def test_the_review_page_highlights_the_words_with_the_rule_and_leads_to_what_is_repeated(
    sign_in: SignIn, transactions: Transactions, people: People
) -> None:
    other, sent = send(transactions, people, STORIES), send(transactions, people, VIDEO)
    for one in (other, sent):
        submit(transactions, people, one, "#ad Jerawatku <b>ilang</b> total gaes, serum terbaik sejak lahir ke dunia")
    examining.examine(transactions)
    rate_blind(transactions, people.reviewer, sent)
    reviewer = sign_in(people.reviewer)
    with reviewer.session_transaction() as session:
        session["locale"] = "en"

    shown = reviewer.get(f"/review/{sent.deliverable_id}").text

    assert "<mark>#ad</mark>" in shown
    assert "Claims in the caption: Found" in shown
    assert "<mark>Jerawatku &lt;b&gt;ilang</mark>&lt;/b&gt;" in shown
    assert "Removes acne" in shown
    assert "<mark>terbaik</mark>" in shown
    assert "nearly the same words (100 of 100)" in shown
    assert f'<a href="/review/{other.deliverable_id}">Open the other content</a>' in shown
    assert "no legal advice" in shown


def test_what_the_word_lists_do_not_find_is_to_be_read_all_the_same(
    sign_in: SignIn, transactions: Transactions, people: People
) -> None:
    sent = send(transactions, people)
    examining.examine(transactions)
    rate_blind(transactions, people.reviewer, sent)
    reviewer = sign_in(people.reviewer)
    with reviewer.session_transaction() as session:
        session["locale"] = "id"

    shown = reviewer.get(f"/review/{sent.deliverable_id}").text

    assert shown.count("Daftar kata tidak menemukan apa pun. Baca sendiri.") == 2
