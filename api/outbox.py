"""The items of an outbox: decodes each on its own, hands them on, and puts the results in order.

Invariant: every mutation gets exactly one result, in its place; one bad item never sinks the rest.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec
import structlog

from api.problems import Language, problem_of, refusal_of
from api.receipts import ItemFailed, receipt_of, refusal_for
from mobile_contract.reports import MAX_SYNC_ITEMS, NewReport, Revision, Withdrawal
from mobile_contract.sync import ABSENT, Acknowledgement, Outcome, Read, SyncMutation, SyncResult
from models.rules.refusals import Busy, DatabaseAway, MalformedRequest, Refusal, TooManyItems
from realtime.captures import creation, revision, withdrawal
from realtime.intake import Intake
from realtime.principals import Principal
from realtime.submission import IntakeItem, ItemResult

UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""What the decoder raises for bytes that are no such item; the last for a thousand brackets."""

Marked = Literal["applied", "duplicate"]
Mark = Callable[[Principal, UUID], Awaitable[Marked]]
"""Marks a feedback as acknowledged, or a notice as read; raises a refusal when it is not theirs."""


class MutationId(msgspec.Struct, frozen=True):
    """What can still be read of an item that is otherwise wrong."""

    mutation_id: UUID | None = None


class OutboxItems:
    """Turns mutations into results."""

    def __init__(self, intake: Intake, acknowledge: Mark, read: Mark) -> None:
        self._intake = intake
        self._acknowledge = acknowledge
        self._read = read
        self._mutation = msgspec.json.Decoder(SyncMutation)
        self._mutation_id = msgspec.json.Decoder(MutationId)
        self._report = msgspec.json.Decoder(NewReport)
        self._revision = msgspec.json.Decoder(Revision)
        self._withdrawal = msgspec.json.Decoder(Withdrawal)
        self._acknowledgement = msgspec.json.Decoder(Acknowledgement)
        self._notice = msgspec.json.Decoder(Read)
        self._log = structlog.stdlib.get_logger("api.outbox")

    async def results(
        self,
        mutations: Sequence[msgspec.Raw],
        principal: Principal,
        sent_at: datetime | None,
        received_at: datetime,
        language: Language,
    ) -> list[SyncResult]:
        """A result for each mutation, in order. Raises TooManyItems for more than 50."""
        if len(mutations) > MAX_SYNC_ITEMS:
            raise TooManyItems(limit=MAX_SYNC_ITEMS)
        results: list[SyncResult | None] = [None] * len(mutations)
        places: list[int] = []
        items: list[IntakeItem] = []
        mutation_ids: list[UUID] = []
        marks: list[tuple[int, UUID, Mark, UUID]] = []
        for place, raw in enumerate(mutations):
            try:
                mutation = self._mutation.decode(raw)
                match mutation.op:
                    case "report.create":
                        report = self._report.decode(present(mutation.report))
                        item = creation(report, principal, sent_at, received_at)
                    case "report.revise":
                        revised = self._revision.decode(present(mutation.revision))
                        item = revision(mutation.mutation_id, revised, principal)
                    case "report.withdraw":
                        withdrawn = self._withdrawal.decode(present(mutation.withdrawal))
                        item = withdrawal(mutation.mutation_id, withdrawn, principal)
                    case "feedback.acknowledge":
                        seen = self._acknowledgement.decode(present(mutation.acknowledgement))
                        marks.append(
                            (place, mutation.mutation_id, self._acknowledge, seen.feedback_id)
                        )
                        continue
                    case "inbox.read":
                        notice = self._notice.decode(present(mutation.read))
                        marks.append((place, mutation.mutation_id, self._read, notice.notice_id))
                        continue
                    case _:
                        raise MalformedRequest(field="op")
            except Refusal as refusal:
                results[place] = refused(self._id_of(raw), refusal, language)
            except UNREADABLE:
                results[place] = refused(self._id_of(raw), MalformedRequest(), language)
            else:
                places.append(place)
                items.append(item)
                mutation_ids.append(mutation.mutation_id)

        submitted = await self._intake.submit(items)
        for place, mutation_id, result in zip(places, mutation_ids, submitted, strict=True):
            results[place] = result_of(mutation_id, result, language)
        for place, mutation_id, mark, marked_id in marks:
            results[place] = await self._marked(mutation_id, mark, principal, marked_id, language)
        return [result for result in results if result is not None]

    async def _marked(
        self,
        mutation_id: UUID,
        mark: Mark,
        principal: Principal,
        marked_id: UUID,
        language: Language,
    ) -> SyncResult:
        try:
            return SyncResult(mutation_id, await mark(principal, marked_id))
        except Refusal as refusal:
            return refused(mutation_id, refusal, language)
        except Exception as error:  # the reports beside it are committed, and must be answered
            self._log.error("mark_failed", exc_info=error)
            return refused(mutation_id, refusal_of(error) or ItemFailed(), language, "retry")

    def _id_of(self, raw: msgspec.Raw) -> UUID | None:
        try:
            return self._mutation_id.decode(raw).mutation_id
        except UNREADABLE:
            return None


def present(part: msgspec.Raw) -> msgspec.Raw:
    """The part that the operation names; without it the item is malformed."""
    if part is ABSENT:
        raise MalformedRequest
    return part


def result_of(mutation_id: UUID, result: ItemResult, language: Language) -> SyncResult:
    """What is said of an item that the intake took."""
    if result.outcome in ("applied", "duplicate"):
        return SyncResult(mutation_id, result.outcome, receipt_of(result))
    return refused(mutation_id, refusal_for(result), language, result.outcome)


def refused(
    mutation_id: UUID | None,
    refusal: Refusal,
    language: Language,
    outcome: Outcome | None = None,
) -> SyncResult:
    """What is said of an item that was not taken; what is only away for now is tried again."""
    if outcome is None:
        outcome = "retry" if isinstance(refusal, Busy | DatabaseAway) else "rejected"
    return SyncResult(mutation_id, outcome, problem=problem_of(refusal, language))
