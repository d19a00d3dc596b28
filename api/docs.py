"""The API page and the published documents. Public: they say how to ask, nothing that was told.

Invariant: the page needs no internet and runs no script but those that this service serves; its
files come from a package, its document is the published one.
"""

from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from fastapi import APIRouter, FastAPI, Response
from fastapi.responses import FileResponse

from mobile_contract.documents import published

router = APIRouter(tags=["documents"], include_in_schema=False)

SWAGGER = "fastapi_standalone_docs"  # the package that carries Swagger UI's files
CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
ASSET_AGE = "public, max-age=86400"  # a day: they change with a release only
DOCUMENT_AGE = "public, max-age=300"

PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Denyut API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="docs/swagger-ui.css">
</head>
<body>
<nav style="font-family: sans-serif; padding: 1rem">
<strong>Denyut API</strong> ·
<a href="v1/openapi.json">OpenAPI</a> ·
<a href="v1/asyncapi.json">AsyncAPI (live feed)</a> ·
<a href="v1/errors">Errors</a> ·
<a href="v1/limits">Limits</a>
</nav>
<main id="page"><noscript>This page needs JavaScript; the documents above do not.</noscript></main>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
"""
START = """\
window.page = SwaggerUIBundle({
  url: "v1/openapi.json",
  dom_id: "#page",
  deepLinking: true,
  docExpansion: "none",
  persistAuthorization: false,
  validatorUrl: null,
});
"""


@router.get("/docs")
async def page() -> Response:
    """The API, to read and to try."""
    headers = {"Content-Security-Policy": CONTENT_POLICY, "Cache-Control": DOCUMENT_AGE}
    return Response(PAGE, media_type="text/html", headers=headers)


@router.get("/docs/start.js")
async def start() -> Response:
    """Starts the page; a file of its own, so that no script stands in the page."""
    headers = {"Cache-Control": ASSET_AGE}
    return Response(START, media_type="text/javascript", headers=headers)


@router.get("/docs/{name}")
async def asset(name: Literal["swagger-ui.css", "swagger-ui-bundle.js"]) -> FileResponse:
    """A file of Swagger UI, from its package."""
    path = Path(str(files(SWAGGER).joinpath("static", "swagger", name)))
    return FileResponse(path, headers={"Cache-Control": ASSET_AGE})


@router.get("/v1/openapi.json")
async def openapi_document() -> Response:
    """The ordinary and the hot routes, OpenAPI 3.1."""
    return _document("openapi.json")


@router.get("/v1/asyncapi.json")
async def asyncapi_document() -> Response:
    """The live feed, AsyncAPI 3.0."""
    return _document("asyncapi.json")


@router.get("/v1/errors")
async def errors_document() -> Response:
    """Every code of a problem: what it means, what to do, and the words for a person."""
    return _document("errors.json")


@router.get("/v1/limits")
async def limits_document() -> Response:
    """What a request may hold at most."""
    return _document("limits.json")


def route_description(routers: Iterable[APIRouter]) -> dict[str, Any]:
    """How FastAPI describes these routers; `mobile_contract.documents` makes the rest of it."""
    described = FastAPI(title="Denyut", version="1")
    for each in routers:
        described.include_router(each)
    return described.openapi()


def _document(name: str) -> Response:
    headers = {"Cache-Control": DOCUMENT_AGE}
    return Response(published(name), media_type="application/json", headers=headers)
