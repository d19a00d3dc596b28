"""What a browser needs before it subscribes; anybody may know it."""

import httpx

from api.parts import Parts
from tests.api.conftest import client_of


async def test_the_key_and_the_ways_are_told_to_whoever_asks(parts: Parts) -> None:
    kinds = frozenset({"web_push", "fcm_token", "fcm_installation"})
    async with client_of(parts, push_key="BPub", push_kinds=kinds) as client:
        answer = await client.get("/v1/push/key")
    assert answer.status_code == 200
    assert answer.json() == {
        "public_key": "BPub",
        "kinds": ["fcm_installation", "fcm_token", "web_push"],
    }


async def test_an_installation_without_pushes_says_so(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/push/key")
    assert answer.json() == {"public_key": "", "kinds": []}
