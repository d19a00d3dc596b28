"""The application: hot paths straight to their ASGI endpoints, all the rest to ordinary FastAPI.

`POST /v1/reports` and `POST /v1/sync` carry the load of a whole city at half past four, and
`/v1/live` holds its sockets: they never pass the framework, nor do the files of the app at `/`.
Everything else is one router for each resource file.
"""

from typing import Any, Final

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from api import (
    activation,
    adoption,
    agreements,
    announcements,
    appraisals,
    approvals,
    attachments,
    audit,
    board,
    calendars,
    data,
    deliveries,
    devices,
    distributions,
    docs,
    evidence,
    exports,
    feed,
    feedback,
    health,
    imports,
    inbox,
    leave,
    manners,
    me,
    mentors,
    objections,
    people,
    poster,
    practice,
    proposals,
    push,
    quality,
    reports,
    requests,
    roles,
    rollups,
    satisfaction,
    services,
    sessions,
    supervision,
    support,
    survey_page,
    targets,
    templates,
    training,
    units,
    verdicts,
    verification,
    wordings,
)
from api.answers import answer_with_problems
from api.guard import Guard, RequestMetrics
from api.parts import ApiOptions, Parts

HOT_POSTS: Final = frozenset({"/v1/reports", "/v1/sync"})
LIVE: Final = "/v1/live"

ROUTERS: Final = (
    sessions.router,
    activation.router,
    me.router,
    people.router,
    roles.router,
    devices.router,
    push.router,
    audit.router,
    feed.router,
    reports.router,
    approvals.router,
    feedback.router,
    targets.router,
    templates.router,
    board.router,
    inbox.router,
    deliveries.router,
    manners.router,
    units.router,
    supervision.router,
    calendars.router,
    leave.router,
    practice.router,
    mentors.router,
    support.router,
    adoption.router,
    agreements.router,
    proposals.router,
    imports.router,
    evidence.router,
    attachments.router,
    quality.router,
    rollups.router,
    requests.router,
    wordings.router,
    announcements.router,
    training.router,
    data.router,
    appraisals.router,
    objections.router,
    distributions.router,
    services.router,
    poster.router,
    verdicts.router,
    satisfaction.router,
    survey_page.router,
    exports.router,
    verification.router,
    health.router,
    docs.router,
)


def create_app(parts: Parts) -> ASGIApp:
    """The whole HTTP and WebSocket surface as one ASGI application."""
    resources = resource_app(parts)
    intake: ASGIApp = parts.intake
    if parts.options.cors_origins:  # the hot paths pass by the framework and its middleware
        intake = CORSMiddleware(intake, **_cross_origin(parts.options))

    async def dispatch(scope: Scope, receive: Receive, send: Send) -> None:
        kind, path = scope["type"], scope.get("path")
        if kind == "http" and scope["method"] == "POST" and path in HOT_POSTS:
            await intake(scope, receive, send)
        elif kind == "websocket" and path == LIVE:
            await parts.live(scope, receive, send)
        elif kind == "http" and parts.web and parts.web.takes(scope):
            await parts.web(scope, receive, send)
        else:
            await resources(scope, receive, send)

    return dispatch


def resource_app(parts: Parts) -> FastAPI:
    """The ordinary resources, with their parts and everything around them."""
    app = _routes()
    app.state.parts = parts
    answer_with_problems(app)
    if parts.options.cors_origins:
        app.add_middleware(CORSMiddleware, **_cross_origin(parts.options))
    app.add_middleware(Guard, options=parts.options, metrics=RequestMetrics(parts.registry))
    return app


def route_description() -> dict[str, Any]:
    """The OpenAPI description of the ordinary resources; needs no parts and touches nothing."""
    return _routes().openapi()


def _cross_origin(options: ApiOptions) -> dict[str, Any]:
    """Which pages of other origins may call. No cookies are used, so none are allowed."""
    return {
        "allow_origins": options.cors_origins,
        "allow_methods": ("GET", "POST", "PUT", "PATCH", "DELETE"),
        "allow_headers": (
            "authorization",
            "content-type",
            "accept-language",
            "upload-offset",
            "content-digest",
        ),
        "expose_headers": ("retry-after", "x-request-id"),
        "max_age": 600,
    }


def _routes() -> FastAPI:
    app = FastAPI(
        title="Denyut",
        version="1",
        description="Field staff report what they do; their supervisors see it within the second.",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
    )
    for router in ROUTERS:
        app.include_router(router)
    return app
