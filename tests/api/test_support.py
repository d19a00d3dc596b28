"""Signals lead to an offer, the person answers it freely, and nobody is ranked."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest

from tests.api.conftest import Heard, Signed
from tests.builders import City
from tests.making.support import activated, make_person_day

NOW = datetime.now(UTC)


@pytest.fixture
async def late(pool: asyncpg.Pool, city: City) -> City:
    """Ani reports late, always; everybody of her unit is at work."""
    for name in ("clinic_head", "ani", "budi"):
        await activated(pool, city.people[name], NOW)
    yesterday = (NOW - timedelta(days=1)).date()
    await make_person_day(pool, city.ani, city.targets[city.ani], yesterday, reports=9, late=9)
    return city


def offer(**change: Any) -> dict[str, Any]:
    return {"id": str(uuid4()), "signals": ["always_late"], "text": "Boleh kami bantu?"} | change


async def test_hr_sees_who_may_need_help_with_words_to_begin_from(
    client: httpx.AsyncClient, late: City, signed: Signed
) -> None:
    path, headers = f"/v1/units/{late.clinic}/signals", await signed(late.hr)
    answer = (await client.get(path, headers=headers)).json()
    assert "Bukan sanksi" in answer["purpose"]
    (person,) = answer["people"]
    assert (person["employee_id"], person["signals"]) == (str(late.ani), ["always_late"])
    assert person["facts"]["late"] == 9
    assert person["offer"].endswith("?")
    assert not person["helped"]
    assert not {"rank", "score", "place"} & person.keys()
    english = await client.get(path, headers=headers | {"accept-language": "en"})
    assert "no sanction" in english.json()["purpose"]
    views = await client.get("/v1/me/views", headers=await signed(late.ani))
    assert {view["what"] for view in views.json()["items"]} == {"signals"}


@pytest.mark.parametrize("who", ["ani", "clinic_head", "health_head", "mayor", "administrator"])
async def test_signals_are_for_hr_alone(
    client: httpx.AsyncClient, late: City, signed: Signed, who: str
) -> None:
    headers = await signed(late.people[who])
    refused = await client.get(f"/v1/units/{late.clinic}/signals", headers=headers)
    assert refused.status_code == 403
    unknown = await client.get(f"/v1/units/{uuid4()}/signals", headers=headers)
    assert unknown.status_code == 404


async def test_an_offer_is_told_answered_and_closed(
    client: httpx.AsyncClient, late: City, signed: Signed, heard: Heard
) -> None:
    city, body = late, offer(signals=["always_late", "always_late"])
    path, hr, ani = (
        f"/v1/people/{city.ani}/help-offers",
        await signed(late.hr),
        await signed(late.ani),
    )
    made = await client.post(path, json=body, headers=hr)
    again = await client.post(path, json=body, headers=hr)
    assert (made.status_code, again.status_code) == (201, 200)
    assert made.json() == again.json()
    assert (made.json()["state"], made.json()["signals"]) == ("open", ["always_late"])
    (told,) = heard.events
    assert (told.kind, told.employee_id) == ("notice", city.ani)
    inbox = (await client.get("/v1/inbox", headers=ani)).json()["items"]
    assert [(each["kind"], body["text"] in each["text"]["body"]) for each in inbox] == [
        ("help_offered", True)
    ]

    answered = f"/v1/help-offers/{body['id']}/answer"
    said = await client.post(answered, json={"state": "accepted"}, headers=ani)
    twice = await client.post(answered, json={"state": "accepted"}, headers=ani)
    assert (said.json()["state"], twice.status_code) == ("accepted", 200)
    other = await client.post(answered, json={"state": "declined"}, headers=ani)
    assert (other.status_code, other.json()["code"]) == (409, "conflict")
    assert [each.employee_id for each in heard.events] == [city.ani, city.hr]
    (word,) = (await client.get("/v1/inbox", headers=hr)).json()["items"]
    assert word["kind"] == "help_answered"

    closed = await client.post(f"/v1/help-offers/{body['id']}/closing", headers=hr)
    assert closed.json()["state"] == "done"
    listed = (await client.get(path, headers=ani)).json()
    assert [each["state"] for each in listed] == ["done"]


async def test_the_same_id_with_other_words_is_a_conflict(
    client: httpx.AsyncClient, late: City, signed: Signed
) -> None:
    path, headers, body = f"/v1/people/{late.ani}/help-offers", await signed(late.hr), offer()
    await client.post(path, json=body, headers=headers)
    other = await client.post(path, json=body | {"text": "Wajib hadir."}, headers=headers)
    assert (other.status_code, other.json()["code"]) == (409, "conflict")


async def test_who_offers_reads_answers_and_closes(
    client: httpx.AsyncClient, late: City, signed: Signed
) -> None:
    city, body = late, offer()
    path = f"/v1/people/{city.ani}/help-offers"
    for who in (city.ani, city.budi, city.health_head, city.administrator):
        refused = await client.post(path, json=body, headers=await signed(who))
        assert refused.status_code == 403
    head = await signed(city.clinic_head)
    assert (await client.post(path, json=body, headers=head)).status_code == 201
    for who, status in {city.ani: 200, city.hr: 200, city.health_head: 403}.items():
        assert (await client.get(path, headers=await signed(who))).status_code == status
    answer, closing = (f"/v1/help-offers/{body['id']}/{what}" for what in ("answer", "closing"))
    accepted = {"state": "accepted"}
    for who, status in {city.clinic_head: 403, city.hr: 403, city.budi: 404}.items():
        told = await client.post(answer, json=accepted, headers=await signed(who))
        assert told.status_code == status
    for who, status in {city.ani: 403, city.budi: 404, city.hr: 200}.items():
        assert (await client.post(closing, headers=await signed(who))).status_code == status
    nothing = await client.post(f"/v1/help-offers/{uuid4()}/closing", headers=head)
    assert nothing.status_code == 404
