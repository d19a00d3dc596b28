"""Every delivery ends: sent, given up, or held while the provider refuses us."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.queries.deliveries import ClaimedDelivery
from notifications.channels.channel import (
    BadPayload,
    Gone,
    Later,
    Outcome,
    ProviderRefuses,
    Sent,
    WrongSender,
)
from notifications.settling import (
    RetryOptions,
    again_after_s,
    given_up,
    settlement,
    unreadable,
    without_address,
)

OPTIONS = RetryOptions()
reasons = st.text(max_size=20)
attempts = st.integers(1, 10_000)
jitters = st.floats(0, 1)
wishes = st.none() | st.floats(0, 1e9)
outcomes: st.SearchStrategy[Outcome] = st.one_of(
    st.builds(Sent, reasons),
    st.builds(Gone, reasons),
    st.builds(WrongSender, reasons),
    st.builds(BadPayload, reasons),
    st.builds(Later, wishes, reasons),
    st.builds(ProviderRefuses, reasons),
)


def delivery(attempts: int = 1) -> ClaimedDelivery:
    return ClaimedDelivery(
        UUID(int=1),
        attempts,
        UUID(int=2),
        "slip:1",
        "slip",
        UUID(int=3),
        "id",
        "fcm_token",
        "abc",
        UUID(int=4),
        UUID(int=5),
    )


@pytest.mark.parametrize(
    ("outcome", "state", "address"),
    [
        (Sent("m1"), "sent", "keep"),
        (Gone("UNREGISTERED"), "failed", "forget"),
        (WrongSender("SENDER_ID_MISMATCH"), "failed", "disable"),
        (BadPayload("INVALID_ARGUMENT"), "failed", "keep"),
        (Later(None, "503"), "queued", "keep"),
        (ProviderRefuses("THIRD_PARTY_AUTH_ERROR"), "queued", "keep"),
    ],
)
def test_what_an_answer_means(outcome: Outcome, state: str, address: str) -> None:
    settled = settlement(delivery(), outcome, OPTIONS, 0.5)
    assert (settled.id, settled.state, settled.address) == (UUID(int=1), state, address)
    if address != "keep":  # it is judged only while it is the one the push went to
        assert (settled.push_kind, settled.push_target) == ("fcm_token", "abc")


def test_the_ledger_keeps_the_providers_words() -> None:
    assert settlement(delivery(), Sent("projects/p/messages/7"), OPTIONS, 0).outcome.endswith("/7")
    assert "UNREGISTERED" in settlement(delivery(), Gone("UNREGISTERED"), OPTIONS, 0).outcome


@given(outcomes, jitters)
def test_after_the_last_attempt_only_a_refusal_of_us_waits(outcome: Outcome, jitter: float) -> None:
    settled = settlement(delivery(OPTIONS.attempts_max), outcome, OPTIONS, jitter)
    assert (settled.state == "queued") == isinstance(outcome, ProviderRefuses)


@given(outcomes, attempts, jitters)
def test_only_a_refusal_of_us_costs_no_attempt(
    outcome: Outcome, number: int, jitter: float
) -> None:
    settled = settlement(delivery(number), outcome, OPTIONS, jitter)
    assert settled.counted != isinstance(outcome, ProviderRefuses)


@given(attempts, wishes, jitters)
def test_a_wait_honours_the_provider_and_never_runs_away(
    number: int, wish: float | None, jitter: float
) -> None:
    wait_s = again_after_s(number, wish, OPTIONS, jitter)
    assert wait_s >= OPTIONS.backoff_first_s / 2
    assert wait_s >= min(wish or 0, OPTIONS.retry_after_max_s)
    assert wait_s <= 1.1 * max(OPTIONS.backoff_max_s, OPTIONS.retry_after_max_s)


@given(st.integers(1, 100), jitters)
def test_waits_grow_to_the_maximum(number: int, jitter: float) -> None:
    earlier, later = (again_after_s(each, None, OPTIONS, jitter) for each in (number, number + 1))
    assert earlier <= later <= OPTIONS.backoff_max_s


def test_what_failed_together_does_not_return_together() -> None:
    assert again_after_s(5, None, OPTIONS, 0.0) * 2 == again_after_s(5, None, OPTIONS, 1.0)
    assert again_after_s(1, 60, OPTIONS, 0.0) < again_after_s(1, 60, OPTIONS, 1.0)


def test_what_is_never_sent_says_why() -> None:
    assert (without_address(delivery()).state, given_up(delivery(13), "503").state) == (
        "dropped",
        "failed",
    )
    assert "13 attempts: 503" in given_up(delivery(13), "503").outcome
    assert "new_kind" in unreadable(delivery(), "new_kind").outcome
