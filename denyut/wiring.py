"""The one place that builds every part and hands each what it needs.

The order below is the order of starting; stopping goes the other way, so that nothing outlives
what it stands on. Nothing here is global: two services can run in one process (the tests do).
"""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import asyncpg
import structlog
from prometheus_client import CollectorRegistry
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker, create_async_engine
from starlette.types import ASGIApp

from api.app import create_app
from api.images.press import ImagePress
from api.intake import IntakeEndpoint
from api.limits import Attempts
from api.marks import Marks
from api.outbox import OutboxItems
from api.parts import Parts
from api.passwords import Hasher
from api.storage.opening import opened_storage
from api.survey_limits import SurveyLimits
from api.web import WebApp
from denyut.channels import opened_channels
from denyut.exporting import Exporter, export_figures
from denyut.heart import Heart
from denyut.metrics import PartFigures
from denyut.opening import Opening, opening_figures
from denyut.postgres import running_postgres
from denyut.push_figures import outbox_figures
from denyut.rolling import Roller, rollup_figures
from denyut.settings import PoolOptions, Settings
from denyut.upkeep import running_upkeep
from denyut.web_build import web_folder
from models.migrations.run import sqlalchemy_dsn, upgrade
from models.queries.feed import FeedRow
from models.queries.replays import gap
from notifications.channels.channel import SendPushes
from notifications.escalations import Escalations
from notifications.nudges import Nudges
from notifications.outbox import Outbox
from notifications.recheck import rechecked
from notifications.slips import SlipEngine
from notifications.texts import Texts
from realtime.bus import Bus, Deliver, MemoryBus
from realtime.bus_redis import RedisBus, RedisOptions
from realtime.changes import Changes
from realtime.contacts import Contacts
from realtime.feed import Feed
from realtime.gateway import Gateway
from realtime.hub import Hub
from realtime.intake import Intake
from realtime.principals import Principals
from realtime.pulse import Pulse
from realtime.replay import Replay
from realtime.scopes import Scopes
from realtime.views import Views


class TooFewConnections(Exception):
    """The database allows fewer connections than this process may open."""


@dataclass(frozen=True, slots=True)
class Service:
    """What the outside needs of a running service."""

    app: ASGIApp
    dsn: str
    pool: asyncpg.Pool
    gateway: Gateway
    slips: SlipEngine


@asynccontextmanager
async def opened_database(settings: Settings) -> AsyncGenerator[str]:
    """The DSN of the given database, or of a private one started here and migrated."""
    if settings.database_url:
        yield settings.database_url
        return
    async with running_postgres(settings.data_dir, settings.postgres) as dsn:
        await asyncio.to_thread(upgrade, dsn)
        yield dsn


@asynccontextmanager
async def running_service(settings: Settings) -> AsyncGenerator[Service]:
    """Every part, started in this order and stopped in the reverse one.

    Raises PostgresProblem, TooFewConnections, what `opened_channels` raises, and what the drivers
    raise when the database cannot be reached.
    """
    async with AsyncExitStack() as parts:
        dsn = await parts.enter_async_context(opened_database(settings))
        pool = await parts.enter_async_context(opened_pool(dsn, settings.pools))
        engine = await parts.enter_async_context(opened_engine(dsn, settings.pools))
        await check_connections(pool, settings.pools)

        pulse = Pulse(pool, settings.pulse)
        principals = Principals(pool, settings.principals, fresh=lambda: pulse.fresh)
        scopes = Scopes(pool, settings.scopes)
        replay = Replay(pool, scopes, settings.replay)

        async def fill_gap(shard: int, after_seq: int, upto_seq: int) -> Any:
            async with pool.acquire() as connection:
                return await gap(connection, shard, after_seq, upto_seq)

        hub = Hub(settings.hub, fill_gap, replay.today, lambda: pulse.fresh)
        bus = await parts.enter_async_context(connected_bus(settings, pool, hub.receive))
        pulse.on_heads(hub.on_heads)
        pulse.on_rights(principals.rights_changed)
        contacts = Contacts(pool, settings.contacts)
        views = Views(pool, settings.views)
        gateway = Gateway(
            hub,
            principals,
            replay,
            scopes,
            views,
            contacts,
            replace(settings.gateway, allowed_origins=settings.allowed_origins),
        )
        pulse.on_rights(gateway.rights_changed)
        await parts.enter_async_context(hub.running())
        await parts.enter_async_context(pulse.running())
        await parts.enter_async_context(contacts.running())
        await parts.enter_async_context(views.running())
        await parts.enter_async_context(gateway.running())

        intake = Intake(lambda: asyncpg.connect(dsn), bus.announce, settings.intake)
        await parts.enter_async_context(intake.running())

        channels = await parts.enter_async_context(opened_channels(settings, pool))
        push_kinds = channels.push_kinds
        outboxes = await parts.enter_async_context(
            running_outboxes(settings, pool, channels.senders)
        )

        def announce_notices(rows: Sequence[FeedRow]) -> None:
            bus.announce(rows)
            if any(row.kind == "notice" for row in rows):
                for outbox in outboxes.values():
                    outbox.wake()

        slips = SlipEngine(pool, announce_notices, replace(settings.slips, push_kinds=push_kinds))
        await parts.enter_async_context(slips.running())
        escalations = Escalations(
            pool, announce_notices, replace(settings.escalations, push_kinds=push_kinds)
        )
        await parts.enter_async_context(escalations.running())
        nudges = Nudges(pool, announce_notices, replace(settings.nudges, push_kinds=push_kinds))
        await parts.enter_async_context(nudges.running())
        # -- rounds of the performance cycle --
        heart = await parts.enter_async_context(Heart(pool, settings.heart).running())
        roller = await parts.enter_async_context(Roller(pool, settings.rolling).running())
        opening = Opening(pool, announce_notices, replace(settings.opening, push_kinds=push_kinds))
        await parts.enter_async_context(opening.running())
        storage = opened_storage(settings.storage, settings.data_dir)
        exporter = Exporter(
            pool,
            announce_notices,
            storage,
            replace(settings.exports, push_kinds=push_kinds, public_url=settings.api.public_url),
            settings.appraisals.bands,
        )
        await parts.enter_async_context(exporter.running())
        images = ImagePress(settings.images)
        upkeep = await parts.enter_async_context(running_upkeep(settings, pool, storage))

        marks = Marks(pool, bus.announce)
        hasher = Hasher(settings.hasher)
        parts.callback(hasher.close)
        attempts = Attempts(replace(settings.attempts, redis_url=settings.redis_url))
        parts.push_async_callback(attempts.close)
        registry = CollectorRegistry()
        for figures in [*every_figure(intake, hub, slips, outboxes, bus), *upkeep]:
            registry.register(figures)
        registry.register(ladder_figures(escalations, nudges))
        registry.register(rollup_figures(heart, roller))
        registry.register(opening_figures(opening))
        registry.register(export_figures(exporter))
        registry.register(photo_figures(images))
        app = create_app(
            Parts(
                database=async_sessionmaker(engine, expire_on_commit=False),
                principals=principals,
                announce=bus.announce,
                reports=intake,
                hasher=hasher,
                attempts=attempts,
                intake=IntakeEndpoint(
                    intake,
                    principals,
                    OutboxItems(intake, marks.acknowledge, marks.read),
                    Changes(pool, settings.changes).since,
                    contacts.heard_from,
                    settings.phones,
                    pulse.now,
                ),
                live=gateway,
                feed=Feed(scopes, replay, views, settings.feed),
                registry=registry,
                heard_from=contacts.heard_from,
                bus_is_healthy=lambda: not bus.degraded,
                push_key=channels.push_key,
                push_kinds=push_kinds,
                survey=SurveyLimits(settings.survey, attempts.windows),
                now=pulse.now,
                options=settings.api,
                appraisals=settings.appraisals,
                signals=settings.signals,
                storage=storage,
                images=images,
                uploads=settings.uploads,
                web=WebApp.read(web_folder(settings.web_dir)),
            )
        )
        structlog.stdlib.get_logger("denyut").info(
            "service_started", redis=bool(settings.redis_url)
        )
        yield Service(app, dsn, pool, gateway, slips)


@asynccontextmanager
async def opened_pool(dsn: str, options: PoolOptions) -> AsyncGenerator[asyncpg.Pool]:
    """Raw connections for what is hot: principals, replay, pulse, slips, outbox."""
    async with asyncpg.create_pool(
        dsn,
        min_size=2,
        max_size=options.fast_connections,
        command_timeout=options.statement_timeout_s,
        server_settings={"application_name": "denyut"},
        reset=nothing_to_reset,
    ) as pool:
        yield pool


async def nothing_to_reset(connection: Any) -> None:
    """Our statements leave nothing behind in a session, and asyncpg ends open transactions itself.

    Its usual reset is one more round trip to the database for each question.
    """


@asynccontextmanager
async def opened_engine(dsn: str, options: PoolOptions) -> AsyncGenerator[AsyncEngine]:
    """SQLAlchemy's connections for the ordinary resources."""
    engine = create_async_engine(
        sqlalchemy_dsn(dsn),
        pool_size=options.resource_connections,
        max_overflow=0,
        pool_timeout=options.acquire_timeout_s,
        pool_pre_ping=True,
        hide_parameters=True,  # an error is logged with its statement; what it carried is people's
        connect_args={
            "command_timeout": options.statement_timeout_s,
            "server_settings": {"application_name": "denyut-api"},
        },
    )
    try:
        yield engine
    finally:
        await engine.dispose()


async def check_connections(pool: asyncpg.Pool, options: PoolOptions) -> None:
    """Refuses to start when the pools can outgrow the server: it would fail at the worst hour."""
    allowed = int(await pool.fetchval("SHOW max_connections"))
    allowed -= int(await pool.fetchval("SHOW superuser_reserved_connections"))
    if options.connections > allowed:
        raise TooFewConnections(
            f"this process may open {options.connections} connections, the server allows {allowed};"
            " raise max_connections or lower DENYUT_POOLS__*"
        )


@asynccontextmanager
async def connected_bus(
    settings: Settings, pool: asyncpg.Pool, deliver: Deliver
) -> AsyncGenerator[Bus]:
    """A call within one process, or Redis between several."""
    if not settings.redis_url:
        yield MemoryBus(deliver)
        return
    epoch = await pool.fetchval("SELECT epoch FROM feed_epoch")
    options = RedisOptions(settings.redis_url, stream=f"denyut:feed:{epoch}")
    async with RedisBus(options, deliver).running() as bus:
        yield bus


@asynccontextmanager
async def running_outboxes(
    settings: Settings, pool: asyncpg.Pool, senders: Mapping[str, SendPushes]
) -> AsyncGenerator[Mapping[str, Outbox]]:
    """An outbox for each channel that this installation has, by the channel's name."""
    async with AsyncExitStack() as parts:
        outboxes = made_outboxes(settings, pool, senders)
        for outbox in outboxes.values():
            await parts.enter_async_context(outbox.running())
        yield outboxes


def made_outboxes(
    settings: Settings, pool: asyncpg.Pool, senders: Mapping[str, SendPushes]
) -> Mapping[str, Outbox]:
    """The same, not at work yet."""
    texts = Texts.loaded()
    return {
        channel: Outbox(pool, channel, send, texts, settings.outbox, rechecked)
        for channel, send in senders.items()
    }


def photo_figures(images: ImagePress) -> PartFigures:
    """Photos that were written anew, and files that were none, for Prometheus."""
    return PartFigures(
        "photos",
        {
            "made_total": lambda: images.made,
            "refused_total": lambda: images.refused,
            "failed_total": lambda: images.failed,
        },
        "Photos that were made harmless",
    )


def ladder_figures(escalations: Escalations, nudges: Nudges) -> PartFigures:
    """What the ladder's own rounds count, for Prometheus."""
    return PartFigures(
        "ladder",
        {
            "escalations_total": lambda: escalations.notices_made,
            "nudges_total": lambda: nudges.notices_made,
            "failures_total": lambda: escalations.failures + nudges.failures,
        },
        "Slips without an answer and days without a report",
    )


def every_figure(
    intake: Intake, hub: Hub, slips: SlipEngine, outboxes: Mapping[str, Outbox], bus: Bus
) -> list[PartFigures]:
    """What the parts count, for Prometheus."""
    found = [
        PartFigures(
            "intake",
            {
                "batches_total": lambda: intake.batches,
                "items_total": lambda: intake.committed_items,
                "waiting_items": lambda: intake.waiting_items,
            },
            "Reports on their way into the database",
        ),
        PartFigures(
            "live",
            {
                "events_total": lambda: hub.figures.events,
                "frames_total": lambda: hub.figures.frames,
                "filled_total": lambda: hub.figures.filled,
                "fill_failures_total": lambda: hub.figures.fill_failures,
                "resets_total": lambda: hub.figures.resets,
                "bus_degraded": lambda: float(bus.degraded),
            },
            "The live feed of this process",
        ),
        PartFigures(
            "slips",
            {
                "paced_total": lambda: slips.targets_paced,
                "found_total": lambda: slips.slips_found,
                "recoveries_total": lambda: slips.recoveries_found,
                "notices_total": lambda: slips.notices_made,
                "failures_total": lambda: slips.failures,
            },
            "Targets that slip and recover",
        ),
    ]
    return [*found, *outbox_figures(outboxes)]
