"""Phones come back spread out, never sooner than they were told, and not later than the cap."""

from hypothesis import given
from hypothesis import strategies as st

from mobile_contract.client.pauses import Pauses

ATTEMPTS = st.integers(1, 10_000)
TOLD = st.none() | st.floats(0, 600)


@given(ATTEMPTS, TOLD)
def test_a_pause_keeps_its_bounds(attempt: int, told_s: float | None) -> None:
    pauses = Pauses(least_s=0.5, most_s=60)
    pause_s = pauses.pause_s(attempt, told_s)
    assert (told_s or 0) <= pause_s <= (told_s or 0) + 60


@given(ATTEMPTS)
def test_the_ceiling_doubles_up_to_its_cap(attempt: int) -> None:
    pauses = Pauses(least_s=0.5, most_s=60)
    now, then = pauses.ceiling_s(attempt), pauses.ceiling_s(attempt + 1)
    assert then == min(60, 2 * now)


def test_phones_that_failed_together_do_not_come_back_together() -> None:
    pauses = Pauses()
    assert len({round(pauses.pause_s(6), 3) for _ in range(200)}) > 100
