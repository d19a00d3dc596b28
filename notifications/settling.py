"""What a provider's answer means for a delivery: done, given up, or tried again and when. Pure.

Invariant: every delivery ends. What fails by itself is tried again a limited number of times,
further and further apart; only a provider that refuses us, not the push, costs no attempt. What no
attempt could bring through is kept as a dead letter.
"""

import json
from dataclasses import dataclass
from typing import assert_never

from models.queries.deliveries import Address, ClaimedDelivery, Settlement, State, What
from models.rules.manners import Defer, Drop
from notifications.channels.channel import (
    BadPayload,
    Gone,
    Later,
    Outcome,
    ProviderRefuses,
    Sent,
    WrongSender,
)


@dataclass(frozen=True, slots=True)
class RetryOptions:
    """When a push that did not get through is tried again."""

    attempts_max: int = 12  # with the figures below: given up after about 75 minutes
    backoff_first_s: float = 2.0
    backoff_max_s: float = 900.0
    retry_after_max_s: float = 3600.0  # a provider's wish beyond this is a mistake
    hold_s: float = 60.0  # how long a provider that refuses us is left alone


def settlement(
    delivery: ClaimedDelivery, outcome: Outcome, options: RetryOptions, jitter: float
) -> Settlement:
    """What to write down. `jitter` (0-1) spreads what failed together over time."""
    match outcome:
        case Sent(provider_id):
            return _settled(delivery, "sent", provider_id)
        case Gone(reason):
            return _settled(delivery, "failed", f"gone: {reason}", "forget")
        case WrongSender(reason):
            return _settled(delivery, "failed", f"wrong sender: {reason}", "disable")
        case BadPayload(reason):
            return _settled(
                delivery, "failed", f"bad payload: {reason}", letter=letter_of(delivery)
            )
        case Later(_, reason) if delivery.attempts >= options.attempts_max:
            return given_up(delivery, reason)
        case Later(retry_after_s, reason):
            wait_s = again_after_s(delivery.attempts, retry_after_s, options, jitter)
            return Settlement(delivery.id, "queued", reason, "retried", wait_s)
        case ProviderRefuses(reason):
            return held(delivery, f"refused: {reason}", options.hold_s * (1 + jitter))
        case _:
            assert_never(outcome)


def again_after_s(
    attempts: int, retry_after_s: float | None, options: RetryOptions, jitter: float
) -> float:
    """Seconds until the next attempt: doubled each time, never before the provider's own wish."""
    doublings = min(attempts - 1, 30)  # far beyond the maximum, and no overflow
    backoff_s = min(options.backoff_max_s, options.backoff_first_s * 2**doublings)
    wish_s = min(retry_after_s or 0.0, options.retry_after_max_s)
    return max(backoff_s * (0.5 + jitter / 2), wish_s * (1 + jitter / 10))


def held(delivery: ClaimedDelivery, reason: str, wait_s: float) -> Settlement:
    """The provider is left alone for now; that is no attempt."""
    return Settlement(delivery.id, "queued", reason, "held", wait_s, counted=False)


def minded(delivery: ClaimedDelivery, verdict: Defer | Drop) -> Settlement:
    """Manners: not at this hour, or not at all."""
    match verdict:
        case Defer(until, why):
            return Settlement(delivery.id, "queued", why, "deferred", due_at=until, counted=False)
        case Drop(why):
            return _settled(delivery, "dropped", why)
        case _:
            assert_never(verdict)


def given_up(delivery: ClaimedDelivery, reason: str) -> Settlement:
    """Tried too often: the inbox has the notice, the phone will not."""
    said = f"given up after {delivery.attempts} attempts: {reason}"
    return _settled(delivery, "failed", said, letter=letter_of(delivery))


def without_address(delivery: ClaimedDelivery) -> Settlement:
    """The phone was signed out or its address was taken away after the notice was made."""
    return _settled(delivery, "dropped", "no address")


def unreadable(delivery: ClaimedDelivery, reason: str) -> Settlement:
    """Nothing that this version could say; a newer one wrote it."""
    return _settled(delivery, "failed", f"unreadable: {reason}", letter=letter_of(delivery))


def letter_of(delivery: ClaimedDelivery) -> str:
    """What a push is made of, as JSON; not the phone's address, which is a secret."""
    return json.dumps(
        {
            "notice_id": str(delivery.notice_id),
            "key": delivery.key,
            "kind": delivery.kind,
            "target_id": str(delivery.target_id) if delivery.target_id else None,
            "language": delivery.language,
            "push_kind": delivery.push_kind,
            "digest_id": str(delivery.digest_id) if delivery.digest_id else None,
            "attempts": delivery.attempts,
        }
    )


def _settled(
    delivery: ClaimedDelivery,
    state: State,
    outcome: str,
    address: Address = "keep",
    letter: str | None = None,
) -> Settlement:
    return Settlement(
        delivery.id,
        state,
        outcome,
        _ENDS[state],
        letter=letter,
        address=address,
        push_kind=delivery.push_kind,
        push_target=delivery.push_target,
    )


_ENDS: dict[State, What] = {"sent": "sent", "failed": "failed", "dropped": "dropped"}
