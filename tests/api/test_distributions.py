"""The distribution over HTTP: read by heads and HR; HR sets the own predicate; it warns."""

from datetime import UTC, datetime

import asyncpg
import httpx

from tests.api.conftest import Signed
from tests.api.test_appraisals import code, decision
from tests.builders import City, make_employee
from tests.making.appraisal import make_appraisal, month_before

PERIOD = month_before(datetime.now(UTC))
OWN = {"period": PERIOD, "predicate": "needs_improvement", "decree": "SK 7"}


async def test_hr_sets_the_own_predicate_and_heads_read_the_distribution(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    path = f"/v1/units/{city.health}"
    await make_appraisal(pool, city.ani)
    head, hr = await signed(city.health_head), await signed(city.hr)
    assert code(await client.put(f"{path}/predicate", json=OWN, headers=head))[0] == 403
    done = await client.put(f"{path}/predicate", json=OWN, headers=hr)
    assert (done.json()["own"], done.json()["decree"]) == ("needs_improvement", "SK 7")
    seen = await client.get(f"{path}/distribution?period={PERIOD}", headers=head)
    assert seen.json()["counts"] == dict.fromkeys(
        ("very_good", "good", "needs_improvement", "poor", "very_poor"), 0
    )
    assert (seen.json()["decided"], seen.json()["waiting"]) == (0, 1)
    view = await pool.fetchrow("SELECT * FROM data_view WHERE viewer_id = $1", city.health_head)
    assert view is not None
    assert (view["unit_id"], view["what"]) == (city.health, "distribution")
    for who in (city.ani, city.works_head, city.administrator):
        refused = await client.get(
            f"{path}/distribution?period={PERIOD}", headers=await signed(who)
        )
        assert code(refused) == (403, "not_allowed")
    wrong = await client.get(f"{path}/distribution?period=nanti", headers=head)
    assert wrong.status_code == 422


async def test_whoever_decides_is_warned_and_never_stopped(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    await client.put(f"/v1/units/{city.health}/predicate", json=OWN, headers=await signed(city.hr))
    for _ in range(10):
        appraisal_id = await make_appraisal(pool, await make_employee(pool, city.clinic))
        await pool.execute(
            "UPDATE appraisal SET state = 'decided', predicate = 'very_good', decided_by = $2"
            " WHERE id = $1",
            appraisal_id,
            city.clinic_head,
        )
    appraisal_id = await make_appraisal(pool, city.ani)
    answer = await client.post(
        f"/v1/appraisals/{appraisal_id}/decision",
        json=decision("above", reason="Belum ada laporan"),
        headers=await signed(city.clinic_head),
    )
    assert answer.status_code == 200
    warned = answer.json()["distribution_warning"]
    assert (warned["own"], warned["decided"]) == ("needs_improvement", 11)
    own = await client.get(f"/v1/appraisals/{appraisal_id}", headers=await signed(city.ani))
    assert own.json()["distribution_warning"] is None
