"""Every page is in the policy: what nobody has thought of is open to nobody, and found here."""

from flask import Flask

from partnerships.web.policy import Policy


def test_every_route_is_in_the_policy_and_nothing_else_is(app: Flask) -> None:
    policy: Policy = app.extensions["policy"]

    assert {rule.endpoint for rule in app.url_map.iter_rules()} == set(policy.open_to)


def test_what_changes_something_is_never_asked_with_get_alone(app: Flask) -> None:
    words = {"create", "edit", "move", "delete", "sign_out", "approve", "confirm", "advance", "submit"}
    gets = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "POST" not in (rule.methods or ()) and rule.endpoint.rpartition(".")[2] in words
    }

    assert not gets
