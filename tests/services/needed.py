"""What happens where a real component is not to be had: a skip with its reason, or a failure where it must be there."""

import os
from typing import NoReturn

import pytest


def missing(reason: str, variable: str) -> NoReturn:
    """Skip with `reason`; fail instead where the environment `variable` is 1 (as in `.ci/run`)."""
    if os.environ.get(variable) == "1":
        pytest.fail(f"{reason} ({variable}=1)", pytrace=False)
    pytest.skip(reason)
