"""What the database itself refuses about the public's verdict."""

from uuid import UUID, uuid4

import asyncpg
import pytest

from models.tables.survey import ELEMENTS
from tests.builders import make_city


async def _point(pool: asyncpg.Pool) -> UUID:
    city, service_id, point_id = await make_city(pool), uuid4(), uuid4()
    await pool.execute(
        "INSERT INTO public_service (id, unit_id, name)"
        " SELECT $1, e.unit_id, 'KTP' FROM employee e WHERE e.id = $2",
        service_id,
        city.ani,
    )
    await pool.execute(
        "INSERT INTO service_point (id, service_id, code, name) VALUES ($1, $2, 'K7M2P9QX', 'A')",
        point_id,
        service_id,
    )
    return point_id


def test_a_verdict_has_nine_elements() -> None:
    assert len(ELEMENTS) == len(set(ELEMENTS)) == 9


@pytest.mark.parametrize("element", ELEMENTS)
@pytest.mark.parametrize("answer", [0, 5])
async def test_an_answer_lies_between_one_and_four(
    pool: asyncpg.Pool, element: str, answer: int
) -> None:
    point_id = await _point(pool)
    answers = ", ".join(str(answer) if each == element else "3" for each in ELEMENTS)
    columns = ", ".join(ELEMENTS)
    with pytest.raises(asyncpg.CheckViolationError, match="answers_one_to_four"):
        await pool.execute(
            f"INSERT INTO verdict (id, point_id, service_id, unit_id, on_day, {columns})"
            f" SELECT gen_random_uuid(), p.id, s.id, s.unit_id, current_date, {answers}"
            "   FROM service_point p JOIN public_service s ON s.id = p.service_id WHERE p.id = $1",
            point_id,
        )


async def test_a_population_is_unknown_or_positive(pool: asyncpg.Pool) -> None:
    await _point(pool)
    with pytest.raises(asyncpg.CheckViolationError, match="users_positive"):
        await pool.execute("UPDATE public_service SET yearly_users = 0")


async def test_two_points_never_share_a_code(pool: asyncpg.Pool) -> None:
    await _point(pool)
    with pytest.raises(asyncpg.UniqueViolationError):
        await pool.execute(
            "INSERT INTO service_point (id, service_id, code, name)"
            " SELECT gen_random_uuid(), service_id, code, 'B' FROM service_point"
        )
