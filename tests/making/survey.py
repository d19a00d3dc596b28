"""Small honest services, points and verdicts for tests."""

from datetime import date
from typing import Any
from uuid import UUID

from models.rules.satisfaction import ELEMENTS, Element
from models.rules.survey_codes import new_letters
from models.tables.columns import new_id

CONTENT = dict.fromkeys(ELEMENTS, 4)


async def make_service(
    connection: Any, unit_id: UUID, name: str = "KTP-el", *, yearly_users: int | None = None
) -> UUID:
    """A service of a unit."""
    service_id = new_id()
    await connection.execute(
        "INSERT INTO public_service (id, unit_id, name, yearly_users) VALUES ($1, $2, $3, $4)",
        *(service_id, unit_id, name, yearly_users),
    )
    return service_id


async def make_point(
    connection: Any,
    service_id: UUID,
    name: str = "Loket 1",
    *,
    code: str | None = None,
    asks_visit_code: bool = False,
) -> UUID:
    """A point of a service."""
    point_id = new_id()
    await connection.execute(
        "INSERT INTO service_point (id, service_id, code, name, asks_visit_code)"
        " VALUES ($1, $2, $3, $4, $5)",
        *(point_id, service_id, code or new_letters(), name, asks_visit_code),
    )
    return point_id


async def make_verdict(
    connection: Any,
    point_id: UUID,
    *,
    answers: dict[Element, int] | None = None,
    comment: str = "",
    low: bool = False,
) -> UUID:
    """A verdict of today, without its place in the sums of the day."""
    verdict_id, said = new_id(), answers or CONTENT
    names = ", ".join(ELEMENTS)
    values = ", ".join(f"${place}" for place in range(5, 5 + len(ELEMENTS)))
    await connection.execute(
        f"INSERT INTO verdict (id, point_id, service_id, unit_id, on_day, comment, low, {names})"
        f" SELECT $1, p.id, s.id, s.unit_id, current_date, $3, $4, {values}"
        "   FROM service_point p JOIN public_service s ON s.id = p.service_id WHERE p.id = $2",
        *(verdict_id, point_id, comment, low),
        *(said[element] for element in ELEMENTS),
    )
    return verdict_id


async def make_day(
    connection: Any,
    service_id: UUID,
    on_day: date,
    answers: dict[Element, int],
    *,
    responses: int = 1,
) -> None:
    """The sums of a day on which so many people all said the same."""
    names = ", ".join(ELEMENTS)
    values = ", ".join(f"${place}" for place in range(4, 4 + len(ELEMENTS)))
    await connection.execute(
        f"INSERT INTO verdict_day (service_id, on_day, unit_id, responses, low, {names})"
        f" SELECT id, $2, unit_id, $3, 0, {values} FROM public_service WHERE id = $1",
        *(service_id, on_day, responses),
        *(answers[element] * responses for element in ELEMENTS),
    )
