"""Follows a supervisor's feed through the public API and draws it in the terminal.

On a terminal it is one picture that changes in place; into a pipe it is a line for each event.
Everything comes from the reference client, so what it shows is what any screen could show.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final
from uuid import UUID, uuid4

from rich.console import Console
from rich.live import Live

from denyut.terminal.cards import lines_of
from denyut.terminal.scene import Scene, card_view, picture
from denyut.terminal.words import Language, Words
from mobile_contract.board import Board
from mobile_contract.client.connection import (
    Connection,
    ConnectionOptions,
    Refused,
    Unreachable,
)
from mobile_contract.client.feed import FeedOptions, LiveFeed, Lost
from mobile_contract.client.topics import (
    Changed,
    Connected,
    Declined,
    Forgotten,
    RolledUp,
    Shown,
    Update,
)
from mobile_contract.live import RollupRow
from mobile_contract.organisation import UnitView
from mobile_contract.people import DeviceInfo, Me
from notifications.texts import Texts

BOARD_EVERY_S: Final = 20.0  # each look at a board is written down for the people in it
FRAMES_A_SECOND: Final = 4
LEAST_LINES: Final = 12


@dataclass(frozen=True, slots=True)
class WatchOptions:
    """Where and how to watch. `reserved_lines` stay free above the picture."""

    url: str
    language: Language = "id"
    reserved_lines: int = 0


@dataclass(slots=True)
class _View:
    """What is on the picture now."""

    me: Me
    words: Words
    texts: Texts
    unit_names: dict[UUID, str]
    status: str
    board: Board | None = None
    rollups: dict[str, dict[UUID, RollupRow]] = field(
        default_factory=dict[str, dict[UUID, RollupRow]]
    )


class Watch:
    """One person's feed, followed until cancelled."""

    def __init__(self, connection: Connection, console: Console, options: WatchOptions) -> None:
        self._connection = connection
        self._console = console
        self._options = options
        self._feed = LiveFeed(connection, FeedOptions())

    async def run(self, opened: Callable[[], None] = lambda: None) -> None:
        """Draws until cancelled; `opened` is called once the feed is live.

        Raises SignInNeeded, NotAllowed, and before the first picture Refused and Unreachable.
        """
        me = Me.model_validate(await self._connection.get("/v1/me"))
        units = [UnitView.model_validate(each) for each in await self._connection.get("/v1/units")]
        words = Words(self._options.language, me.zone)
        names = {unit.id: unit.name for unit in units}
        view = _View(me, words, Texts.loaded(), names, words.say("connecting"))
        async with asyncio.TaskGroup() as tasks:
            looking = tasks.create_task(self._look_at_board(view))
            if self._console.is_terminal:
                await self._drawn(view, opened)
            else:
                await self._written(view, opened)
            looking.cancel()

    async def _drawn(self, view: _View, opened: Callable[[], None]) -> None:
        def frame() -> object:
            size = self._console.size
            height = max(LEAST_LINES, size.height - self._options.reserved_lines - 1)
            return picture(self._scene(view), size.width, height)

        with Live(
            get_renderable=frame,  # type: ignore[arg-type]
            console=self._console,
            refresh_per_second=FRAMES_A_SECOND,
            transient=False,
        ):
            async with aclosing(self._feed.updates()) as updates:
                async for update in updates:
                    self._take(update, view, opened)

    async def _written(self, view: _View, opened: Callable[[], None]) -> None:
        """A line or more for each new card, for pipes and logs."""
        told: set[tuple[str, int]] = set()
        async with aclosing(self._feed.updates()) as updates:
            async for update in updates:
                self._take(update, view, opened)
                if isinstance(update, Lost):
                    self._console.print(view.status, markup=False)
                if not isinstance(update, Changed):
                    continue
                new = {event.position for event in update.events}
                beside = card_view(self._scene(view))
                for card in update.state.cards:
                    if card.position in new and (card.kind, card.position) not in told:
                        told.add((card.kind, card.position))
                        for line in lines_of(card, update.state.progress, beside):
                            self._console.print(line, soft_wrap=True)

    def _take(self, update: Update | Lost, view: _View, opened: Callable[[], None]) -> None:
        """What an update changes beside the topics themselves."""
        words = view.words
        match update:
            case Connected():
                view.status = words.say("connected")
                opened()
            case Lost(_, retry_in_s):
                view.status = words.say("lost", seconds=max(1, round(retry_in_s)))
            case RolledUp(rollup):
                known = view.rollups.setdefault(rollup.topic, {})
                known |= {row.unit_id: row for row in rollup.rows}
            case Forgotten(topic):
                view.rollups.pop(topic, None)
                view.status = words.say("forgotten")
            case Shown() | Changed() | Declined():
                pass

    async def _look_at_board(self, view: _View) -> None:
        """The board now and then; without headships there is none."""
        if not view.me.headships:
            return
        while True:
            try:
                answer = await self._connection.get("/v1/board", {"limit": 30})
                view.board = Board.model_validate(answer)
            except (Refused, Unreachable):
                pass  # the feed says itself that the service is away
            await asyncio.sleep(BOARD_EVERY_S)

    def _scene(self, view: _View) -> Scene:
        headed = [headship.unit_name for headship in view.me.headships]
        return Scene(
            title=", ".join(headed) or view.me.employee.name,
            status=view.status,
            now=datetime.now(UTC),
            words=view.words,
            texts=view.texts,
            states=self._feed.states,
            board=view.board,
            rollups=view.rollups,
            unit_names=view.unit_names,
        )


@asynccontextmanager
async def signed_in(url: str, nip: str, password: str) -> AsyncGenerator[Connection]:
    """A session of its own for this watch, ended with it. Raises Refused, Unreachable."""
    device = DeviceInfo(id=uuid4(), name="denyut watch", platform="terminal")
    async with Connection.opened(ConnectionOptions(url, device)) as connection:
        await connection.sign_in(nip, password)
        try:
            yield connection
        finally:
            try:
                async with asyncio.timeout(2.0):
                    await connection.sign_out()
            except Exception:  # the session ends by itself when its tokens run out
                connection.signed_in.clear()
