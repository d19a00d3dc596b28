"""How well somebody reported, for themselves and for whoever may see their work."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import asyncpg
import httpx

from api.quality import quality_view
from models.rules.quality import Counts
from models.tables.columns import new_id
from tests.api.conftest import Signed
from tests.builders import City, decide, make_report
from tests.models.queries.test_rolling import roll

TODAY = datetime.now(UTC).astimezone(ZoneInfo("Asia/Jakarta")).date()
SPAN = {"first": TODAY.isoformat(), "last": TODAY.isoformat()}


async def reported(pool: asyncpg.Pool, city: City) -> None:
    """Four reports of Ani: approved, returned, waiting, and one more that waits."""
    ids = [new_id() for _ in range(4)]
    for report_id in ids:
        await make_report(pool, city.ani, city.targets[city.ani], report_id=report_id)
    await decide(pool, city.clinic_head, ids[0])
    await decide(pool, city.clinic_head, ids[1], "return", "kurang jelas")
    await roll(pool)


async def test_shares_are_of_what_was_decided_and_reported(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    await reported(pool, city)
    mine = await client.get("/v1/me/quality", params=SPAN, headers=await signed(city.ani))
    assert mine.json() == {
        "reports": 4,
        "approval_rate": 0.5,
        "returned_share": 0.5,
        "on_time_share": 1.0,
        "excused": 0,
        "evidence_rate": 0.0,
        "observations": 2,
    }
    seen = await client.get(
        f"/v1/people/{city.ani}/quality", params=SPAN, headers=await signed(city.clinic_head)
    )
    assert seen.json() == mine.json()
    looks = await pool.fetch("SELECT what, employee_id FROM data_view")
    assert [tuple(look) for look in looks] == [("quality", city.ani)]


async def test_nothing_reported_is_missing_and_not_zero(
    client: httpx.AsyncClient, city: City, signed: Signed
) -> None:
    answer = await client.get(
        "/v1/me/quality", params={"period": "2020-Q1"}, headers=await signed(city.budi)
    )
    assert answer.json() == quality_view(Counts()).model_dump()
    assert answer.json()["on_time_share"] is None


async def test_whoever_says_no_days_is_told_so(
    client: httpx.AsyncClient, city: City, signed: Signed
) -> None:
    answer = await client.get("/v1/me/quality", headers=await signed(city.budi))
    assert (answer.status_code, answer.json()["field"]) == (422, "period")
