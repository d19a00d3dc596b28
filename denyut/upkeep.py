"""The parts that tidy up: they forget what is too old. Each works by itself, in every process."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager

import asyncpg

from denyut.metrics import PartFigures
from denyut.settings import Settings
from notifications.retention import Retention


@asynccontextmanager
async def running_upkeep(
    settings: Settings, pool: asyncpg.Pool
) -> AsyncGenerator[list[PartFigures]]:
    """Tidies up while the block runs; yields the figures for Prometheus."""
    async with AsyncExitStack() as parts:
        retention = await parts.enter_async_context(Retention(pool, settings.retention).running())
        yield [retention_figures(retention)]


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
