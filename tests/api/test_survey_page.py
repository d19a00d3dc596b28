"""The page that a QR code leads to: filled in, sent, mended and answered without a script."""

import re
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import httpx
import pytest
from prometheus_client import CollectorRegistry

from api.parts import Parts
from api.survey_html import PAGE_POLICY, WORDS
from api.survey_limits import SurveyLimits, SurveyOptions
from models.rules.satisfaction import ELEMENTS
from tests.api.conftest import Heard, Signed, client_of
from tests.builders import City
from tests.making.survey import make_point, make_service

CODE = "AAAA1111"
GOOD = {element.value: "4" for element in ELEMENTS}
POOR = dict.fromkeys(GOOD, "1")
FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.fixture
async def point_id(pool: Any, city: City) -> Any:
    return await make_point(pool, await make_service(pool, city.clinic, "Rawat jalan"), code=CODE)


async def sent(
    client: httpx.AsyncClient, answers: dict[str, str], lang: str = "id", **fields: str
) -> httpx.Response:
    body = urlencode({"id": str(uuid4())} | answers | fields)
    return await client.post(f"/s/{CODE}", content=body, headers=FORM, params={"lang": lang})


def receipt_of(page: httpx.Response) -> str:
    found = re.search(r"class='receipt'>([0-9a-f-]{36})<", page.text)
    assert found, page.text
    return found[1]


async def test_the_page_is_indonesian_and_english_when_asked(
    client: httpx.AsyncClient, point_id: Any
):
    for path, language in ((f"/s/{CODE}", "id"), (f"/s/{CODE}?lang=en", "en")):
        page = await client.get(path, headers={"accept-language": "en"})
        assert page.status_code == 200
        assert page.headers["content-security-policy"] == PAGE_POLICY
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        assert page.headers["cache-control"] == "no-store"
        assert WORDS[language]["title"] in page.text  # type: ignore[index]
        assert "Rawat jalan" in page.text
        assert "set-cookie" not in page.headers
    style = await client.get("/s/style.css")
    assert style.headers["content-type"].startswith("text/css")
    assert "max-age" in style.headers["cache-control"]


async def test_two_visitors_get_two_receipts_to_send(client: httpx.AsyncClient, point_id: Any):
    ids = {
        re.findall(r'name="id" value="([^"]+)"', (await client.get(f"/s/{CODE}")).text)[0]
        for _ in range(2)
    }
    assert len(ids) == 2


async def test_a_filled_form_is_stored_and_sent_twice_is_one(
    client: httpx.AsyncClient, pool: Any, point_id: Any
):
    form_id = str(uuid4())
    for _ in range(2):
        page = await sent(client, GOOD, id=form_id, comment="Baik sekali\r\nya")
        assert page.status_code == 200
        assert receipt_of(page) == form_id
    row = await pool.fetchrow("SELECT comment, cost, on_day FROM verdict")
    assert (row["comment"], row["cost"]) == ("Baik sekali\nya", 4)
    assert await pool.fetchval("SELECT sum(responses) FROM verdict_day") == 1


@pytest.mark.parametrize("element", list(GOOD))
async def test_a_missing_element_comes_back_marked_with_all_the_rest(
    client: httpx.AsyncClient, pool: Any, point_id: Any, element: str
):
    answers = {name: value for name, value in GOOD.items() if name != element}
    page = await sent(client, answers, comment="Antre lama")
    assert page.status_code == 422
    assert page.text.count('class="missing"') == 1
    assert page.text.count("checked") == 8
    assert "Antre lama" in page.text
    assert await pool.fetchval("SELECT count(*) FROM verdict") == 0


async def test_an_answer_that_is_none_of_the_four_is_missing(
    client: httpx.AsyncClient, point_id: Any
):
    for wrong in ("0", "5", "", "4.0", "⁴", "x" * 100):
        page = await sent(client, GOOD | {"time": wrong})
        assert (page.status_code, page.text.count('class="missing"')) == (422, 1)


async def test_a_visit_code_can_be_mended(client: httpx.AsyncClient, pool: Any, point_id: Any):
    await pool.execute("UPDATE service_point SET asks_visit_code = true WHERE id = $1", point_id)
    page = await sent(client, GOOD, lang="en", visit_code="0000-0000-1")
    assert page.status_code == 422
    assert 'role="alert"' in page.text
    assert page.text.count("checked") == 9
    assert 'value="0000-0000-1"' in page.text


async def test_what_is_too_long_or_cannot_be_stored_is_said_on_the_form(
    client: httpx.AsyncClient, pool: Any, point_id: Any
):
    for comment in ("x" * 1_001, "a\x00b"):
        page = await sent(client, GOOD, comment=comment)
        assert page.status_code == 422
        assert 'role="alert"' in page.text
    assert await pool.fetchval("SELECT count(*) FROM verdict") == 0


@pytest.mark.parametrize("body", [b"\xff\xfe", b"a=1&" * 30, b"{}", b""])
async def test_a_body_that_is_no_form_is_a_page_with_a_word(
    client: httpx.AsyncClient, point_id: Any, body: bytes
):
    page = await client.post(f"/s/{CODE}", content=body, headers=FORM)
    assert page.status_code in (400, 422)
    assert page.headers["content-type"].startswith("text/html")


async def test_a_body_of_no_end_is_not_read_into_a_form(client: httpx.AsyncClient, point_id: Any):
    page = await client.post(f"/s/{CODE}", content=b"comment=" + b"x" * 40_000, headers=FORM)
    assert page.status_code == 413
    assert page.headers["content-type"].startswith("text/html")


async def test_a_point_that_is_closed_says_so(client: httpx.AsyncClient, pool: Any, point_id: Any):
    await pool.execute("UPDATE service_point SET retired_at = now() WHERE id = $1", point_id)
    for page in (await client.get(f"/s/{CODE}"), await sent(client, GOOD)):
        assert page.status_code == 404
        assert WORDS["id"]["closed"] in page.text


async def test_a_flood_is_answered_with_a_page_and_the_time_to_wait(
    parts: Parts, pool: Any, point_id: Any
):
    limits = SurveyLimits(SurveyOptions(address_minute=2, look_minute=1))
    async with client_of(parts, survey=limits, registry=CollectorRegistry()) as client:
        pages = [await sent(client, GOOD) for _ in range(4)]
        assert [page.status_code for page in pages] == [200, 200, 429, 429]
        assert 1 <= int(pages[-1].headers["retry-after"]) <= 60
        assert pages[-1].headers["content-type"].startswith("text/html")
        looks = [await client.get(f"/s/{CODE}") for _ in range(2)]
        assert [page.status_code for page in looks] == [200, 429]
    assert await pool.fetchval("SELECT count(*) FROM verdict") == 2


async def test_a_low_verdict_reaches_the_head_at_once(
    client: httpx.AsyncClient, city: City, heard: Heard, point_id: Any
):
    await sent(client, POOR)
    assert [(event.kind, event.employee_id) for event in heard.events] == [
        ("notice", city.clinic_head)
    ]


async def test_the_citizen_reads_the_reply_by_its_link(
    client: httpx.AsyncClient, city: City, signed: Signed, point_id: Any
):
    page = await sent(client, GOOD)
    receipt = receipt_of(page)
    path = f"/s/verdicts/{receipt}?lang=en"
    assert WORDS["en"]["no_reply"] in (await client.get(path)).text
    said = {"reply": "Terima <b>kasih</b>"}
    head = await signed(city.clinic_head)
    await client.post(f"/v1/verdicts/{receipt}/reply", json=said, headers=head)
    assert "Terima &lt;b&gt;kasih&lt;/b&gt;" in (await client.get(path)).text
    for unknown in (uuid4(), "none"):
        page = await client.get(f"/s/verdicts/{unknown}")
        assert (page.status_code, "../style.css" in page.text) == (404, True)


async def test_another_forms_id_changes_nothing_of_it(
    client: httpx.AsyncClient, pool: Any, point_id: Any
):
    form_id = str(uuid4())
    await sent(client, GOOD, id=form_id)
    page = await sent(client, POOR, id=form_id)
    assert page.status_code == 409
    assert await pool.fetchval("SELECT min(cost) FROM verdict") == 4
    assert (await sent(client, GOOD, id="changed")).status_code == 200


async def test_while_the_database_is_away_a_page_says_so(parts: Parts, point_id: Any):
    def away() -> Any:
        raise ConnectionRefusedError

    changed: dict[str, Any] = {"database": away, "registry": CollectorRegistry()}
    async with client_of(parts, **changed) as client:
        for page in (await client.get(f"/s/{CODE}"), await sent(client, GOOD)):
            assert page.status_code == 503
            assert page.headers["content-type"].startswith("text/html")
            assert "retry-after" in page.headers
