"""The API page works with no internet, runs only scripts of this service, asks for no sign-in."""

import re
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import APIRouter, FastAPI

from api import docs
from api.docs import route_description

DOCUMENTS = {
    "/v1/openapi.json": "openapi",
    "/v1/asyncapi.json": "asyncapi",
    "/v1/errors": "errors",
    "/v1/limits": "limits",
}


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.include_router(docs.router)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://denyut.test") as client:
        yield client


async def test_everything_the_page_names_is_served_from_here(client: httpx.AsyncClient) -> None:
    page = await client.get("/docs")
    assert page.status_code == 200
    named = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    local = [each for each in named if not each.startswith("data:")]
    assert len(local) == 7
    for each in local:
        assert "//" not in each
        answer = await client.get(f"/{each}")
        assert answer.status_code == 200, each
        assert answer.content


async def test_the_page_may_run_no_other_script(client: httpx.AsyncClient) -> None:
    page = await client.get("/docs")
    policy = page.headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "connect-src 'self';" in policy
    assert "default-src 'none'" in policy
    assert not re.search(r"<script[^>]*>[^<]", page.text)
    assert not re.search(r"\son\w+=", page.text)


async def test_the_page_reads_the_document_that_is_served(client: httpx.AsyncClient) -> None:
    start = await client.get("/docs/start.js")
    (address,) = re.findall(r'url: "([^"]+)"', start.text)
    assert (await client.get(f"/{address}")).json()["openapi"].startswith("3.1")
    assert "validatorUrl: null" in start.text  # else it would ask a server on the internet


@pytest.mark.parametrize(("path", "key"), DOCUMENTS.items())
async def test_the_documents_are_json_and_may_be_kept_a_while(
    client: httpx.AsyncClient, path: str, key: str
) -> None:
    answer = await client.get(path)
    assert answer.headers["Content-Type"] == "application/json"
    assert "max-age=" in answer.headers["Cache-Control"]
    assert key in answer.json()


async def test_scripts_and_styles_have_their_types(client: httpx.AsyncClient) -> None:
    script = await client.get("/docs/swagger-ui-bundle.js")
    style = await client.get("/docs/swagger-ui.css")
    assert script.headers["Content-Type"].startswith("text/javascript")
    assert style.headers["Content-Type"].startswith("text/css")


@pytest.mark.parametrize("name", ["LICENSE", "..%2F..%2F__init__.py", "__init__.py"])
async def test_no_other_file_of_the_package_is_served(client: httpx.AsyncClient, name: str) -> None:
    assert (await client.get(f"/docs/{name}")).status_code in {404, 422}


def test_a_description_holds_the_routes_it_was_given() -> None:
    router = APIRouter()

    @router.get("/v1/weather")
    async def weather() -> int:
        return 31

    assert list(route_description([router, docs.router])["paths"]) == ["/v1/weather"]
