"""Saying that rights changed, so that every process forgets what it cached about these people.

Invariant: it is the last statement of its transaction. The one row of `rights_version` stays
locked until the commit; anything after it would make every other change of rights wait.
"""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from models.queries.asking import asked


async def rights_changed(connection: Any, employee_ids: Collection[UUID] | None) -> None:
    """What these people may do has changed; None: it may be anybody."""
    ids = None if employee_ids is None else list(employee_ids)
    await asked(connection, "SELECT bump_rights_v1($1::uuid[])", ids)
