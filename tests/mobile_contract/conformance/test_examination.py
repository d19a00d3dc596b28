"""Our own service keeps every rule."""

import asyncpg
import pytest

from mobile_contract.client.connection import Refused
from mobile_contract.conformance.examination import RULES, examined
from tests.mobile_contract.conformance.conftest import PASSWORD, Running


async def test_the_service_keeps_every_rule(running: Running) -> None:
    verdicts = [verdict async for verdict in examined(running.url, running.nip, PASSWORD)]
    assert [verdict.found for verdict in verdicts if not verdict.holds] == []
    assert [verdict.rule for verdict in verdicts] == [rule.__name__ for rule in RULES]


async def test_what_was_reported_is_taken_back(running: Running, pool: asyncpg.Pool) -> None:
    async for _ in examined(running.url, running.nip, PASSWORD):
        pass
    open_reports = await pool.fetchval("SELECT count(*) FROM report WHERE status <> 'withdrawn'")
    assert open_reports == 0


async def test_who_cannot_sign_in_cannot_examine(running: Running) -> None:
    with pytest.raises(Refused):
        async for _ in examined(running.url, running.nip, "salah"):
            pass


def test_every_rule_says_what_it_is() -> None:
    for rule in RULES:
        assert rule.__doc__
        assert rule.__doc__.rstrip().endswith(".")
