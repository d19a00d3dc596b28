"""The figures of the outboxes, for Prometheus: every state that a push can be in, by channel."""

from collections.abc import Callable, Mapping
from typing import Final

from denyut.metrics import PartFigures
from notifications.outbox import Outbox

OUTCOMES: Final = {
    "sent_total": "Sent",
    "gone_total": "Gone",
    "wrong_sender_total": "WrongSender",
    "bad_payload_total": "BadPayload",
    "later_total": "Later",
    "refused_total": "ProviderRefuses",
    "deferred_total": "deferred",
    "dropped_total": "dropped",
    "held_total": "held",
    "given_up_total": "given_up",
    "unreadable_total": "unreadable",
    "digests_total": "digests",
}
"""Name of a figure → what the outbox counts it under."""


def outbox_figures(outboxes: Mapping[str, Outbox]) -> list[PartFigures]:
    """One part for each channel, `denyut_outbox_<channel>_…`. `late` is 1 while it ages."""
    return [
        PartFigures(f"outbox_{channel}", _figures(outbox), f"Pushes on their way out by {channel}")
        for channel, outbox in outboxes.items()
    ]


def _figures(outbox: Outbox) -> Mapping[str, Callable[[], float]]:
    def counted(name: str) -> Callable[[], float]:
        return lambda: outbox.outcomes[name]

    return {
        **{figure: counted(name) for figure, name in OUTCOMES.items()},
        "overdue_s": lambda: outbox.overdue_s,
        "late": lambda: float(outbox.is_late),
        "providers_resting": lambda: outbox.providers_resting,
        "leases_lost_total": lambda: outbox.leases_lost,
        "sends_broken_off_total": lambda: outbox.sends_broken_off,
        "failures_total": lambda: outbox.failures,
    }
