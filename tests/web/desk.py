"""Somebody of the town who works without a phone: by the API, as another program would."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias
from uuid import UUID, uuid4

import httpx

from tests.web.phone import PASSWORD


@dataclass(frozen=True)
class Desk:
    """What it asks is answered with yes, or the test fails."""

    client: httpx.AsyncClient

    @classmethod
    @asynccontextmanager
    async def opened(cls, url: str, nip: str) -> AsyncGenerator["Desk"]:
        """Signed in as whom the NIP names, until the end."""
        async with httpx.AsyncClient(base_url=url) as client:
            device = {"id": str(uuid4()), "name": "desk", "platform": "web"}
            body = {"nip": nip, "password": PASSWORD, "device": device}
            answer = (await client.post("/v1/sessions", json=body)).raise_for_status()
            client.headers["authorization"] = f"Bearer {answer.json()['access_token']}"
            yield cls(client)

    async def get(self, path: str) -> Any:
        return (await self.client.get(path)).raise_for_status().json()

    async def post(self, path: str, body: dict[str, Any]) -> Any:
        return (await self.client.post(path, json=body)).raise_for_status().json()

    async def patch(self, path: str, body: dict[str, Any]) -> Any:
        return (await self.client.patch(path, json=body)).raise_for_status().json()


Desks: TypeAlias = Callable[[UUID], Awaitable[Desk]]
"""Opens the desk of somebody; it is closed again when the test is over."""
