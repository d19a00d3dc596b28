"""One typed settings object, read from `DENYUT_*` environment variables.

Each part declares its own frozen options with their reasons; this module only composes them, so
`DENYUT_INTAKE__QUEUE_ITEMS` is `IntakeOptions.queue_items`. Invariant: a name that nobody reads is
refused at start, since a setting with a spelling mistake is a setting silently ignored.
"""

import dataclasses
import inspect
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from api.images.press import ImageOptions
from api.intake import IntakeEndpointOptions
from api.limits import AttemptOptions
from api.parts import ApiOptions
from api.passwords import HasherOptions
from api.storage.storage import StorageOptions
from api.survey_limits import SurveyOptions
from denyut.exporting import ExportOptions
from denyut.heart import HeartOptions
from denyut.logs import LogOptions
from denyut.opening import OpeningOptions
from denyut.postgres import PostgresOptions
from denyut.rolling import RollingOptions
from denyut.sweeping import SweepOptions
from models.rules.appraising import AppraisalOptions
from models.rules.signals import SignalLimits
from models.rules.uploads import UploadLimits
from notifications.channels.email import EmailOptions
from notifications.channels.web_push import WebPushOptions
from notifications.escalations import EscalationOptions
from notifications.expiry import ExpiryOptions
from notifications.nudges import NudgeOptions
from notifications.outbox import OutboxOptions
from notifications.retention import RetentionOptions
from notifications.slips import SlipOptions
from realtime.changes import ChangeOptions
from realtime.contacts import ContactOptions
from realtime.feed import FeedOptions
from realtime.gateway import GatewayOptions
from realtime.hub import HubOptions
from realtime.intake import IntakeOptions
from realtime.principals import PrincipalOptions
from realtime.pulse import PulseOptions
from realtime.replay import ReplayOptions
from realtime.scopes import ScopeOptions
from realtime.views import ViewOptions

PREFIX = "DENYUT_"
NESTED = "__"

# What the wiring itself puts into a part's options, from a setting with a simpler name.
WIRED = frozenset(
    {
        "DENYUT_ATTEMPTS__REDIS_URL",
        "DENYUT_ESCALATIONS__PUSH_KINDS",
        "DENYUT_EXPORTS__PUBLIC_URL",
        "DENYUT_EXPORTS__PUSH_KINDS",
        "DENYUT_GATEWAY__ALLOWED_ORIGINS",
        "DENYUT_NUDGES__PUSH_KINDS",
        "DENYUT_OPENING__PUSH_KINDS",
        "DENYUT_SLIPS__PUSH_KINDS",
    }
)


class UnknownSettings(Exception):
    """Environment variables that look like settings and are none."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(
            f"unknown settings: {', '.join(names)}; see docs/guide/settings.md for the names"
        )
        self.names = names


def split(text: Any) -> Any:
    """A comma-separated list as its parts."""
    if isinstance(text, str):
        return tuple(part.strip() for part in text.split(",") if part.strip())
    return text


def default_data_dir() -> Path:
    """Where the embedded database lives when nobody says otherwise."""
    if os.geteuid() == 0:
        return Path("/var/lib/denyut")
    home = os.environ.get("XDG_DATA_HOME")
    return (Path(home) if home else Path.home() / ".local" / "share") / "denyut"


@dataclasses.dataclass(frozen=True, slots=True)
class PoolOptions:
    """Connections to the database. Their sum, and two for the intake, must fit the server."""

    fast_connections: int = 8  # raw: principals, replay, pulse, slips, outbox
    resource_connections: int = 10  # SQLAlchemy: every ordinary resource
    acquire_timeout_s: float = 5.0  # a request that waits longer is told that we are busy
    statement_timeout_s: float = 15.0

    @property
    def connections(self) -> int:
        """All that this process may open: both pools, the intake's own two, and one to spare."""
        return self.fast_connections + self.resource_connections + 3


class Settings(BaseSettings):
    """Everything that an installation may choose."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter=NESTED, frozen=True, extra="ignore"
    )

    database_url: str | None = Field(
        default=None,
        description="PostgreSQL, as postgresql://…; without it a private one is started",
    )
    redis_url: str | None = Field(
        default=None, description="Redis, needed when more than one process serves; as redis://…"
    )
    data_dir: Path = Field(
        default_factory=default_data_dir,
        description="Folder of the private database, and of photos unless these are kept elsewhere",
    )
    host: str = Field(default="127.0.0.1", description="Address to listen on")
    port: int = Field(
        default=8000, ge=0, le=65535, description="Port to listen on; 0 takes a free one"
    )
    allowed_origins: Annotated[tuple[str, ...], NoDecode, BeforeValidator(split)] = Field(
        default=(), description="Web origins besides our own that may open the live feed, by commas"
    )
    trusted_proxies: Annotated[tuple[str, ...], NoDecode, BeforeValidator(split)] = Field(
        default=("127.0.0.1", "::1"),
        description="Addresses or networks of proxies whose word (X-Forwarded-For) on a phone's "
        "address is taken, by commas",
    )
    fcm_credentials: Path | None = Field(
        default=None,
        description="Service account file of Firebase; without it notices stay in the inbox",
    )
    fcm_url: str | None = Field(
        default=None, description="Root of a stand-in for Firebase; only for tests and drills"
    )
    web_dir: Path | None = Field(
        default=None,
        description="Folder of the built app served at `/`; else the package's own, or web/dist",
    )
    smtp_url: str | None = Field(
        default=None,
        repr=False,
        description="Mail server for digests, as smtps://name:password@host; without it no mail",
    )
    smtp_sender: str | None = Field(
        default=None, description="Mailbox that digests come from; needed with a mail server"
    )

    api: ApiOptions = ApiOptions()
    appraisals: AppraisalOptions = AppraisalOptions()
    attempts: AttemptOptions = AttemptOptions()
    changes: ChangeOptions = ChangeOptions()
    contacts: ContactOptions = ContactOptions()
    email: EmailOptions = EmailOptions()
    escalations: EscalationOptions = EscalationOptions()
    expiry: ExpiryOptions = ExpiryOptions()
    exports: ExportOptions = ExportOptions()
    gateway: GatewayOptions = GatewayOptions()
    hasher: HasherOptions = HasherOptions()
    heart: HeartOptions = HeartOptions()
    hub: HubOptions = HubOptions()
    images: ImageOptions = ImageOptions()
    intake: IntakeOptions = IntakeOptions()
    logs: LogOptions = LogOptions()
    nudges: NudgeOptions = NudgeOptions()
    opening: OpeningOptions = OpeningOptions()
    outbox: OutboxOptions = OutboxOptions()
    phones: IntakeEndpointOptions = IntakeEndpointOptions()
    pools: PoolOptions = PoolOptions()
    postgres: PostgresOptions = PostgresOptions()
    principals: PrincipalOptions = PrincipalOptions()
    pulse: PulseOptions = PulseOptions()
    replay: ReplayOptions = ReplayOptions()
    retention: RetentionOptions = RetentionOptions()
    rolling: RollingOptions = RollingOptions()
    scopes: ScopeOptions = ScopeOptions()
    signals: SignalLimits = SignalLimits()
    slips: SlipOptions = SlipOptions()
    storage: StorageOptions = StorageOptions()
    survey: SurveyOptions = SurveyOptions()
    sweep: SweepOptions = SweepOptions()
    uploads: UploadLimits = UploadLimits()
    views: ViewOptions = ViewOptions()
    web_push: WebPushOptions = WebPushOptions()
    feed: FeedOptions = FeedOptions()

    @model_validator(mode="before")
    @classmethod
    def _lists_by_commas(cls, given: Any) -> Any:
        """A list inside a part is written as one of the installation's own: by commas."""
        if not isinstance(given, dict):
            return given
        fields = cls.model_fields
        return {
            name: _listed(value, fields[name].default) if name in fields else value
            for name, value in given.items()
        }


def _listed(given: Any, options: Any) -> Any:
    """What the environment gave for a part, with its comma-separated lists as lists."""
    if not isinstance(given, dict) or not dataclasses.is_dataclass(options):
        return given
    read = dict(given)
    for field in dataclasses.fields(options):
        if field.name in read:
            default = getattr(options, field.name)
            is_list = isinstance(default, tuple)
            value = read[field.name]
            read[field.name] = split(value) if is_list else _listed(value, default)
    return read


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process. Raises UnknownSettings, and pydantic's ValidationError."""
    given = os.environ if environment is None else environment
    known = {setting.name for setting in every_setting()}
    unknown = sorted(name for name in given if name.startswith(PREFIX) and name not in known)
    if unknown:
        raise UnknownSettings(unknown)
    return Settings()


@dataclasses.dataclass(frozen=True, slots=True)
class Setting:
    """One variable as the documentation shows it; `part` is the docstring of its options."""

    name: str
    default: str
    meaning: str
    part: str


def every_setting() -> Iterator[Setting]:
    """Every variable that is read, its default and its meaning, in the order of the class."""
    for name, field in Settings.model_fields.items():
        variable = f"{PREFIX}{name.upper()}"
        default = None if field.default_factory else field.default
        if dataclasses.is_dataclass(default) and not isinstance(default, type):
            yield from _options(variable, default)
        else:
            yield Setting(variable, _shown(default), field.description or "", "The installation.")


def _options(prefix: str, options: Any) -> Iterator[Setting]:
    meanings = _meanings(type(options))
    part = inspect.getdoc(type(options)) or ""
    for field in dataclasses.fields(options):
        variable = f"{prefix}{NESTED}{field.name.upper()}"
        value = getattr(options, field.name)
        if dataclasses.is_dataclass(value):
            yield from _options(variable, value)
        elif variable not in WIRED:
            yield Setting(variable, _shown(value), meanings.get(field.name, ""), part)


def _meanings(options: type) -> dict[str, str]:
    """The comment behind each field of an options class: the reason of its number."""
    source = inspect.getsource(options)
    return dict(re.findall(r"^    (\w+): [^#\n]*#[ ]?(.+)$", source, flags=re.MULTILINE))


def _shown(value: Any) -> str:
    if value is None or value in ((), ""):
        return "—"
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
