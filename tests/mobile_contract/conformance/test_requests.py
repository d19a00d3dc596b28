"""A rule is worth something when a service that breaks it is found out."""

from collections.abc import Awaitable, Callable

import httpx
import pytest

from mobile_contract.conformance import requests
from mobile_contract.conformance.examination import RULES
from mobile_contract.conformance.subject import Broken, Subject
from tests.mobile_contract.conformance.conftest import broken, subject_of, yes

REQUEST_RULES = [rule for rule in RULES if rule.__module__ == requests.__name__]


@pytest.mark.parametrize("rule", REQUEST_RULES)
@pytest.mark.parametrize("service", [yes, broken])
async def test_a_service_that_breaks_the_rule_is_found_out(
    rule: Callable[[Subject], Awaitable[None]],
    service: Callable[[httpx.Request], httpx.Response],
) -> None:
    with pytest.raises(Broken):
        await rule(subject_of(service))


@pytest.mark.parametrize("rule", REQUEST_RULES)
async def test_without_a_target_a_rule_says_so_instead_of_passing(
    rule: Callable[[Subject], Awaitable[None]],
) -> None:
    subject = subject_of(yes)
    subject.target_id = None
    with pytest.raises(Broken):
        await rule(subject)
