"""The built app, a service that serves it, a browser, and people with phones.

Whatever asks for `browser` is a browser test; `WITHOUT_BROWSER=1` leaves those out.
"""

import os
import shutil
from collections.abc import AsyncGenerator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from playwright.async_api import Browser

from benchmarks.chromium import WITHOUT, running_chromium
from denyut.web_build import built, checkout_web
from tests.standins.service_process import ServiceProcess
from tests.web.desk import Desk, Desks
from tests.web.mast import Mast
from tests.web.phone import Phone, Phones
from tests.web.town import Town, make_town


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves the browser tests out where somebody asked for that."""
    if not os.environ.get(WITHOUT):
        return
    left_out = [each for each in items if "browser" in getattr(each, "fixturenames", ())]
    if left_out:
        items[:] = [each for each in items if each not in left_out]
        config.hook.pytest_deselected(items=left_out)
        print(f"{WITHOUT} is set: {len(left_out)} browser tests are left out.")


@pytest.fixture
def app_folder(tmp_path: Path) -> Path:
    """The built app, in a folder of the test's own, which it may change."""
    web = checkout_web()
    assert web is not None
    return shutil.copytree(built(web), tmp_path / "app")


@pytest.fixture
async def browser() -> AsyncGenerator[Browser]:
    async with running_chromium() as running:
        yield running


@pytest.fixture
async def town(pool: asyncpg.Pool) -> Town:
    return await make_town(pool)


@pytest.fixture
def service(
    database: str, town: Town, app_folder: Path, tmp_path: Path
) -> Iterator[ServiceProcess]:
    """The real service on the town's database, with the app."""
    with ServiceProcess(
        {
            "DENYUT_DATABASE_URL": database,
            "DENYUT_WEB_DIR": str(app_folder),
            "DENYUT_STORAGE__FOLDER": str(tmp_path / "photos"),
            "DENYUT_HASHER__MEMORY_KIB": "8",
            "DENYUT_HASHER__PASSES": "1",
        }
    ) as running:
        yield running


@pytest.fixture
async def mast(service: ServiceProcess) -> AsyncGenerator[Mast]:
    async with Mast.standing(service.port) as standing:
        yield standing


@pytest.fixture
async def phones(browser: Browser, mast: Mast) -> AsyncGenerator[Phones]:
    """Switches on a phone: `await phones(language="en", size=WIDE)`."""
    async with AsyncExitStack() as stack:

        async def switched_on(**options: Any) -> Phone:
            return await stack.enter_async_context(Phone.switched_on(browser, mast.url, **options))

        yield switched_on


@pytest.fixture
async def desks(service: ServiceProcess, town: Town) -> AsyncGenerator[Desks]:
    """Opens the desk of somebody of the town: `await desks(town.city.clinic_head)`."""
    url = f"http://127.0.0.1:{service.port}"
    async with AsyncExitStack() as stack:

        async def opened(employee_id: UUID) -> Desk:
            return await stack.enter_async_context(Desk.opened(url, await town.nip(employee_id)))

        yield opened
