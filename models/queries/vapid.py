"""The installation's key for push services: the first one that was made is the one that is kept.

Invariant: processes that start together on an empty database end with the same key.
"""

from collections.abc import Callable
from typing import Any

from models.queries.asking import asked, asked_one

KEPT = "SELECT private_pem FROM vapid_key"
KEEP = "INSERT INTO vapid_key (private_pem) VALUES ($1) ON CONFLICT (id) DO NOTHING"


async def kept_key(connection: Any, made: Callable[[], str]) -> str:
    """The private key as PEM; `made` gives one if there is none yet.

    Over asyncpg outside a transaction: the key of whoever came first is then seen at once.
    """
    row = await asked_one(connection, KEPT)
    if row is None:
        await asked(connection, KEEP, made())
        row = await asked_one(connection, KEPT)
    assert row is not None  # either ours or that of whoever came first
    return row["private_pem"]
