"""One way to ask the same question over either driver, so that no question is written twice.

Statements number their arguments as PostgreSQL does ($1, $2 …). Over an `AsyncSession` they run
in the session's own transaction and see what it has flushed; over asyncpg on the connection given.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from models.queries.feed import FeedRow, NewEvent, appended, appended_in

Row = Mapping[str, Any]
"""A row read by column name: an SQLAlchemy mapping or an asyncpg record."""


async def asked(connection: Any, statement: str, *arguments: object) -> Sequence[Row]:
    """Every row of the answer. `connection`: AsyncSession, AsyncConnection, or asyncpg's own."""
    if isinstance(connection, AsyncSession):
        await connection.flush()
        connection = await connection.connection()
    if isinstance(connection, AsyncConnection):
        answer = await connection.exec_driver_sql(statement, arguments)
        return cast(Sequence[Row], answer.mappings().all()) if answer.returns_rows else []
    return await connection.fetch(statement, *arguments)


async def asked_one(connection: Any, statement: str, *arguments: object) -> Row | None:
    """The first row of the answer, or None."""
    rows = await asked(connection, statement, *arguments)
    return rows[0] if rows else None


def decoded(value: Any) -> Any:
    """A JSON column's value: drivers give its text unless they were told otherwise."""
    return json.loads(value) if isinstance(value, str | bytes) else value


async def appended_over(connection: Any, events: Sequence[NewEvent]) -> list[FeedRow]:
    """Appends feed events over either driver, inside its transaction; announce after the commit."""
    if not events:
        return []
    if isinstance(connection, AsyncSession | AsyncConnection):
        return await appended_in(connection, events)
    return await appended(connection, events)
