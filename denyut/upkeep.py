"""The parts that tidy up: they end pushes that no provider takes and forget what is too
old. Each works by itself, in every process."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager

import asyncpg

from api.storage.storage import Storage
from denyut.metrics import PartFigures
from denyut.settings import Settings
from denyut.sweeping import Sweeper, sweep_figures
from notifications.expiry import Expiry
from notifications.retention import Retention


@asynccontextmanager
async def running_upkeep(
    settings: Settings, pool: asyncpg.Pool, storage: Storage
) -> AsyncGenerator[list[PartFigures]]:
    """Tidies up while the block runs; yields the figures for Prometheus."""
    async with AsyncExitStack() as parts:
        retention = await parts.enter_async_context(Retention(pool, settings.retention).running())
        expiry = await parts.enter_async_context(Expiry(pool, settings.expiry).running())
        sweeper = Sweeper(pool, storage, settings.uploads, settings.sweep)
        await parts.enter_async_context(sweeper.running())
        yield [retention_figures(retention), expiry_figures(expiry), sweep_figures(sweeper)]


def expiry_figures(expiry: Expiry) -> PartFigures:
    """How many pushes no provider would take, `denyut_expiry_…`."""
    return PartFigures(
        "expiry",
        {
            "pushes_total": lambda: expiry.pushes_expired,
            "failures_total": lambda: expiry.failures,
        },
        "Pushes that waited too long for their provider",
    )


def retention_figures(retention: Retention) -> PartFigures:
    """How much was forgotten, `denyut_retention_…`."""
    return PartFigures(
        "retention",
        {
            "letters_total": lambda: retention.forgotten["letters"],
            "deliveries_total": lambda: retention.forgotten["deliveries"],
            "notices_total": lambda: retention.forgotten["notices"],
            "failures_total": lambda: retention.failures,
        },
        "Notices and deliveries that were kept long enough",
    )
