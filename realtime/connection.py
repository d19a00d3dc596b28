"""One signed-in socket: whose it is, and what its client asks for.

What needs the database (opening, subscribing, renewing, looking at rights again) is done one after
another by a task that lives only as long as there is something to do; an idle socket has none.
Invariants: once rights may have changed nothing more of any topic is written until they were
looked at again; an ended socket holds no place in the hub and no view.
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import structlog

from mobile_contract import live
from models.rules.refusals import (
    DatabaseAway,
    NotAllowed,
    Refusal,
    TooManyTopics,
    TopicNotAllowed,
)
from realtime.edge import Edge, Send, closed, is_away, last_words
from realtime.following import Following
from realtime.principals import Principal
from realtime.scopes import OpenTopic
from realtime.writers import Writer

CLOSE_UNEXPECTED = 1011

Job = Callable[[], Coroutine[Any, Any, None]]


class LiveSocket:
    """A socket after its hello."""

    __slots__ = (
        "_declined",
        "_edge",
        "_following",
        "_jobs",
        "_on_end",
        "_send",
        "_token",
        "_worker",
        "_writer",
        "closing",
        "ended",
        "missing_pongs",
        "ping_due_s",
        "principal",
    )

    def __init__(
        self,
        edge: Edge,
        writer: Writer,
        send: Send,
        signed_in: tuple[str, Principal],
        on_end: Callable[["LiveSocket"], None],
    ) -> None:
        """`signed_in`: an access token and who it belongs to."""
        self._edge = edge
        self._writer = writer
        self._send = send
        self._token, self.principal = signed_in
        self._on_end = on_end
        self._following = Following(edge, writer)
        self._declined: frozenset[str] = frozenset()
        self._jobs: list[Job] = []
        self._worker: asyncio.Task[None] | None = None
        self.ended = False
        self.closing: asyncio.Task[None] | None = None
        """Hands on what was written and closes; whoever serves the connection waits for it."""
        self.missing_pongs = 0
        self.ping_due_s = edge.clock() + edge.ping_every_s

    @property
    def behind_since(self) -> float | None:
        """Since when the socket has been too full (clock); None while it drains."""
        return self._following.behind_since

    def write(self, wire: bytes) -> None:
        """Writes finished frames that belong to no topic."""
        self._following.main.write(wire)

    # --- what the client asks for ---------------------------------------------------------------

    def open(self, cursor: live.Cursor | None) -> None:
        """Welcomes the client and leads it from its cursor to now."""
        self._later(lambda: self._open(cursor))

    def subscribe(self, message: live.Subscribe) -> None:
        """One more topic."""
        self._later(lambda: self._subscribe(message))

    def unsubscribe(self, topic: str) -> None:
        """One topic fewer."""
        self._later(lambda: self._unsubscribe(topic))

    def renew(self, token: str) -> None:
        """Goes on with a fresh token of the same person."""
        self._later(lambda: self._renew(token))

    # --- what the service does with it ----------------------------------------------------------

    def review(self) -> None:
        """Rights may have changed: nothing more is written until they were looked at again."""
        if self.ended:
            return
        waiting = self._following.held
        self._following.hold()
        if not waiting:
            self._later(self._review)

    def end(self, code: int, error: str | None = None, retry_in_s: float | None = None) -> None:
        """Closes the socket with a code, and a word before it. Returns at once."""
        if self.ended:
            return
        self.leave()
        self.write(last_words(error, retry_in_s))
        timeout_s = self._edge.options.close_timeout_s
        self.closing = self._edge.spawn(closed(self._writer, self._send, code, timeout_s))

    def leave(self) -> None:
        """The connection is over: no topic, no view and no job of it remains."""
        if self.ended:
            return
        self.ended = True
        self._following.end()
        self._jobs = []
        if self._worker is not None and self._worker is not asyncio.current_task():
            self._worker.cancel()
        self._on_end(self)

    # --- one job after another ------------------------------------------------------------------

    def _later(self, job: Job) -> None:
        if self.ended:
            return
        if len(self._jobs) >= self._edge.options.most_jobs:
            self.end(live.CLOSE_TOO_SLOW)
            return
        self._jobs.append(job)
        if self._worker is None:
            self._worker = asyncio.get_running_loop().create_task(self._work())

    async def _work(self) -> None:
        try:
            while self._jobs:
                await self._jobs.pop(0)()
        except Exception as error:
            self._fail(error)
        finally:
            self._worker = None

    def _fail(self, error: Exception) -> None:
        if is_away(error):
            retry_in_s = self._edge.options.away_retry_in_s
            self.end(live.CLOSE_RESTART, DatabaseAway.code, retry_in_s)
        else:
            log = structlog.stdlib.get_logger("realtime.connection")
            log.error("socket_failed", exc_info=error)
            self.end(CLOSE_UNEXPECTED)

    def _tell(self, message: live.ServerMessage) -> None:
        self._following.main.tell(message)

    async def _open(self, cursor: live.Cursor | None) -> None:
        async with self._edge.turns:
            topics = await self._edge.scopes.own_topics(self.principal)
        epoch = self._edge.hub.epoch
        known = cursor.positions if cursor is not None and cursor.epoch == epoch else {}
        viewer_id = self.principal.person.employee_id
        states: dict[str, live.TopicState] = {}
        for topic in topics:
            _, upto = self._following.begin(viewer_id, topic, False, known.get(topic.name))
            states[topic.name] = live.TopicState(topic.mode, upto)
        self._tell(
            live.Welcome(
                epoch, viewer_id, states, self._edge.ping_every_s, self.principal.token_expires_at
            )
        )
        if cursor is not None and cursor.epoch != epoch:
            self._tell(live.Reset("epoch"))
        if self._following.held:
            self._following.hold()  # these topics too: a review waits, and leads on from here
        await self._lead_on()

    async def _subscribe(self, message: live.Subscribe) -> None:
        name, following = message.topic, self._following
        await following.roomy()  # whoever asks and never reads waits, and runs out of wishes
        if following.held:
            self._later(lambda: self._subscribe(message))  # after the review that waits already
            return
        followed = following.topics.get(name)
        if followed is not None:
            upto = followed.subscription.positions.get(name, followed.position or 0)
            self._tell(live.Subscribed(name, followed.topic.mode, upto))
            return
        if sum(each.asked for each in following.topics.values()) >= self._edge.options.most_topics:
            self._tell(live.LiveError(TooManyTopics.code, name))
            return
        try:
            topic = await self._edge.scopes.topic(self.principal, name)
        except Exception as error:
            if not (isinstance(error, TopicNotAllowed) or is_away(error)):
                raise
            code = error.code if isinstance(error, TopicNotAllowed) else DatabaseAway.code
            self._tell(live.LiveError(code, name))
            return
        if following.held:
            self._later(lambda: self._subscribe(message))
            return
        self._declined -= {name}
        viewer_id = self.principal.person.employee_id
        followed, upto = following.begin(viewer_id, topic, True, message.position)
        self._tell(live.Subscribed(name, topic.mode, upto))
        await following.lead_on(self.principal, followed)

    async def _unsubscribe(self, topic: str) -> None:
        await self._following.roomy()
        followed = self._following.topics.get(topic)
        if followed is not None:
            self._following.drop(followed)
            self._declined |= {topic}
        self._tell(live.Unsubscribed(topic))

    async def _renew(self, token: str) -> None:
        try:
            principal = await self._edge.principals.current(token)
        except DatabaseAway as refusal:
            self._tell(live.LiveError(refusal.code))  # the old token holds until its end
            return
        except Refusal as refusal:
            self.end(live.CLOSE_NOT_SIGNED_IN, refusal.code)
            return
        if principal.person.employee_id != self.principal.person.employee_id:
            self.end(live.CLOSE_NOT_ALLOWED, NotAllowed.code)
            return
        before, self.principal, self._token = self.principal, principal, token
        if principal.person != before.person or principal.near_heads != before.near_heads:
            self.review()

    # --- rights, looked at again ----------------------------------------------------------------

    async def _review(self) -> None:
        """Today's rights become the topics of this socket."""
        if not self._following.held:
            return  # the review before this one has seen to it already
        wanted: dict[str, tuple[OpenTopic, bool]] = {}
        while self._following.held:
            self._following.held = False
            try:
                async with self._edge.turns:
                    wanted = await self._wanted()
            except Exception as error:
                if is_away(error):
                    self._following.held = True
                    await asyncio.sleep(self._edge.options.away_retry_s)
                elif isinstance(error, Refusal):
                    self.end(live.CLOSE_NOT_SIGNED_IN, error.code)
                    return
                else:
                    raise
        for name, followed in list(self._following.topics.items()):
            if name not in wanted:
                self._following.drop(followed)
                self._tell(live.Revoked(name))
        for topic, asked in wanted.values():
            self._take_up(topic, asked)
        await self._lead_on()

    async def _wanted(self) -> dict[str, tuple[OpenTopic, bool]]:
        """Each topic this socket should have, and whether the client asked for it."""
        edge = self._edge
        self.principal = await edge.principals.current(self._token)
        asked = [name for name, each in self._following.topics.items() if each.asked]
        topics = await edge.scopes.every_topic(self.principal, asked, self._declined)
        return {topic.name: (topic, was_asked) for topic, was_asked in topics}

    def _take_up(self, topic: OpenTopic, asked: bool) -> None:
        """A topic that is allowed: it goes on, or begins, and the client is told what is new."""
        name, following = topic.name, self._following
        followed = following.topics.get(name)
        if followed is None:
            _, upto = following.begin(self.principal.person.employee_id, topic, asked, None)
            self._tell(live.Subscribed(name, topic.mode, upto))
            return
        was = followed.topic
        if was.mode != topic.mode:
            upto = following.go_on(followed, topic, afresh=True)
            self._tell(live.Subscribed(name, topic.mode, upto))
        elif was.place.shard != topic.place.shard:
            upto = following.go_on(followed, topic, afresh=True)
            self._tell(live.Reset("moved", name, upto))
        else:
            following.go_on(followed, topic, afresh=False)

    async def _lead_on(self) -> None:
        for followed in list(self._following.topics.values()):
            await self._following.lead_on(self.principal, followed)
