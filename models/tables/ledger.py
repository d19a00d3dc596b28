"""The ledger of deliveries: what happened to each on its way, and the letters nobody could send.

Rows are only ever added. That a delivery was made stands in its own row.
"""

# SQLModel takes a plain string here; its type says otherwise.
# pyright: reportAssignmentType=false

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, DateTime, Index, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from models.tables.columns import one_of, set_by_database


class DeliveryEvent(SQLModel, table=True):
    """One step of a delivery. `opened` stands at most once for each."""

    __tablename__ = "delivery_event"
    __table_args__ = (
        one_of("what", "deferred", "retried", "held", "sent", "failed", "dropped", "opened"),
        Index(
            "delivery_event_opened",
            "delivery_id",
            unique=True,
            postgresql_where=text("what = 'opened'"),
        ),
    )

    delivery_id: UUID = Field(primary_key=True, foreign_key="delivery.id")
    at: datetime | None = Field(
        default=None,
        sa_column=Column(
            DateTime(timezone=True), primary_key=True, server_default=func.clock_timestamp()
        ),
    )
    what: str = Field(primary_key=True)
    detail: str = ""


class DeadLetter(SQLModel, table=True):
    """What no attempt could bring to its device: the payload, without the device's address."""

    __tablename__ = "dead_letter"
    __table_args__ = (Index("dead_letter_at", "at"),)

    delivery_id: UUID = Field(primary_key=True, foreign_key="delivery.id")
    at: datetime | None = set_by_database()
    payload: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSONB, nullable=False))
    reason: str
