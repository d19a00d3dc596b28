"""Runs a script of several statements inside the migration's transaction."""

from typing import Any

from alembic import op
from sqlalchemy import text


def run_script(script: str) -> None:
    """Sends the whole text at once: the prepared protocol takes one statement, this takes all."""
    bind = op.get_bind()
    bind.execute(text("SELECT 1"))  # asyncpg opens the transaction with its first statement
    adapted: Any = bind.connection.dbapi_connection
    adapted.run_async(lambda connection: connection.execute(script))
