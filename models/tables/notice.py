"""Notices and their deliveries: the transactional outbox.

A notice is written in the transaction that caused it; its key makes it happen once. The inbox is
the notice itself; a delivery is one try to reach one device outside.
"""

# SQLModel takes a plain string here; its type says otherwise.
# pyright: reportAssignmentType=false

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from models.tables.columns import instant, one_of, primary_id, set_by_database


class Notice(SQLModel, table=True):
    """One word to one person, once: `key` names reason and person.

    `withdrawn_at`: since when what it says is no longer so.
    """

    __tablename__ = "notice"
    __table_args__ = (
        Index("notice_recipient", "recipient_id", "made_at"),
        Index("notice_target", "target_id", postgresql_where=text("target_id IS NOT NULL")),
    )

    id: UUID = primary_id()
    key: str = Field(unique=True)
    recipient_id: UUID = Field(foreign_key="employee.id")
    kind: str
    employee_id: UUID | None = Field(default=None, foreign_key="employee.id")
    target_id: UUID | None = Field(default=None, foreign_key="target.id")
    report_id: UUID | None = Field(default=None, foreign_key="report.id")
    content: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSONB, nullable=False))
    made_at: datetime | None = set_by_database()
    read_at: datetime | None = instant(optional=True)
    acknowledged_at: datetime | None = instant(optional=True)
    withdrawn_at: datetime | None = instant(optional=True)


class Delivery(SQLModel, table=True):
    """One notice on its way to one device; `queued` rows that are due are claimed with a lease.

    `first_due_at`: since when it should be there, whatever was tried since; none while nobody has
    tried. Deliveries with one `digest_id` go out as one push. `held_since`: when its provider was
    first left alone instead of trying; waiting for its person does not change it.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        one_of("state", "queued", "sent", "failed", "dropped"),
        Index("delivery_once", "notice_id", "device_id", unique=True),
        Index(
            "delivery_due",
            "channel",
            "due_at",
            "device_id",
            postgresql_where=text("state = 'queued'"),
        ),
        Index("delivery_sent", "device_id", "settled_at", postgresql_where=text("state = 'sent'")),
        Index("delivery_device", "device_id", postgresql_where=text("state = 'queued'")),
        Index(
            "delivery_waiting",
            "channel",
            "first_due_at",
            postgresql_where=text("state = 'queued' AND first_due_at IS NOT NULL"),
        ),
        Index(
            "delivery_held",
            "held_since",
            postgresql_where=text("state = 'queued' AND held_since IS NOT NULL"),
        ),
    )

    id: UUID = primary_id()
    notice_id: UUID = Field(foreign_key="notice.id")
    employee_id: UUID = Field(foreign_key="employee.id")
    device_id: UUID
    channel: str
    state: str = "queued"
    attempts: int = 0
    due_at: datetime | None = set_by_database()
    lease_id: UUID | None = None
    first_due_at: datetime | None = instant(optional=True)
    digest_id: UUID | None = None
    held_since: datetime | None = instant(optional=True)
    made_at: datetime | None = set_by_database()
    settled_at: datetime | None = instant(optional=True)
    outcome: str = ""
