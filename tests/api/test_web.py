"""The app's files as a browser gets them, and which addresses are the app's."""

import gzip
from pathlib import Path

import httpx
import pytest

from api.web import ASK_AGAIN, CONTENT_POLICY, FOR_EVER, WebApp

PAGE = "<!doctype html><title>Denyut</title>" + "<p>beat</p>" * 60
CODE = "console.log('beat');" * 60


@pytest.fixture
def built(tmp_path: Path) -> Path:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text(PAGE)
    (tmp_path / "sw.js").write_text("self.x = 1;")
    (tmp_path / ".sources").write_text("hash")
    (tmp_path / "manifest.json").write_text("{}")
    (tmp_path / "app.webmanifest").write_text("{}")
    code = tmp_path / "assets" / "index-Ab12.js"
    code.write_text(CODE)
    code.with_name("index-Ab12.js.gz").write_bytes(gzip.compress(CODE.encode()))
    (tmp_path.parent / "secret.txt").write_text("not yours")
    return tmp_path


def browser(app: WebApp) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://denyut")


async def test_a_file_with_a_hash_is_kept_for_a_year_and_the_page_is_asked_for_again(built):
    async with browser(WebApp.read(built)) as client:
        page = await client.get("/")
        code = await client.get("/assets/index-Ab12.js")
        worker = await client.get("/sw.js")
    assert page.text == PAGE
    assert page.headers["cache-control"] == ASK_AGAIN == worker.headers["cache-control"]
    assert page.headers["content-security-policy"] == CONTENT_POLICY
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert code.text == CODE
    assert code.headers["cache-control"] == FOR_EVER
    assert code.headers["content-type"] == "text/javascript; charset=utf-8"
    assert code.headers["x-content-type-options"] == "nosniff"
    assert "content-security-policy" not in code.headers  # its page's holds for it
    assert worker.headers["content-security-policy"] == CONTENT_POLICY  # a worker has its own


async def test_no_script_or_style_of_elsewhere_may_run(built):
    assert "unsafe" not in CONTENT_POLICY
    assert "http" not in CONTENT_POLICY


async def test_what_the_build_packed_goes_out_packed_to_those_who_take_it(built):
    async with browser(WebApp.read(built)) as client:
        packed = await client.get("/assets/index-Ab12.js", headers={"accept-encoding": "gzip, br"})
        plain = await client.get("/assets/index-Ab12.js", headers={"accept-encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < len(CODE) / 10
    assert "content-encoding" not in plain.headers
    assert packed.text == plain.text == CODE
    assert packed.headers["vary"] == "accept-encoding"


async def test_who_has_it_already_gets_no_body(built):
    async with browser(WebApp.read(built)) as client:
        first = await client.get("/")
        again = await client.get("/", headers={"if-none-match": first.headers["etag"]})
        head = await client.head("/")
    assert (again.status_code, again.content) == (304, b"")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(PAGE))


@pytest.mark.parametrize("path", ["/", "/today", "/people/0190", "/assets/index-Ab12.js", "/sw.js"])
def test_the_app_takes_its_files_and_every_address_that_is_no_others(built, path):
    assert WebApp.read(built).takes({"type": "http", "method": "GET", "path": path})


@pytest.mark.parametrize(
    "path",
    [
        *("/v1/me", "/v1", "/s/ABC", "/verify/ABC", "/docs", "/docs/start.js", "/live", "/ready"),
        *("/metrics", "/openapi.json", "/healthy", "/assets/index-old.js", "/../secret.txt"),
        *("/.sources", "/manifest.json", "/assets/index-Ab12.js.gz"),
    ],
)
def test_the_app_leaves_to_others_what_is_theirs_or_nobodys(built, path):
    assert not WebApp.read(built).takes({"type": "http", "method": "GET", "path": path})


def test_the_app_answers_questions_only(built):
    assert not WebApp.read(built).takes({"type": "http", "method": "POST", "path": "/"})
    assert not WebApp.read(built).takes({"type": "websocket", "path": "/"})


@pytest.mark.parametrize("folder", [None, Path("nowhere")])
async def test_without_a_build_the_page_says_how_to_make_one(folder):
    async with browser(WebApp.read(folder)) as client:
        page = await client.get("/today")
    assert page.status_code == 200
    assert "make web" in page.text
