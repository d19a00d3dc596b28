"""The walk of a low verdict: a form on a phone, the head's open socket, and the answer back."""

import re
from urllib.parse import urlencode
from uuid import uuid4

import asyncpg
import httpx

from api.passwords import HasherOptions
from denyut.serving import serving
from denyut.settings import Settings
from mobile_contract.live import person_topic
from models.rules.satisfaction import ELEMENTS
from tests.builders import make_city, make_session
from tests.making.survey import make_point, make_service
from tests.matrix.sockets import ear

FORM = {"content-type": "application/x-www-form-urlencoded"}
SORRY = dict.fromkeys((element.value for element in ELEMENTS), "1")


async def test_a_citizen_is_sorry_and_the_head_hears_it_at_once(
    database: str, pool: asyncpg.Pool
) -> None:
    city = await make_city(pool)
    await pool.execute("UPDATE target_pace SET state = 'slipped', stale = false")  # no other news
    await make_point(pool, await make_service(pool, city.clinic, "Rawat jalan"), code="AAAA1111")
    token = await make_session(pool, city.clinic_head)
    settings = Settings(database_url=database, port=0, hasher=HasherOptions(memory_kib=8, passes=1))
    async with (
        serving(settings) as (_, url),
        httpx.AsyncClient(base_url=url) as citizen,
        ear(url) as head,
    ):
        assert await head.hello(token) is None
        page = await citizen.get("/s/AAAA1111")
        (form_id,) = re.findall(r'name="id" value="([^"]+)"', page.text)
        sent = urlencode({"id": form_id, "comment": "Bu Ani tidak ada"} | SORRY)
        page = await citizen.post("/s/AAAA1111?lang=id", content=sent, headers=FORM)
        assert page.status_code == 200
        while "low_verdict" not in head.text:
            await head.next()
        assert "Bu Ani" not in head.text
        assert head.about(city.clinic_head) == {"notice"}
        assert person_topic(city.clinic_head) in head.positions
        signed = {"authorization": f"Bearer {token}"}
        path = f"/v1/units/{city.clinic}/verdicts?low=true"
        (verdict,) = (await citizen.get(path, headers=signed)).json()["verdicts"]
        assert (verdict["id"], verdict["comment"]) == (form_id, "Bu Ani tidak ada")
        said = {"reply": "Maaf, loket kami jaga bergantian mulai hari ini."}
        await citizen.post(f"/v1/verdicts/{form_id}/reply", json=said, headers=signed)
        assert said["reply"] in (await citizen.get(f"/s/verdicts/{form_id}")).text
        assert (await citizen.get(f"/s/verdicts/{uuid4()}")).status_code == 404
