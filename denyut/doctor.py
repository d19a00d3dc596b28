"""What is wrong with an installation, and how to mend it. It looks and changes nothing.

Each check answers for itself: one that cannot be made because an earlier one failed says so
instead of failing again. Invariant: a finding that is not fine names its remedy.
"""

import asyncio
import resource
import shutil
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import asyncpg
from pydantic import ValidationError

from denyut.channel_findings import channel_findings
from denyut.findings import Finding, State
from denyut.photo_findings import photo_findings
from denyut.postgres_binaries import OLDEST_MAJOR, PostgresProblem, chosen_binaries
from denyut.postgres_folder import cluster_major
from denyut.push_findings import push_findings
from denyut.reaching import running_dsn
from denyut.serving import bound_socket
from denyut.settings import Settings, UnknownSettings, read_settings
from denyut.web_build import web_folder
from models.migrations.run import newest_version
from realtime.bus_redis import RedisBus, RedisOptions

GIB: Final = 2**30
LEAST_FREE_BYTES: Final = 1 * GIB  # below, a day's reports may no longer fit
ENOUGH_FREE_BYTES: Final = 5 * GIB
SKEW_WARNING_S: Final = 2.0  # tokens and periods are told by the database's clock
SKEW_WRONG_S: Final = 60.0
ENOUGH_FILES: Final = 4_096  # one for each open socket
REDIS_PATIENCE_S: Final = 2.0
ZONES: Final = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")


async def findings(environment: Mapping[str, str] | None = None) -> list[Finding]:
    """Everything there is to say, in the order in which somebody would mend it."""
    try:
        settings = read_settings(environment)
    except (UnknownSettings, ValidationError) as problem:
        return [_wrong_settings(problem)]
    found = [Finding("settings", "ok", "every DENYUT_* name is known and every value fits")]
    found += [*_machine(), *_folder(settings)]
    found += await _database(settings)
    found.append(await _redis(settings))
    found += await photo_findings(settings)
    found += await channel_findings(settings)
    found.append(app_finding(settings.web_dir))
    found.append(_port(settings))
    return found


def worst(found: list[Finding]) -> State:
    """The worst state of all."""
    states = {finding.state for finding in found}
    return "wrong" if "wrong" in states else "warning" if "warning" in states else "ok"


def _wrong_settings(problem: UnknownSettings | ValidationError) -> Finding:
    if isinstance(problem, UnknownSettings):
        text = f"unknown: {', '.join(problem.names)}"
        return Finding("settings", "wrong", text, "Correct or unset them; docs/guide/settings.md.")
    names = {"DENYUT_" + "__".join(map(str, each["loc"])).upper() for each in problem.errors()}
    return Finding(
        "settings",
        "wrong",
        f"values that do not fit: {', '.join(sorted(names))}",
        "Give each a value of its kind; docs/guide/settings.md has the defaults.",
    )


def _machine() -> list[Finding]:
    found: list[Finding] = []
    try:
        for zone in ZONES:
            ZoneInfo(zone)
        found.append(Finding("time zones", "ok", "Indonesia's three are known"))
    except ZoneInfoNotFoundError as missing:
        remedy = "Install the system's tzdata, or: pip install tzdata"
        found.append(Finding("time zones", "wrong", str(missing), remedy))
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < ENOUGH_FILES:
        remedy = f"Raise it (ulimit -Hn, LimitNOFILE=) to {ENOUGH_FILES} or more."
        found.append(Finding("open files", "warning", f"at most {hard} live sockets", remedy))
    else:
        found.append(Finding("open files", "ok", "enough for thousands of sockets"))
    return found


def _folder(settings: Settings) -> list[Finding]:
    """The disk of the private database, and the programs that run it."""
    if settings.database_url:
        return []
    found = [disk(settings.data_dir)]
    try:
        major = cluster_major(settings.data_dir / "postgres")
        binaries = chosen_binaries(settings.postgres.bin_dir, major)
        if major is not None and major != binaries.major:
            raise PostgresProblem(
                f"The data belongs to PostgreSQL {major}, here is only {binaries.version}. "
                f"Install PostgreSQL {major}, or move the data with pg_upgrade."
            )
        text = f"PostgreSQL {binaries.version} ({binaries.source})"
        found.append(Finding("embedded PostgreSQL", "ok", text))
    except PostgresProblem as problem:
        found.append(Finding("embedded PostgreSQL", "wrong", "it cannot run", str(problem)))
    except PermissionError as problem:
        remedy = "Run the doctor as the user who runs the service."
        found.append(Finding("embedded PostgreSQL", "wrong", str(problem), remedy))
    return found


def app_finding(web_dir: Path | None) -> Finding:
    """Whether the app is there that phones are to be given."""
    folder = web_folder(web_dir)
    if folder is not None and (folder / "index.html").is_file():
        return Finding("app", "ok", f"served at / from {folder}")
    remedy = "Run `make web` (or `denyut web build`), or name its folder in DENYUT_WEB_DIR."
    return Finding("app", "warning", "not built: phones find only the API", remedy)


def disk(folder: Path) -> Finding:
    """The space left where the folder is, or will be."""
    there = folder
    while not there.exists() and there != there.parent:
        there = there.parent
    free = shutil.disk_usage(there).free
    text = f"{free / GIB:.1f} GiB free at {there}"
    if free >= ENOUGH_FREE_BYTES:
        return Finding("disk space", "ok", text)
    remedy = "Make room, or name a larger disk in DENYUT_DATA_DIR."
    return Finding("disk space", "wrong" if free < LEAST_FREE_BYTES else "warning", text, remedy)


async def _database(settings: Settings) -> list[Finding]:
    dsn = settings.database_url or running_dsn(settings)
    if dsn is None:
        text = "the private server is not running; it starts with the service"
        return [Finding("database", "ok", text)]
    try:
        async with _connected(dsn) as connection:
            return await database_findings(connection, settings)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, ValueError) as problem:
        remedy = "Check DENYUT_DATABASE_URL, that the server runs, and that it takes this user."
        return [Finding("database", "wrong", f"cannot be reached: {problem}", remedy)]


async def database_findings(connection: Any, settings: Settings) -> list[Finding]:
    """What a database that answers has to say."""
    version = await connection.fetchval("SHOW server_version")
    major = int(version.split(".")[0].split()[0])
    old = f"Use PostgreSQL {OLDEST_MAJOR} or newer."
    migrations = await _migrations(connection)
    pushes = await push_findings(connection) if migrations.state == "ok" else []
    return [
        Finding("database", "ok", f"PostgreSQL {version} answers")
        if major >= OLDEST_MAJOR
        else Finding("database", "wrong", f"PostgreSQL {version} is too old", old),
        await _extension(connection),
        migrations,
        await _connections(connection, settings),
        await _durability(connection),
        await _clock(connection),
        *pushes,
    ]


async def _extension(connection: Any) -> Finding:
    row = await connection.fetchrow(
        "SELECT installed_version FROM pg_available_extensions WHERE name = 'btree_gist'"
    )
    if row is None:
        remedy = "Install PostgreSQL's contrib modules (postgresql-contrib)."
        return Finding("extensions", "wrong", "btree_gist is not available", remedy)
    return Finding("extensions", "ok", "btree_gist is available")


async def _migrations(connection: Any) -> Finding:
    known = await connection.fetchval("SELECT to_regclass('alembic_version') IS NOT NULL")
    version = (
        await connection.fetchval("SELECT version_num FROM alembic_version") if known else None
    )
    newest = newest_version()
    if version == newest:
        return Finding("migrations", "ok", f"at {newest}, the newest")
    if version is None:
        return Finding("migrations", "wrong", "the database is empty", "Run: denyut migrate")
    if version > newest:
        remedy = "Run a version of Denyut that is as new as the database."
        return Finding("migrations", "wrong", f"at {version}, newer than this code", remedy)
    text = f"at {version}, this code needs {newest}"
    return Finding("migrations", "wrong", text, "Run: denyut migrate")


async def _connections(connection: Any, settings: Settings) -> Finding:
    allowed = int(await connection.fetchval("SHOW max_connections"))
    allowed -= int(await connection.fetchval("SHOW superuser_reserved_connections"))
    wanted = settings.pools.connections
    text = f"one process may open {wanted}, the server allows {allowed}"
    if wanted > allowed:
        remedy = "Raise max_connections, or lower DENYUT_POOLS__*."
        return Finding("connections", "wrong", text, remedy)
    return Finding("connections", "ok", f"{text}: {allowed // wanted} processes fit")


async def _durability(connection: Any) -> Finding:
    """A receipt promises that a report is on disk; with these off it would not be."""
    off = [
        name
        for name in ("fsync", "synchronous_commit", "full_page_writes")
        if await connection.fetchval(f"SHOW {name}") == "off"
    ]
    if off:
        remedy = f"Turn on {', '.join(off)}: without it an acknowledged report can be lost."
        return Finding("durability", "wrong", f"off: {', '.join(off)}", remedy)
    return Finding("durability", "ok", "what has a receipt is on disk")


async def _clock(connection: Any) -> Finding:
    before = datetime.now(UTC)
    there = await connection.fetchval("SELECT clock_timestamp()")
    here = before + (datetime.now(UTC) - before) / 2
    return clock_skew((there - here).total_seconds())


def clock_skew(skew_s: float) -> Finding:
    """What a difference between the two clocks means; positive: the database is ahead."""
    text = f"database and machine differ by {abs(skew_s):.1f} s"
    if abs(skew_s) < SKEW_WARNING_S:
        return Finding("clocks", "ok", text)
    state: State = "warning" if abs(skew_s) < SKEW_WRONG_S else "wrong"
    return Finding("clocks", state, text, "Let both machines follow a time server (chrony, ntpd).")


async def _redis(settings: Settings) -> Finding:
    if not settings.redis_url:
        return Finding("Redis", "ok", "not configured: right for one process, needed for more")
    bus = RedisBus(RedisOptions(settings.redis_url, stream="denyut:doctor"), lambda _rows: None)
    async with bus.running():
        if await became_healthy(bus, REDIS_PATIENCE_S):
            return Finding("Redis", "ok", "answers")
    remedy = "Check DENYUT_REDIS_URL and the server. Meanwhile nothing is lost, only slower."
    return Finding("Redis", "wrong", "does not answer", remedy)


async def became_healthy(bus: RedisBus, patience_s: float) -> bool:
    """Whether the bus came to work both ways within so many seconds."""
    for _ in range(round(patience_s / 0.05)):
        if not bus.degraded:
            return True
        await asyncio.sleep(0.05)
    return False


def _port(settings: Settings) -> Finding:
    where = f"{settings.host}:{settings.port}"
    try:
        bound_socket(settings).close()
    except OSError as problem:
        remedy = "If it is not Denyut itself that runs there, choose another DENYUT_PORT."
        return Finding("port", "warning", f"{where}: {problem.strerror}", remedy)
    return Finding("port", "ok", f"{where} is free")


@asynccontextmanager
async def _connected(dsn: str) -> AsyncGenerator[Any]:
    connection = await asyncpg.connect(dsn, timeout=5)
    try:
        yield connection
    finally:
        await connection.close(timeout=2.0)
