"""Column shapes that several tables share, so that a UUID, an instant or a path means one thing.

Every instant is a `timestamptz`; every id is a UUIDv7 made by the writer (phones make report ids).
"""

from datetime import datetime
from typing import Any
from uuid import UUID

import uuid_utils.compat as uuid_utils
from sqlalchemy import ARRAY, CheckConstraint, Column, DateTime, Uuid, func, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlmodel import Field


def new_id() -> UUID:
    """A fresh UUIDv7: ordered by time, so that indexes grow at their end."""
    return uuid_utils.uuid7()


def primary_id() -> Any:
    """A primary key that the writer makes."""
    return Field(default_factory=new_id, primary_key=True)


def instant(*, optional: bool = False, default: datetime | None = None, **column: Any) -> Any:
    """A point in time, always with its zone."""
    return Field(
        default=default if optional or default else ...,
        sa_column=Column(DateTime(timezone=True), nullable=optional, **column),
    )


def set_by_database() -> Any:
    """When the row was written, by the database's clock."""
    return Field(
        default=None,
        sa_column=Column(
            DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()
        ),
    )


def unit_path() -> Any:
    """Unit ids from the city down to the unit itself."""
    return Field(sa_column=Column(ARRAY(Uuid()), nullable=False))


def one_of(column: str, *values: str) -> CheckConstraint:
    """The last guard for a word that has a fixed set of values."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


def no_overlap(*columns: str, name: str) -> ExcludeConstraint:
    """At most one row for these columns at any instant of [valid_from, valid_to)."""
    pairs: list[Any] = [(Column(column), "=") for column in columns]
    pairs.append((text("tstzrange(valid_from, valid_to)"), "&&"))
    return ExcludeConstraint(*pairs, name=name, using="gist")
