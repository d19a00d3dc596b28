"""The walk of a question: an employee asks, the head hears it, and a word and its answer follow."""

from typing import Any
from uuid import uuid4

import asyncpg
import httpx

from api.passwords import HasherOptions
from denyut.serving import serving
from denyut.settings import Settings
from tests.builders import make_city, make_session
from tests.matrix.sockets import ear


async def test_a_question_is_heard_at_once_and_its_answer_comes_back(
    database: str, pool: asyncpg.Pool
) -> None:
    city = await make_city(pool)
    await pool.execute("UPDATE target_pace SET state = 'slipped', stale = false")  # no other news
    tokens = {who: await make_session(pool, who) for who in (city.ani, city.clinic_head)}
    settings = Settings(database_url=database, port=0, hasher=HasherOptions(memory_kib=8, passes=1))
    async with (
        serving(settings) as (_, url),
        httpx.AsyncClient(base_url=url) as client,
        ear(url) as ani,
        ear(url) as head,
    ):

        async def sent(who: Any, path: str, **body: Any) -> Any:
            headers = {"authorization": f"Bearer {tokens[who]}"}
            answer = await client.post(path, json=body or None, headers=headers)
            assert answer.status_code < 300, answer.text
            return answer.json()

        assert await ani.hello(tokens[city.ani]) is None
        assert await head.hello(tokens[city.clinic_head]) is None
        asked, said = str(uuid4()), str(uuid4())
        await sent(
            city.ani, "/v1/feedback-requests", id=asked, period="2026-11", question="Apa dulu?"
        )
        while "feedback_asked" not in head.text:
            await head.next()
        assert "Apa dulu?" not in head.text  # what was asked is read where it is asked for
        await sent(
            city.clinic_head,
            f"/v1/people/{city.ani}/feedback",
            id=said,
            kind="suggestion",
            text="Posyandu lebih dahulu",
            about="Urutan kunjungan",
            next_step="Mulai Senin",
            period="2026-11",
            request_id=asked,
        )
        while said not in ani.text:
            await ani.next()
        assert "Mulai Senin" in ani.text
        answered = await sent(city.ani, f"/v1/feedback/{said}/answer", answer="Siap, Bu")
        assert answered["acknowledged_at"] is not None
        while "feedback_answered" not in head.text:
            await head.next()
        headers = {"authorization": f"Bearer {tokens[city.clinic_head]}"}
        words = await client.get(f"/v1/people/{city.ani}/feedback", headers=headers)
        (word,) = words.json()["items"]
        assert (word["answer"], word["request_id"]) == ("Siap, Bu", asked)
        waiting = await client.get("/v1/feedback-requests", headers=headers)
        assert waiting.json() == []
