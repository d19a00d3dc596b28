"""Sends bundles through one channel and says what became of each of their deliveries.

Invariants: a provider that rests is sent nothing; every delivery handed in has a settlement, but
for those whose send was broken off, which their lease gives to the next sender. Nothing is written
here, and nobody is waited for longer than `patience_s`.
"""

import asyncio
import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import structlog

from models.queries.deliveries import Settlement
from notifications.breaker import BreakerOptions, Breakers, provider_of
from notifications.channels.channel import (
    Outcome,
    ProviderRefuses,
    Push,
    SendPushes,
    WrongSender,
)
from notifications.pushes import Bundle, Unreadable, push_of
from notifications.settling import RetryOptions, held, settlement, unreadable
from notifications.texts import Texts

REST_MIN_S: Final = 1.0  # for what found its provider about to be tried by others


@dataclass(frozen=True, slots=True)
class DispatchOptions:
    """How pushes are sent, and what their providers' answers mean."""

    push_ttl_s: int = 86_400  # a day later the inbox is the better place
    retry: RetryOptions = field(default_factory=RetryOptions)
    breaker: BreakerOptions = field(default_factory=BreakerOptions)


class Dispatch:
    """One channel's way out. Counters are for the metrics."""

    def __init__(
        self, channel: str, send: SendPushes, texts: Texts, options: DispatchOptions
    ) -> None:
        self._channel = channel
        self._send = send
        self._texts = texts
        self._options = options
        self._log = structlog.stdlib.get_logger("notifications.outbox")
        self.breakers = Breakers(options.breaker)
        self.outcomes: Counter[str] = Counter()  # by name; also "unreadable", "held", "digests"
        self.sends_broken_off = 0

    def allowed(self, wanted: int) -> int:
        """How many deliveries are worth claiming while the channel's only provider may rest."""
        return self.breakers.allowed(self._channel, wanted, now_s())

    async def sent(self, bundles: Sequence[Bundle], patience_s: float) -> list[Settlement]:
        """Sends what may go now. What the providers said of it, and of the rest that it waits."""
        settlements: list[Settlement] = []
        by_provider: dict[str, list[tuple[Bundle, Push]]] = defaultdict(list)
        for bundle in bundles:
            try:
                push = push_of(bundle, self._texts, self._options.push_ttl_s)
            except Unreadable as problem:
                self.outcomes["unreadable"] += len(bundle.deliveries)
                settlements += (unreadable(each, str(problem)) for each in bundle.deliveries)
                continue
            if bundle.digest_id is not None:
                self.outcomes["digests"] += 1
            by_provider[provider_of(push.target)].append((bundle, push))
        going: list[tuple[str, Bundle, Push]] = []
        for provider, wanted in by_provider.items():
            allowed = self.breakers.allowed(provider, len(wanted), now_s())
            going += ((provider, bundle, push) for bundle, push in wanted[:allowed])
            settlements += self._held(provider, [bundle for bundle, _ in wanted[allowed:]])
        return settlements + await self._carried(going, patience_s)

    async def _carried(
        self, going: Sequence[tuple[str, Bundle, Push]], patience_s: float
    ) -> list[Settlement]:
        if not going:
            return []
        try:
            if patience_s <= 0:
                raise TimeoutError  # a timeout of nothing would let the first bytes go
            async with asyncio.timeout(patience_s):
                outcomes = await self._send([push for _, _, push in going])
        except TimeoutError:
            self.sends_broken_off += 1
            self._log.error("send_broken_off", channel=self._channel, pushes=len(going))
            return []
        settlements: list[Settlement] = []
        heard: dict[str, list[Outcome]] = defaultdict(list)
        for (provider, bundle, _), outcome in zip(going, outcomes, strict=True):
            self.outcomes[type(outcome).__name__] += 1
            heard[provider].append(outcome)
            jitter = random.random()  # one for the bundle, so that its members stay together
            settlements += (
                settlement(each, outcome, self._options.retry, jitter) for each in bundle.deliveries
            )
        for provider, said in heard.items():
            self._heed(provider, said)
        return settlements

    def _held(self, provider: str, bundles: Sequence[Bundle]) -> list[Settlement]:
        wait_s = max(REST_MIN_S, self.breakers.wait_s(provider, now_s()))
        waiting = [each for bundle in bundles for each in bundle.deliveries]
        if waiting:
            self.outcomes["held"] += len(waiting)
        return [
            held(each, "the provider rests", wait_s * (1 + random.random())) for each in waiting
        ]

    def _heed(self, provider: str, outcomes: Sequence[Outcome]) -> None:
        """Alarms: a provider that refuses us or is down is left alone; an address of another."""
        before = self.breakers.trips
        self.breakers.heard(provider, outcomes, self._options.retry.hold_s, now_s())
        refusals = [each.reason for each in outcomes if isinstance(each, ProviderRefuses)]
        if refusals:
            self._log.error("provider_refuses", channel=self._channel, reason=refusals[0])
        elif self.breakers.trips > before:
            self._log.warning("provider_rests", channel=self._channel, provider=provider)
        wrong = sum(isinstance(outcome, WrongSender) for outcome in outcomes)
        if wrong:
            self._log.error("wrong_sender", channel=self._channel, addresses=wrong)


def now_s() -> float:
    """The loop's clock: monotonic, in seconds."""
    return asyncio.get_running_loop().time()
