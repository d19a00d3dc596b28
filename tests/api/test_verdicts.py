"""The public's verdict over HTTP: anybody gives one, the unit reads and answers it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from api.parts import Parts
from api.survey_limits import SurveyLimits, SurveyOptions
from models.queries.services import visit_codes_made
from models.rules.satisfaction import ELEMENTS
from tests.api.conftest import Heard, Signed, client_of
from tests.builders import City
from tests.making.survey import make_point, make_service

CODE = "AAAA1111"
GOOD = {element.value: 4 for element in ELEMENTS}
POOR = dict.fromkeys(GOOD, 2)


@pytest.fixture
async def point_id(pool: Any, city: City) -> Any:
    return await make_point(pool, await make_service(pool, city.clinic, "Rawat jalan"), code=CODE)


async def given(client: httpx.AsyncClient, answers: dict[str, Any], **body: Any) -> httpx.Response:
    said = {"id": str(uuid4()), "answers": answers} | body
    return await client.post(f"/v1/survey/{CODE}", json=said)


async def test_a_citizen_sees_where_they_are_and_what_is_asked(
    client: httpx.AsyncClient, point_id: Any
):
    for language, first in (("id", "Apakah"), ("en", "Did")):
        answer = await client.get(f"/v1/survey/{CODE}", headers={"accept-language": language})
        survey = answer.json()
        assert (survey["service_name"], survey["point_name"]) == ("Rawat jalan", "Loket 1")
        assert [each["element"] for each in survey["questions"]] == list(GOOD)
        assert survey["questions"][0]["question"].startswith(first)
    assert (await client.get("/v1/survey/ZZZZZZZZ")).json()["code"] == "not_found"


async def test_a_verdict_is_taken_once_and_its_reply_read_by_receipt(
    client: httpx.AsyncClient, city: City, signed: Signed, point_id: Any
):
    body = {"id": str(uuid4()), "comment": "Antre lama"}
    first, again = await given(client, GOOD, **body), await given(client, GOOD, **body)
    assert (first.status_code, first.json()) == (201, again.json())
    assert (await given(client, POOR, **body)).json()["code"] == "conflict"
    receipt = first.json()["receipt"]
    nothing_yet = {"reply": None, "replied_at": None}
    assert (await client.get(f"/v1/verdicts/{receipt}")).json() == nothing_yet
    head = await signed(city.clinic_head)
    said = {"reply": "Loket kami tambah."}
    answer = await client.post(f"/v1/verdicts/{receipt}/reply", json=said, headers=head)
    assert answer.json()["replied_by_name"] == "Clinic Head"
    other = {"reply": "Lain"}
    answer = await client.post(f"/v1/verdicts/{receipt}/reply", json=other, headers=head)
    assert answer.json()["code"] == "conflict"
    read = (await client.get(f"/v1/verdicts/{receipt}")).json()
    assert set(read) == {"reply", "replied_at"}
    assert read["reply"] == "Loket kami tambah."
    assert (await client.get(f"/v1/verdicts/{uuid4()}")).json()["code"] == "not_found"


@pytest.mark.parametrize("element", list(GOOD))
async def test_a_missing_element_is_named(
    client: httpx.AsyncClient, pool: Any, point_id: Any, element: str
):
    answer = await given(client, {name: 3 for name in GOOD if name != element})
    assert (answer.status_code, answer.json()["code"]) == (422, "element_missing")
    assert answer.json()["field"] == f"answers.{element}"
    assert await pool.fetchval("SELECT count(*) FROM verdict") == 0


async def test_an_answer_of_five_is_none(client: httpx.AsyncClient, point_id: Any):
    answer = await given(client, GOOD | {"time": 5})
    assert answer.json()["code"] == "invalid_value"
    assert answer.json()["field"] == "answers.time"


async def test_ten_thousand_in_a_minute_from_one_address(
    client: httpx.AsyncClient, pool: Any, point_id: Any
):
    """300 tell as much: twenty are stored, the others refused with the time to wait."""
    answers = [await given(client, GOOD) for _ in range(300)]
    assert [answer.status_code for answer in answers] == [201] * 20 + [429] * 280
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 60
    assert answers[-1].json()["code"] == "too_many_attempts"
    assert await pool.fetchval("SELECT count(*) FROM verdict") == 20
    assert await pool.fetchval("SELECT sum(responses) FROM verdict_day") == 20


async def test_no_address_is_kept(client: httpx.AsyncClient, pool: Any, point_id: Any):
    await given(client, POOR, comment="Lama")
    for table in ("verdict", "verdict_day", "notice", "feed", "audit_entry", "data_view"):
        rows = await pool.fetch(f"SELECT t::text AS row FROM {table} t")
        assert all("192.0.2.7" not in row["row"] for row in rows), table


async def test_a_visit_code_has_one_answer_for_every_mistake(
    client: httpx.AsyncClient, pool: Any, point_id: Any
):
    await pool.execute("UPDATE service_point SET asks_visit_code = true WHERE id = $1", point_id)
    now = datetime.now(UTC)
    (code,) = await visit_codes_made(pool, point_id, 1, now, 1)
    (old,) = await visit_codes_made(pool, point_id, 1, now - timedelta(days=1, seconds=1), 1)
    assert (await given(client, GOOD, visit_code=code.lower())).status_code == 201
    bodies = [
        (await given(client, GOOD, visit_code=wrong)).json() for wrong in (code, old, "0000", "")
    ]
    assert {body["code"] for body in bodies} == {"visit_code_invalid"}
    assert all(body == bodies[0] for body in bodies)
    assert (await client.get(f"/v1/survey/{CODE}")).json()["asks_visit_code"] is True


async def test_a_low_verdict_is_announced_to_the_head_without_its_words(
    client: httpx.AsyncClient, city: City, signed: Signed, heard: Heard, point_id: Any
):
    await given(client, GOOD)
    assert heard.events == []
    await given(client, POOR, comment="Dokter Rahmat tidak ada")
    (event,) = heard.events
    assert (event.kind, event.employee_id) == ("notice", city.clinic_head)
    assert "Rahmat" not in event.content
    inbox = await client.get("/v1/inbox", headers=await signed(city.clinic_head))
    (notice,) = inbox.json()["items"]
    assert notice["kind"] == "low_verdict"
    assert "Rahmat" not in inbox.text
    assert "Rawat jalan" in inbox.text


async def test_a_unit_reads_its_verdicts_page_by_page(
    client: httpx.AsyncClient, city: City, signed: Signed, point_id: Any
):
    for number in range(5):
        await given(client, POOR if number % 2 else GOOD, comment=str(number))
    head = await signed(city.health_head)
    path, seen, cursor = f"/v1/units/{city.health}/verdicts", [], None
    while True:
        page = (
            await client.get(
                path, params={"limit": 2, **({"cursor": cursor} if cursor else {})}, headers=head
            )
        ).json()
        seen += [each["comment"] for each in page["verdicts"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == ["4", "3", "2", "1", "0"]
    low = (await client.get(path, params={"low": True}, headers=head)).json()["verdicts"]
    assert [each["comment"] for each in low] == ["3", "1"]
    assert (low[0]["index"], low[0]["low"], low[0]["answers"]) == (50.0, True, POOR)
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    later = await client.get(path, params={"since": tomorrow}, headers=head)
    assert later.json()["verdicts"] == []
    wrong = await client.get(path, params={"cursor": "x"}, headers=head)
    assert wrong.json()["code"] == "invalid_cursor"


async def test_hr_hides_a_comment_and_no_number(
    client: httpx.AsyncClient, city: City, signed: Signed, pool: Any, point_id: Any
):
    receipt = (await given(client, POOR, comment="Nama pasien")).json()["receipt"]
    hr, path = await signed(city.hr), f"/v1/verdicts/{receipt}/hiding"
    assert (await client.post(path, json={"reason": ""}, headers=hr)).status_code == 422
    for _ in range(2):
        answer = await client.post(path, json={"reason": "Menyebut pasien"}, headers=hr)
        assert answer.status_code == 204
    page = await client.get(f"/v1/units/{city.clinic}/verdicts", headers=hr)
    (seen,) = page.json()["verdicts"]
    assert (seen["comment"], seen["hidden"], seen["index"]) == (None, True, 50.0)
    assert "Nama pasien" not in page.text
    entries = await pool.fetch("SELECT details::text FROM audit_entry WHERE action LIKE 'verdict%'")
    assert ["Menyebut pasien" in entry["details"] for entry in entries] == [True]


async def test_limits_are_settings(parts: Parts, point_id: Any):
    async with client_of(parts, survey=SurveyLimits(SurveyOptions(address_minute=1))) as client:
        assert (await given(client, GOOD)).status_code == 201
        assert (await given(client, GOOD)).status_code == 429
