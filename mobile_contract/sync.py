"""The outbox on the wire: up to 50 mutations in, a result for each out, and what changed since.

One bad item never sinks the rest, so each item's own part is decoded on its own.
"""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from mobile_contract.live import Events, Reset
from mobile_contract.problems import Problem
from mobile_contract.reports import Receipt

Op = Literal[
    "report.create", "report.revise", "report.withdraw", "feedback.acknowledge", "inbox.read"
]
Outcome = Literal["applied", "duplicate", "conflict", "rejected", "retry", "blocked"]

ABSENT = msgspec.Raw(b"")  # msgspec takes no union of Raw and None


class SyncMutation(msgspec.Struct, frozen=True, omit_defaults=True):
    """One item of an outbox; exactly the field that `op` names is present."""

    mutation_id: UUID
    op: str
    report: msgspec.Raw = ABSENT
    revision: msgspec.Raw = ABSENT
    withdrawal: msgspec.Raw = ABSENT
    acknowledgement: msgspec.Raw = ABSENT
    read: msgspec.Raw = ABSENT


class Acknowledgement(msgspec.Struct, frozen=True):
    """The employee has read a feedback."""

    feedback_id: UUID


class Read(msgspec.Struct, frozen=True):
    """The person has read a notice of the inbox."""

    notice_id: UUID


class SyncRequest(msgspec.Struct, frozen=True):
    """An outbox. `sent_at`: the phone's clock as it sends, to correct the times it captured."""

    mutations: list[msgspec.Raw]
    cursor: str | None = None
    sent_at: datetime | None = None


class SyncResult(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of one item. Only `applied` and `duplicate` take it out of the outbox.

    `outcome` is an Outcome; a phone keeps an item whose outcome it does not know.

    `problem` is RFC 9457 details; `rejected` is never tried again, `retry` and `blocked` later.
    """

    mutation_id: UUID | None
    outcome: str
    receipt: Receipt | None = None
    problem: Problem | None = None


class SyncResponse(msgspec.Struct, frozen=True):
    """Results in the order of the mutations; `changes`: the person's own topic since the
    cursor, frames to apply in order."""

    results: list[SyncResult]
    changes: list[Events]
    resets: list[Reset]
    cursor: str
    next_sync_after_s: float
