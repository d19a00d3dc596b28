"""What every test may ask for.

`database`        DSN of a migrated database of its own (asyncpg's form: postgresql://…)
`blank_database`  DSN of an empty one, for tests of migrations
`pool`            an asyncpg pool on `database`
`engine`          an SQLAlchemy engine on `database`
`redis_server`    a Redis of its own: .url .kill() .start() .freeze() .thaw() .flush()
`shared_postgres` the run's server itself: .dsn(name), .cloned(template)
"""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from models.migrations.run import sqlalchemy_dsn
from tests.standins.cluster import SharedCluster, end_run, joined_cluster, made_run_folder
from tests.standins.redis_server import RedisServer

RUN_FOLDER = pytest.StashKey[Path]()
IS_WORKER = "workerinput"  # the attribute that pytest-xdist gives to its workers' configuration

# Tests never assert on time, and neither does Hypothesis on a machine that others use.
settings.register_profile(
    "denyut", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("denyut")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--postgres 15` runs every test on that release."""
    parser.addoption("--postgres", type=int, default=None, help="release of PostgreSQL to test on")


def pytest_configure(config: pytest.Config) -> None:
    """The first process of a run makes its folder; workers are told where it is."""
    given = getattr(config, IS_WORKER, None)
    config.stash[RUN_FOLDER] = Path(given["run_folder"]) if given else made_run_folder()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tells a worker of pytest-xdist where the run's folder is."""
    node.workerinput["run_folder"] = str(node.config.stash[RUN_FOLDER])


def pytest_unconfigure(config: pytest.Config) -> None:
    """The first process, which ends last, removes the folder."""
    if not hasattr(config, IS_WORKER) and RUN_FOLDER in config.stash:
        end_run(config.stash[RUN_FOLDER])


@pytest.fixture(scope="session")
def shared_postgres(pytestconfig: pytest.Config) -> Iterator[SharedCluster]:
    """The run's PostgreSQL with the migrated template; started by the first who asks."""
    major = pytestconfig.getoption("--postgres")
    with joined_cluster(pytestconfig.stash[RUN_FOLDER], major) as cluster:
        yield cluster


@pytest.fixture
async def database(shared_postgres: SharedCluster) -> AsyncIterator[str]:
    """A migrated database of its own; dropped afterwards."""
    async with shared_postgres.cloned() as dsn:
        yield dsn


@pytest.fixture
async def blank_database(shared_postgres: SharedCluster) -> AsyncIterator[str]:
    """An empty database of its own; dropped afterwards."""
    async with shared_postgres.cloned("template0") as dsn:
        yield dsn


@pytest.fixture
async def pool(database: str) -> AsyncIterator[asyncpg.Pool]:
    """Raw connections to `database`."""
    async with asyncpg.create_pool(database, min_size=1, max_size=10) as opened:
        yield opened


@pytest.fixture
async def engine(database: str) -> AsyncIterator[AsyncEngine]:
    """SQLAlchemy's connections to `database`."""
    opened = create_async_engine(sqlalchemy_dsn(database))
    yield opened
    await opened.dispose()


@pytest.fixture
def redis_server() -> Iterator[RedisServer]:
    """A Redis of its own."""
    with RedisServer() as server:
        yield server
