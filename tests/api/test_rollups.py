"""A unit by its child units, for its head, those above and HR; a look at it is written down."""

from uuid import uuid4

import asyncpg
import httpx

from tests.api.conftest import Signed
from tests.api.test_quality import SPAN, reported
from tests.builders import City, make_report
from tests.models.queries.test_rolling import roll


async def test_a_city_is_shown_by_its_agencies(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    await reported(pool, city)
    await make_report(pool, city.hr, city.targets[city.hr])
    await roll(pool)
    answer = await client.get(
        f"/v1/units/{city.city}/rollup", params=SPAN, headers=await signed(city.mayor)
    )
    body = answer.json()
    assert answer.status_code == 200, answer.text
    rows = [(row["unit_name"], row["own"], row["quality"]["reports"]) for row in body["rows"]]
    assert rows == [("Dinas Kesehatan", False, 4), ("Dinas PU", False, 0), ("Kota", True, 1)]
    health = body["rows"][0]
    assert health["indicators"] == [
        {
            "indicator": "Kunjungan",
            "unit_of_measure": "kali",
            "reports": 4,
            "approved": 1.0,
            "pending": 2.0,
            "measured": False,
            "mean": None,
        }
    ]
    assert (health["people"], body["total"]["people"]) == (6, 14)
    assert (body["total"]["quality"]["reports"], body["total"]["quality"]["approval_rate"]) == (
        5,
        0.5,
    )
    assert body["rows"][1]["quality"]["on_time_share"] is None
    assert body["as_of"]


async def test_the_look_is_at_the_unit_and_strangers_have_none(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    path = f"/v1/units/{city.clinic}/rollup"
    for who in (city.clinic_head, city.health_head, city.mayor, city.hr, city.city_hr):
        answer = await client.get(path, params=SPAN, headers=await signed(who))
        assert answer.status_code == 200
    for who in (city.ani, city.pharmacy_head, city.works_head, city.administrator):
        answer = await client.get(path, params=SPAN, headers=await signed(who))
        assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
    looks = await pool.fetch("SELECT DISTINCT what, unit_id FROM data_view")
    assert [tuple(look) for look in looks] == [("rollup", city.clinic)]
    gone = await client.get(
        f"/v1/units/{uuid4()}/rollup", params=SPAN, headers=await signed(city.mayor)
    )
    assert gone.status_code == 404
