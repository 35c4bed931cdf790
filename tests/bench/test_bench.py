"""The measures can be taken, and say what they measured in lines that a program can read."""

import json

import pytest

from bench.__main__ import main


def test_a_measure_is_a_line_of_json_that_says_what_was_counted(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--quick", "statements"])

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {line["measure"] for line in lines} == {"statements"}
    assert {line["of"] for line in lines} == {"today", "timeline", "submit"}
    assert all(line["statements"] > 0 for line in lines)


def test_planning_for_many_stays_within_twelve_statements_a_partnership(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--quick", "plans"])

    (line,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (line["measure"], line["partnerships"], line["database"]) == ("plans", 20, "sqlite")
    assert 0 < line["statements_each"] <= 13  # twelve, and what a portion of twenty takes beside them


def test_a_name_that_no_measure_has_is_refused_with_the_names_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["speed"])

    assert (
        "statements, starts, pages, mails, plans, shifts, ticks, lateness, workers, captions, media, uploads"
        in capsys.readouterr().err
    )
