"""The slip engine: finds what slipped, recovered, is at risk or ended, and says so, once.

It reads what is due by index, works out the pace by the rules, and claims by condition: the one
call `claim_slips_v1` writes states, events, notices and deliveries where the rows still are as
they were read, and commits. So any number of engines may run: of two that worked on the same row
one claims nothing; and a crash before the claim leaves nothing, after it nothing undone but the
announcement, which the heads in the database make good.

Invariants: no lock is held while anything is worked out; "now" is the database's clock; the cost
follows what is due, not what exists.
"""

import asyncio
import random
from collections import deque
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import asyncpg
import structlog

from models.queries.feed import Announce
from models.queries.slips import (
    Agenda,
    Claim,
    Claimed,
    SeenTarget,
    agenda,
    claimed,
    due_targets,
)
from notifications.pace_refresh import paced_all
from notifications.slip_claims import claims_of, left_alone

SLEEP_MIN_S = 0.005  # an instant that is nearer is waited for past it, not approached in circles
LOST_SLEEP_S = 0.05  # somebody writes a due target just now: look again when that is done

PASSING = (
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.TransactionRollbackError,
    asyncpg.ObjectNotInPrerequisiteStateError,
)
"""What the database may say that is no target's fault; the whole round comes again."""


@dataclass(frozen=True, slots=True)
class SlipOptions:
    """How the engine works.

    `push_kinds`: kinds of push targets (`device.push_kind`) that a configured channel serves;
    with none, notices stand in the inbox alone.
    """

    push_kinds: frozenset[str] = frozenset()
    batch_targets: int = 200  # design.md §4: so many targets hold their shard's lock at once
    workers: int = 2  # shards at once: the database claims one's targets, the other's are paced
    poll_s: float = 1.0  # how soon a stale target is seen; due ones are awaited to the instant
    pause_s: float = 1.0  # after the database failed


class SlipEngine:
    """One task; several processes may run one each. Counters are for the metrics."""

    def __init__(self, pool: asyncpg.Pool, announce: Announce, options: SlipOptions) -> None:
        self._pool = pool
        self._announce = announce
        self._options = options
        self._woken = asyncio.Event()
        self._log = structlog.stdlib.get_logger("notifications.slips")
        self.targets_paced = 0
        self.slips_found = 0
        self.recoveries_found = 0
        self.notices_made = 0
        self.claims_lost = 0  # targets that changed while they were worked out; they come again
        self.targets_broken = 0  # whose pace cannot be told, or whose claim the database refused
        self.failures = 0  # rounds that were broken off, nearly always by the database

    def wake(self) -> None:
        """Something became stale just now: do not wait for the next poll."""
        self._woken.set()

    @asynccontextmanager
    async def running(self) -> AsyncGenerator["SlipEngine"]:
        """Works while the block runs. Stopping in the middle of anything is safe."""
        worker = asyncio.create_task(self._work(), name="slips")
        try:
            yield self
        finally:
            worker.cancel()
            await asyncio.wait([worker])

    async def settle(self) -> float:
        """Everything that is due now; the answer is how many seconds may be slept afterwards.

        Raises what the database raises; calling it again continues.
        """
        while True:
            async with self._pool.acquire() as connection:
                waiting = await agenda(connection)
            # Engines that begin at different shards seldom work on the same target.
            shards = deque(random.sample(waiting.shards, len(waiting.shards)))
            workers = [
                self._settle_shards(shards) for _ in range(min(self._options.workers, len(shards)))
            ]
            done = await asyncio.gather(*workers, return_exceptions=True)
            for each in done:
                if isinstance(each, BaseException):
                    raise each
            if not any(done):
                return _sleep_s(waiting, self._options.poll_s)

    async def _settle_shards(self, shards: deque[int]) -> int:
        """Takes one shard after another until none is left. How many targets were claimed."""
        done = 0
        async with self._pool.acquire() as connection:
            while shards:
                done += await self._settle_shard(connection, shards.popleft())
        return done

    async def _work(self) -> None:
        while True:
            self._woken.clear()
            try:
                sleep_s = await self.settle()
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                self.failures += 1
                sleep_s = self._options.pause_s
                self._log.warning("slips_interrupted", error=f"{type(error).__name__}: {error}")
            except Exception:  # a mistake of ours must not end the watch over everybody
                self.failures += 1
                sleep_s = self._options.pause_s
                self._log.exception("slips_failed")
            with suppress(TimeoutError):
                async with asyncio.timeout(sleep_s):
                    await self._woken.wait()

    async def _settle_shard(self, connection: Any, shard: int) -> int:
        """Batch after batch, until one is not full or nothing of it is claimed. How many were."""
        full = self._options.batch_targets
        total = 0
        while True:
            targets = await due_targets(connection, shard, full)
            done = await self._settle_batch(connection, targets)
            total += done
            if len(targets) < full or not done:
                return total

    async def _settle_batch(self, connection: Any, targets: Sequence[SeenTarget]) -> int:
        """How many of these targets were claimed."""
        answers = await paced_all(connection, targets)
        self.targets_paced += len(answers)
        for answer in answers:
            if answer.pace is None:
                self._is_broken(answer.seen.target_id, answer.problem)
        refused: set[UUID] = set()
        done = 0
        for claim in await claims_of(connection, answers, self._options.push_kinds):
            done += await self._claim(connection, claim, refused)
        alone = [left_alone(target) for target in targets if target.target_id in refused]
        if alone:
            done += await self._claim(connection, Claim(targets[0].now, (), (), alone), set())
        return done

    async def _claim(self, connection: Any, claim: Claim, refused: set[UUID]) -> int:
        """Claims, or halves the claim down to the targets that the database refuses."""
        try:
            answer = await claimed(connection, claim)
        except PASSING:
            raise
        except asyncpg.PostgresError as error:
            if len(claim.targets) == 1:
                target_id = claim.targets[0].change.target_id
                self._is_broken(target_id, f"{type(error).__name__}: {error}")
                refused.add(target_id)
                return 0
            middle = len(claim.targets) // 2
            first, second = claim.targets[:middle], claim.targets[middle:]
            done = await self._claim(connection, replace(claim, targets=first), refused)
            return done + await self._claim(connection, replace(claim, targets=second), refused)
        self._count(claim, answer)
        if answer.events:
            self._announce(answer.events)
        return len(answer.target_ids)

    def _count(self, claim: Claim, answer: Claimed) -> None:
        kinds = [event.kind for event in answer.events]
        self.claims_lost += len(claim.targets) - len(answer.target_ids)
        self.slips_found += kinds.count("slip")
        self.recoveries_found += kinds.count("recovery")
        self.notices_made += kinds.count("notice")

    def _is_broken(self, target_id: UUID, problem: str) -> None:
        self.targets_broken += 1
        self._log.error("target_broken", target=str(target_id), problem=problem)


def _sleep_s(waiting: Agenda, poll_s: float) -> float:
    """Until the next target falls due by itself, at most a poll; soon if some could not be had."""
    if waiting.shards:
        return min(poll_s, LOST_SLEEP_S)
    if waiting.next_at is None:
        return poll_s
    away_s = (waiting.next_at - waiting.now).total_seconds()
    return min(poll_s, max(SLEEP_MIN_S, away_s))
