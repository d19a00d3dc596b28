"""The first HR officer and the first administrator, before anybody can sign in to appoint them.

From then on they do it themselves, through the service. Whoever may run this on the server already
has the database in hand; what it does stands in the audit like any other change.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from api.codes import code_hash, new_code
from models.queries.activations import issued
from models.queries.asking import asked_one
from models.queries.audit import Change, audited
from models.queries.rights import rights_changed
from models.queries.roles import granted
from models.queries.sessions import ended
from models.rules.nip import parse_nip

RoleName = Literal["hr", "administrator"]

PERSON: Final = "SELECT id, name FROM employee WHERE nip = $1 AND active"
PLACE: Final = "SELECT id, name FROM unit WHERE code = $1 AND retired_at IS NULL"
TOP: Final = "SELECT id, name FROM unit WHERE parent_id IS NULL AND retired_at IS NULL"


class Unknown(Exception):
    """There is no such person or unit; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Appointment:
    """What was done. `is_new` is False when the person held the role; the code is new anyway."""

    name: str
    unit_name: str
    is_new: bool
    code: str
    expires_at: datetime


async def appointed(
    connection: Any, nip: str, role: RoleName, unit_code: str | None, valid_days: int
) -> Appointment:
    """Grants a role for a unit (none: the whole tree) and issues a one-time activation code.

    The code resets the password: the person's sessions end. `connection`: raw asyncpg, in a
    transaction. Raises Unknown, and InvalidNip.
    """
    digits = parse_nip(nip).digits
    person = await asked_one(connection, PERSON, digits)
    if person is None:
        raise Unknown("No active employee has this NIP. Import employees first.")
    unit = await _unit(connection, unit_code)
    employee_id: UUID = person["id"]
    grant_id = await granted(connection, employee_id, role, unit["id"], None)
    code = new_code()
    expires_at = await issued(connection, {employee_id: code_hash(digits, code)}, valid_days)
    await ended(connection, employee_id, "password_reset")
    details = {"role": role, "by": "command line"}
    await audited(connection, None, Change("role_granted", employee_id, unit["id"], details))
    await audited(connection, None, Change("activation_issued", employee_id))
    await rights_changed(connection, [employee_id])
    return Appointment(person["name"], unit["name"], grant_id is not None, code, expires_at)


async def _unit(connection: Any, code: str | None) -> Any:
    if code is None:
        unit = await asked_one(connection, TOP)
        if unit is None:
            raise Unknown("There are no units yet. Import units first.")
        return unit
    unit = await asked_one(connection, PLACE, code)
    if unit is None:
        raise Unknown(f"No unit has the code {code!r}.")
    return unit
