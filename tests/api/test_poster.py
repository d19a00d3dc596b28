"""The poster: one page with the place, the address in letters and the same address to scan."""

import io
from typing import Any

import httpx
from prometheus_client import CollectorRegistry
from pypdf import PdfReader

from api.parts import ApiOptions, Parts
from api.poster import CODE_NEEDED, SENTENCES, poster_data, poster_pdf
from tests.api.conftest import Signed, client_of
from tests.builders import City
from tests.making.survey import make_point, make_service

POINT: dict[str, Any] = {
    "code": "AAAA1111",
    "name": "Loket *1* #emph[x]",
    "service_name": "Rawat jalan",
    "unit_name": "Puskesmas",
    "city_name": "Kota Uji",
    "asks_visit_code": False,
}
ROOT = "https://kinerja.example.go.id"


def text_of(document: bytes) -> str:
    pages = PdfReader(io.BytesIO(document)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


async def test_a_point_has_a_poster_with_its_own_address(
    parts: Parts, city: City, signed: Signed, pool: Any
):
    service_id = await make_service(pool, city.clinic, "Rawat jalan")
    point_id = await make_point(pool, service_id, code="AAAA1111")
    options = ApiOptions(public_url=ROOT)
    async with client_of(parts, options=options, registry=CollectorRegistry()) as client:
        path = f"/v1/service-points/{point_id}/poster.pdf"
        answer = await client.get(path, headers=await signed(city.hr))
        refused: httpx.Response = await client.get(path, headers=await signed(city.ani))
    assert refused.json()["code"] == "not_allowed"
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == 'inline; filename="poster-AAAA1111.pdf"'
    assert len(PdfReader(io.BytesIO(answer.content)).pages) == 1
    assert f"{ROOT}/s/AAAA1111" in text_of(answer.content)


def test_it_says_where_it_hangs_in_words_that_are_no_markup():
    said = text_of(poster_pdf(POINT, ROOT))
    for words in ("Kota Uji", "Puskesmas", "Rawat jalan", "Loket *1* #emph[x]", *SENTENCES):
        assert words in said


def test_it_asks_for_a_visit_code_only_where_one_is_needed():
    assert poster_data(POINT, ROOT)["sentences"] == list(SENTENCES)
    asking = POINT | {"asks_visit_code": True}
    assert poster_data(asking, ROOT)["sentences"] == [*SENTENCES, *CODE_NEEDED]
    assert len(PdfReader(io.BytesIO(poster_pdf(asking, ROOT))).pages) == 1


def test_a_city_that_serves_by_itself_is_named_once():
    data = poster_data(POINT | {"unit_name": "Kota Uji"}, ROOT)
    assert (data["city"], data["unit"]) == ("", "Kota Uji")
