"""Ids are UUIDv7 of their moment, the same for the same seed."""

from datetime import UTC, datetime, timedelta
from random import Random

from denyut.demo.ids import Ids
from models.rules.clocks import uuid7_time

FOUNDED = datetime(2025, 1, 1, tzinfo=UTC)
AT = datetime(2026, 11, 24, 8, 30, 15, 250_000, tzinfo=UTC)


def test_an_id_tells_its_moment_to_the_millisecond() -> None:
    made = Ids(Random(1), FOUNDED).at(AT)
    assert made.version == 7
    assert uuid7_time(made) == AT


def test_early_ids_stand_in_the_order_of_asking() -> None:
    ids = Ids(Random(1), FOUNDED)
    made = [ids.early() for _ in range(1_000)]
    assert made == sorted(made)
    assert len(set(made)) == 1_000
    last = uuid7_time(made[-1])
    assert last is not None
    assert last - FOUNDED == timedelta(seconds=1)


def test_the_same_seed_gives_the_same_ids() -> None:
    assert Ids(Random(5), FOUNDED).at(AT) == Ids(Random(5), FOUNDED).at(AT)
    assert Ids(Random(5), FOUNDED).at(AT) != Ids(Random(6), FOUNDED).at(AT)
