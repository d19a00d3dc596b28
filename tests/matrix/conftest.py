"""One service for each module of the matrix: a subject is cheaper than a database."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.matrix.stage import Stage, opened_stage
from tests.standins.cluster import SharedCluster


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(shared_postgres: SharedCluster) -> AsyncIterator[Stage]:
    """A running service with the city of the matrix."""
    async with shared_postgres.cloned() as dsn, opened_stage(dsn) as opened:
        yield opened
