"""An examination: every rule in its order, each with its verdict, and the reports taken back.

Invariant: one broken rule never keeps the others from being tried.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4

import httpx
from websockets.exceptions import WebSocketException

from mobile_contract.client.connection import (
    Connection,
    ConnectionOptions,
    Refused,
    SignInNeeded,
    Unreachable,
)
from mobile_contract.conformance import requests, sockets
from mobile_contract.conformance.subject import Broken, Subject
from mobile_contract.people import DeviceInfo

# What a service of another making may bring about that no rule has a word for.
UNFORESEEN = (WebSocketException, OSError, LookupError, TypeError, ValueError)

Rule = Callable[[Subject], Awaitable[None]]

RULES: tuple[Rule, ...] = (
    requests.a_wrong_password_is_refused,
    requests.nothing_works_without_a_token,
    requests.a_refresh_may_be_repeated,
    requests.a_report_gets_a_receipt,
    requests.the_same_again_gets_the_same_receipt,
    requests.the_same_id_with_another_body_is_a_conflict,
    requests.what_no_report_can_be_is_refused,
    requests.an_unknown_target_is_named,
    requests.one_bad_item_never_sinks_the_rest,
    requests.an_outbox_twice_is_an_outbox_once,
    requests.a_report_is_revised_and_withdrawn,
    requests.a_change_waits_for_its_report,
    requests.too_many_items_are_refused_whole,
    requests.a_packed_body_is_read_as_it_was,
    requests.a_packing_that_does_not_fit_is_named,
    sockets.a_hello_is_welcomed,
    sockets.a_wrong_token_closes_the_socket,
    sockets.a_message_that_is_none_closes_the_socket,
    sockets.a_stranger_topic_is_refused,
    sockets.a_report_arrives_on_the_open_socket,
    sockets.what_was_missed_comes_after_the_cursor,
    sockets.snapshot_and_events_equal_a_fresh_snapshot,
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a rule holds; if not, `found` says what the service did instead."""

    rule: str
    says: str
    found: str | None

    @property
    def holds(self) -> bool:
        """Whether the service keeps the rule."""
        return self.found is None


async def examined(url: str, nip: str, password: str) -> AsyncGenerator[Verdict]:
    """Signs in and tries every rule. Raises Refused or Unreachable when nobody can sign in."""
    async with _subject(url, nip, password) as subject:
        for rule in RULES:
            found: str | None = None
            try:
                await rule(subject)
            except Broken as broken:
                found = str(broken)
            except (Refused, SignInNeeded, Unreachable, *UNFORESEEN) as error:
                found = f"{type(error).__name__}: {error}"
            yield Verdict(rule.__name__, " ".join((rule.__doc__ or "").split()), found)


@asynccontextmanager
async def _subject(url: str, nip: str, password: str) -> AsyncGenerator[Subject]:
    device = DeviceInfo(id=uuid4(), name="Conformance", platform="python")
    async with (
        Connection.opened(ConnectionOptions(url, device, language="en")) as connection,
        httpx.AsyncClient(base_url=url, timeout=15) as http,
    ):
        signed_in = await connection.sign_in(nip, password)
        subject = Subject(connection, http, nip, password, signed_in.employee.id)
        subject.target_id = await _open_target(connection)
        yield subject
        await _take_back(subject)
        await connection.sign_out()


async def _open_target(connection: Connection) -> UUID | None:
    """A target that takes a report now."""
    now = datetime.now(UTC)
    for target in await connection.get("/v1/me/targets"):
        begins = datetime.fromisoformat(target["period_start"])
        ends = datetime.fromisoformat(target["period_end"])
        if begins <= now < ends and target.get("closed_at") is None:
            return UUID(target["id"])
    return None


async def _take_back(subject: Subject) -> None:
    """Withdraws what was reported; what never arrived is simply not there to withdraw."""
    for start in range(0, len(subject.made), 50):
        some = subject.made[start : start + 50]
        await subject.synced(
            *(
                {
                    "mutation_id": str(uuid4()),
                    "op": "report.withdraw",
                    "withdrawal": {"report_id": str(report_id), "reason": "Conformance"},
                }
                for report_id in some
            )
        )
