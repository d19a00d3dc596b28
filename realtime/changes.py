"""What a person's own topic did since a cursor, for phones that send their outbox.

Questions are grouped as reports are: what is asked while one question is with the database forms
the next, for everybody at once, since after an outage a city's phones all ask. Invariant: an answer
was read after it was asked for, so it holds whatever its asker had committed before.
"""

import asyncio
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from mobile_contract.live import Cursor, Events, Reset, person_topic, place_of, position_of
from models.queries.feed import FeedRow
from models.queries.replays import ShardState, Since, own_changes
from realtime.cursors import cursor_of, cursor_text
from realtime.frames import event_of
from realtime.principals import Principal


@dataclass(frozen=True, slots=True)
class ChangeOptions:
    """Bounds of one answer and of one question."""

    most_events: int = 200  # of one answer; the next call goes on
    askers_at_once: int = 64  # of one question


@dataclass(slots=True, eq=False)
class _Asker:
    since: Since
    answer: asyncio.Future[tuple[ShardState, list[FeedRow]]]


class Changes:
    """Everybody's own topics. Used from one event loop only."""

    def __init__(self, pool: Any, options: ChangeOptions) -> None:
        self._pool = pool
        self._options = options
        self._waiting: list[_Asker] = []
        self._asking: asyncio.Task[None] | None = None
        self.questions = 0

    async def since(
        self, principal: Principal, cursor_given: str | None
    ) -> tuple[list[Events], list[Reset], str]:
        """Frames to apply, resets, and the new cursor.

        Other topics of the cursor are kept as they are. Without a cursor it begins now. When more
        happened than one answer holds the frame ends early and the next call goes on. Raises
        InvalidCursor, and what the database raises.
        """
        cursor = None if cursor_given is None else cursor_of(cursor_given)
        employee_id, shard = principal.person.employee_id, principal.shard
        name = person_topic(employee_id)
        after = None if cursor is None else cursor.positions.get(name)
        after_seq = None if after is None else place_of(after)[1]
        state, rows = await self._asked(employee_id, shard, after_seq)
        head = position_of(shard, state.head)
        kept = {} if cursor is None or cursor.epoch != state.epoch else dict(cursor.positions)
        frames: list[Events] = []
        resets: list[Reset] = []
        upto = head
        if cursor is not None and cursor.epoch != state.epoch:
            resets.append(Reset("epoch"))
        elif after is None or after_seq is None:
            pass
        elif place_of(after)[0] != shard:
            resets.append(Reset("moved", name, head))
        elif after_seq > state.head:
            resets.append(Reset("epoch", name, head))
        elif after_seq < state.floor:
            resets.append(Reset("retention", name, head))
        elif after < head:
            if len(rows) == self._options.most_events:
                upto = position_of(shard, rows[-1].seq)
            frames.append(Events(name, after, upto, [event_of(row) for row in rows]))
        kept[name] = upto
        return frames, resets, cursor_text(Cursor(state.epoch, kept))

    async def _asked(
        self, employee_id: UUID, shard: int, after_seq: int | None
    ) -> tuple[ShardState, list[FeedRow]]:
        loop = asyncio.get_running_loop()
        asker = _Asker(Since(employee_id, shard, after_seq), loop.create_future())
        self._waiting.append(asker)
        if self._asking is None:
            self._asking = loop.create_task(self._ask())
        return await asker.answer

    async def _ask(self) -> None:
        """One question after another until nobody waits."""
        try:
            while self._waiting:
                most = self._options.askers_at_once
                askers, self._waiting = self._waiting[:most], self._waiting[most:]
                self.questions += 1
                try:
                    answers = await own_changes(
                        self._pool, [asker.since for asker in askers], self._options.most_events
                    )
                except Exception as error:
                    for asker in askers:
                        if not asker.answer.done():
                            asker.answer.set_exception(error)
                else:
                    for asker, answer in zip(askers, answers, strict=True):
                        if not asker.answer.done():  # the phone may have hung up
                            asker.answer.set_result(answer)
        finally:
            self._asking = None
