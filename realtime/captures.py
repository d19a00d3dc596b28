"""From what a phone sent to what the intake takes: checks, clocks, and the words of the feed.

Pure: no I/O, no clock of its own. Raises a refusal for what no office can accept; a wrong clock or
an unasked location is never a reason to refuse (domain.md, "Personal data"; design.md, "The way
of a report").
"""

import math
from datetime import UTC, datetime
from uuid import UUID

import msgspec

from mobile_contract.reports import (
    MAX_NOTE_CHARACTERS,
    MAX_QUANTITY,
    Location,
    NewReport,
    Revision,
    Withdrawal,
    body_hash,
)
from models.rules.clocks import corrected, uuid7_time
from models.rules.flags import ReportFlag
from models.rules.refusals import (
    ForbiddenCharacter,
    InvalidValue,
    NoteTooLong,
    QuantityOutOfRange,
)
from realtime.principals import Principal
from realtime.submission import IntakeItem


class ReportContent(msgspec.Struct, frozen=True, omit_defaults=True):
    """The feed's words of a new report; the database adds labels, version and status."""

    report_id: UUID
    employee_name: str
    target_id: UUID
    quantity: float
    note: str
    activity_at: datetime
    captured_at: datetime
    corrected_at: datetime
    location: Location | None = None


class RevisionContent(msgspec.Struct, frozen=True):
    """The feed's words of a revision; the database adds version and status."""

    report_id: UUID
    quantity: float
    note: str
    activity_at: datetime


class WithdrawalContent(msgspec.Struct, frozen=True):
    """The feed's words of a withdrawal; the database adds version and status."""

    report_id: UUID
    reason: str


def creation(
    report: NewReport, reporter: Principal, sent_at: datetime | None, received_at: datetime
) -> IntakeItem:
    """A new report, ready for its batch.

    `sent_at`: the phone's clock as it sent, if it told; `received_at`: ours. Raises NoteTooLong,
    ForbiddenCharacter, QuantityOutOfRange, InvalidValue.
    """
    check_text(report.note, "note")
    check_quantity(report.quantity)
    activity_at = in_utc(report.activity_at, "activity_at")
    captured = report.captured_at or uuid7_time(report.id) or activity_at
    captured_at = in_utc(captured, "captured_at")
    clock = corrected(captured_at, sent_at, received_at)
    flags = clock.flags
    location = report.location
    if location is not None and not reporter.asks_location:
        flags |= ReportFlag.LOCATION_DROPPED
        location = None
    content = ReportContent(
        report.id,
        reporter.name,
        report.target_id,
        report.quantity,
        report.note,
        activity_at,
        captured_at,
        clock.at,
        location,
    )
    return IntakeItem(
        "create",
        report.id,
        report.id,
        reporter.person.employee_id,
        body_hash(report),
        msgspec.json.encode(content).decode(),
        report.target_id,
        report.quantity,
        report.note,
        activity_at,
        captured_at,
        clock.at,
        int(flags),
        None,
        reporter.device_id,
        msgspec.json.encode(location).decode() if location is not None else None,
    )


def revision(mutation_id: UUID, revised: Revision, reporter: Principal) -> IntakeItem:
    """A report said anew, ready for its batch. Raises as `creation` does."""
    check_text(revised.note, "note")
    check_quantity(revised.quantity)
    activity_at = in_utc(revised.activity_at, "activity_at")
    content = RevisionContent(revised.report_id, revised.quantity, revised.note, activity_at)
    return IntakeItem(
        "revise",
        mutation_id,
        revised.report_id,
        reporter.person.employee_id,
        body_hash(revised),
        msgspec.json.encode(content).decode(),
        quantity=revised.quantity,
        note=revised.note,
        activity_at=activity_at,
        base_version=revised.base_version,
        device_id=reporter.device_id,
    )


def withdrawal(mutation_id: UUID, withdrawn: Withdrawal, reporter: Principal) -> IntakeItem:
    """A report taken back, ready for its batch. Raises NoteTooLong, ForbiddenCharacter."""
    check_text(withdrawn.reason, "reason")
    content = WithdrawalContent(withdrawn.report_id, withdrawn.reason)
    return IntakeItem(
        "withdraw",
        mutation_id,
        withdrawn.report_id,
        reporter.person.employee_id,
        body_hash(withdrawn),
        msgspec.json.encode(content).decode(),
        note=withdrawn.reason,
        base_version=withdrawn.base_version,
        device_id=reporter.device_id,
    )


def check_text(text: str, field: str) -> None:
    """A text that a database and a screen can hold."""
    if len(text) > MAX_NOTE_CHARACTERS:
        raise NoteTooLong(field=field, limit_characters=MAX_NOTE_CHARACTERS)
    if "\0" in text:
        raise ForbiddenCharacter(field=field)


def check_quantity(quantity: float) -> None:
    """A quantity somebody can have done. A target may set a narrower limit of its own."""
    if not math.isfinite(quantity) or not 0 <= quantity <= MAX_QUANTITY:
        raise QuantityOutOfRange(field="quantity", limit=MAX_QUANTITY)


def in_utc(at: datetime, field: str) -> datetime:
    """The same instant in UTC, so that a feed event and its row say the same."""
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise InvalidValue(field=field) from None
