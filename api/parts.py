"""What the HTTP floor is built from. The wiring makes one `Parts`; nothing here is global.

Invariant: a resource reaches the outside (database, live feed, hashing, limits) through its
parts alone, so a test can hand over others.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from prometheus_client import CollectorRegistry
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from starlette.types import ASGIApp

from api.images.press import ImageOptions, ImagePress
from api.limits import Attempts
from api.passwords import Hasher
from api.storage.storage import NoStorage, Storage
from api.survey_limits import SurveyLimits
from api.web import WebApp
from models.migrations.run import newest_version
from models.queries.feed import Announce
from models.queries.tokens import Lifetimes
from models.rules.appraising import AppraisalOptions
from models.rules.signals import SignalLimits
from models.rules.uploads import UploadLimits
from realtime.feed import Feed
from realtime.intake import Intake
from realtime.principals import Principals

MIB = 1_048_576  # bytes


@dataclass(frozen=True, slots=True)
class ApiOptions:
    """Settings of the HTTP floor.

    `max_body_bytes` bounds ordinary requests, `import_body_bytes` those below `/v1/imports`.
    `cors_origins`: pages of other origins that may call; none by default. `lifetimes`: of tokens.
    `activation_days`: how long a one-time code may be used.
    `public_url`: where citizens reach us, as posters show it.
    """

    max_body_bytes: int = MIB
    import_body_bytes: int = 8 * MIB
    cors_origins: tuple[str, ...] = ()
    lifetimes: Lifetimes = field(default_factory=Lifetimes)
    activation_days: int = 14
    public_url: str | None = None  # such as https://kinerja.example.go.id; else as we were asked


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything `create_app` needs.

    `intake` answers `POST /v1/reports` and `POST /v1/sync`, `live` the socket `/v1/live`;
    `feed` is the same for whoever asks instead of listening;
    `reports` takes the revisions and withdrawals that come one by one.
    `heard_from` notes that a person's phone is there. `bus_is_healthy` says whether the bus
    between processes works (always, when it is in memory). `push_key`: what browsers subscribe
    with; `push_kinds`: the kinds of push targets that are served. `survey`: how much one address
    may ask for of what is open to everybody. `now`: the time by the clock that all processes share.
    `appraisals`: bands of suggestions; `signals`: from when on help is offered.
    `storage`: where photos are kept; `images` makes them harmless; `uploads`: how much is taken.
    `needed_version`: the migration that this code needs. `web`: the app at `/`, if it is served.
    """

    database: async_sessionmaker[AsyncSession]
    principals: Principals
    announce: Announce
    reports: Intake
    hasher: Hasher
    attempts: Attempts
    intake: ASGIApp
    live: ASGIApp
    feed: Feed
    registry: CollectorRegistry
    heard_from: Callable[[UUID], None]
    bus_is_healthy: Callable[[], bool]
    push_key: str = ""
    push_kinds: frozenset[str] = frozenset()
    survey: SurveyLimits = field(default_factory=SurveyLimits)
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    options: ApiOptions = field(default_factory=ApiOptions)
    appraisals: AppraisalOptions = field(default_factory=AppraisalOptions)
    signals: SignalLimits = field(default_factory=SignalLimits)
    storage: Storage = field(default_factory=NoStorage)
    images: ImagePress = field(default_factory=lambda: ImagePress(ImageOptions()))
    uploads: UploadLimits = field(default_factory=UploadLimits)
    needed_version: str = field(default_factory=newest_version)
    web: WebApp | None = None
