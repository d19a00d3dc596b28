"""Wordings: by kind and language, for whoever is signed in."""

import httpx

from mobile_contract.wordings import wordings
from tests.api.conftest import Signed
from tests.builders import City

ADDRESS = "/v1/feedback/wordings"


async def test_wordings_come_by_kind_and_language(
    client: httpx.AsyncClient, city: City, signed: Signed
) -> None:
    headers = await signed(city.clinic_head)
    everything = (await client.get(ADDRESS, headers=headers)).json()
    assert len(everything) == len(wordings())
    wanted = {"kind": "suggestion", "language": "en"}
    some = (await client.get(ADDRESS, params=wanted, headers=headers)).json()
    assert len(some) >= 5
    assert all(each | wanted == each for each in some)
    assert all("{next_step}" in each["text"] for each in some)


async def test_a_kind_that_is_none_is_refused(
    client: httpx.AsyncClient, city: City, signed: Signed
) -> None:
    headers = await signed(city.ani)
    wrong = await client.get(ADDRESS, params={"kind": "insult"}, headers=headers)
    assert wrong.json()["code"] == "invalid_value"
    assert (await client.get(ADDRESS)).status_code == 401
