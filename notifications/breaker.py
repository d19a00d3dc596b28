"""A circuit breaker for each provider: who is down is left alone, then asked again by a few. Pure.

Invariants: while one is open nothing is sent to its provider; one proper answer closes it. Its
state is a guess of this process about the world and is never written down: losing it costs a few
attempts and nothing else.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from notifications.channels.channel import (
    EmailAddress,
    FcmInstallation,
    FcmToken,
    Later,
    Outcome,
    ProviderRefuses,
    PushTarget,
    WebPush,
)


@dataclass(frozen=True, slots=True)
class BreakerOptions:
    """When a provider counts as down, and how it is tried again."""

    trips_after: int = 20  # failures in a row: one phone's bad luck is no outage
    open_first_s: float = 5.0  # doubled each time that the probes fail, too
    open_max_s: float = 300.0
    probes: int = 5  # pushes that find out whether it is back


@dataclass(slots=True)
class _Circuit:
    failures: int = 0
    times_opened: int = 0
    open_until_s: float = 0.0


class Breakers:
    """One circuit a provider. Every `now_s` is of one monotonic clock, in seconds."""

    def __init__(self, options: BreakerOptions) -> None:
        self._options = options
        self._circuits: dict[str, _Circuit] = {}
        self.trips = 0  # a figure: how often any was opened

    def allowed(self, provider: str, wanted: int, now_s: float) -> int:
        """How many of the pushes that are wanted may go now."""
        circuit = self._circuits.get(provider)
        if circuit is None or not circuit.times_opened:
            return wanted
        return 0 if now_s < circuit.open_until_s else min(wanted, self._options.probes)

    def wait_s(self, provider: str, now_s: float) -> float:
        """How long the provider is left alone from now; 0: not at all."""
        circuit = self._circuits.get(provider)
        return max(0.0, circuit.open_until_s - now_s) if circuit else 0.0

    def open_count(self, now_s: float) -> int:
        """How many providers are left alone now."""
        return sum(now_s < circuit.open_until_s for circuit in self._circuits.values())

    def heard(
        self, provider: str, outcomes: Sequence[Outcome], hold_s: float, now_s: float
    ) -> None:
        """What came of the pushes of one batch. `hold_s`: how long one that refuses us rests."""
        if not outcomes:
            return
        if any(isinstance(outcome, ProviderRefuses) for outcome in outcomes):
            self._open(provider, hold_s, now_s)
            return
        lost = [outcome for outcome in outcomes if isinstance(outcome, Later)]
        if len(lost) < len(outcomes):
            self._circuits.pop(provider, None)  # it answers: whatever it said, it is there
            return
        circuit = self._circuits.setdefault(provider, _Circuit())
        circuit.failures += len(lost)
        if circuit.times_opened or circuit.failures >= self._options.trips_after:
            wish_s = min(each.retry_after_s or 0.0 for each in lost)
            longer_s = self._options.open_first_s * 2 ** min(circuit.times_opened, 30)
            self._open(provider, min(self._options.open_max_s, max(longer_s, wish_s)), now_s)

    def _open(self, provider: str, for_s: float, now_s: float) -> None:
        circuit = self._circuits.setdefault(provider, _Circuit())
        circuit.times_opened += 1
        circuit.open_until_s = now_s + for_s
        self.trips += 1


def provider_of(target: PushTarget) -> str:
    """Who carries a push: Google, the mail server, or the host of a browser's push service."""
    match target:
        case FcmToken() | FcmInstallation():
            return "fcm"
        case EmailAddress():
            return "email"
        case WebPush(endpoint):
            return endpoint.split("/", 3)[2].rpartition("@")[2].lower()
