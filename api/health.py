"""Whether the service lives, whether it can work, and its figures.

Invariant: `/live` touches nothing, so a lost database never gets a sound process killed; a lost
Redis is degraded and not unready, since PostgreSQL alone carries every report.
"""

from typing import Any, Literal

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel, Field
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from api.dependencies import TheParts
from api.parts import Parts

router = APIRouter(tags=["health"])


class Live(BaseModel):
    """The process answers."""

    status: Literal["live"] = Field(default="live", examples=["live"])


class Ready(BaseModel):
    """Whether requests can be served. `degraded`: yes, with events a little later."""

    status: Literal["ready", "degraded", "unready"] = Field(examples=["ready"])
    database: Literal["ok", "away"] = Field(examples=["ok"])
    migrations: Literal["ok", "behind", "unknown"] = Field(examples=["ok"])
    bus: Literal["ok", "away"]


@router.get("/live")
async def live() -> Live:
    """Answers as long as the event loop turns."""
    return Live()


@router.get("/ready", response_model=Ready, responses={503: {"model": Ready}})
async def ready(parts: TheParts, response: Response) -> Ready:
    """200 when the database answers and has every migration that this code needs; else 503."""
    version = await _migrated_to(parts)
    bus_is_healthy = parts.bus_is_healthy()
    behind = version is not None and version < parts.needed_version
    status: Literal["ready", "degraded", "unready"] = "ready" if bus_is_healthy else "degraded"
    if version is None or behind:
        status, response.status_code = "unready", 503
    return Ready(
        status=status,
        database="away" if version is None else "ok",
        migrations="unknown" if version is None else "behind" if behind else "ok",
        bus="ok" if bus_is_healthy else "away",
    )


@router.get("/metrics", response_class=Response, include_in_schema=False)
async def metrics(parts: TheParts) -> Any:
    """Figures for Prometheus; no person appears in them."""
    return Response(generate_latest(parts.registry), media_type=CONTENT_TYPE_LATEST)


async def _migrated_to(parts: Parts) -> str | None:
    """The database's version, empty when it was never migrated; None: it does not answer."""
    try:
        async with parts.database() as session:
            known = await session.scalar(text("SELECT to_regclass('alembic_version') IS NOT NULL"))
            if not known:
                return ""
            return await session.scalar(text("SELECT version_num FROM alembic_version")) or ""
    except (SQLAlchemyError, OSError):
        return None
