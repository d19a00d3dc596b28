"""What the service writes about itself: one JSON object a line, or readable lines on a terminal.

Invariant: a line carries no secret and no personal data. Fields known to hold them are hidden
by name; NIPs, passwords in addresses, and what the database quotes of a row are masked wherever
they stand, in messages of other libraries and in the text of an exception too. People appear by
their id alone.
"""

import logging
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, TextIO
from uuid import UUID

import msgspec
import structlog
from structlog.typing import EventDict, Processor

from models.rules.nip import masked

HIDDEN = "[hidden]"
HIDDEN_FIELDS = frozenset(
    {
        *("password", "new_password", "token", "access_token", "refresh_token", "authorization"),
        *("cookie", "secret", "activation_code", "push_token", "private_key", "credentials"),
        *("name", "employee_name", "actor_name", "note", "text", "location", "latitude"),
        *("longitude", "address", "phone", "email", "birth_date"),
    }
)
NIP = re.compile(r"(?<!\d)\d{8} ?\d{6} ?\d ?\d{3}(?!\d)")
PASSWORD_IN_ADDRESS = re.compile(r"(://[^\s:/@]*:)[^\s@]+(@)")
ROW = re.compile(r"(DETAIL:).*?(?=\nHINT:|\n\[SQL:|\n\nThe above |\n\nDuring |\Z)", re.DOTALL)
ARGUMENT = re.compile(r"(invalid input for query argument \$\d+:) .*")
DEPTH_LIMIT = 6  # what is nested deeper is no log line; it is cut, not walked


@dataclass(frozen=True, slots=True)
class LogOptions:
    """How the service logs."""

    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    format: Literal["auto", "json", "console"] = "auto"  # auto: readable on a terminal only


def configure_logging(options: LogOptions, stream: TextIO | None = None) -> None:
    """Sends every log of this process to `stream` (standard error), in one form.

    Replaces what was configured before; uvicorn must be started with `log_config=None`.
    """
    target: TextIO = stream or sys.stderr
    readable = options.format == "console" or (options.format == "auto" and target.isatty())
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(target)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                without_personal_data,
                *_rendered(readable, target),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(options.level)
    for talkative in ("uvicorn.access", "httpx", "httpcore", "alembic", "google"):
        logging.getLogger(talkative).setLevel(max(logging.WARNING, root.level))


def without_personal_data(_logger: Any, _method: str, line: EventDict) -> EventDict:
    """The same line with secrets hidden and NIPs masked, at every depth."""
    return {
        key: HIDDEN if key.lower() in HIDDEN_FIELDS else _cleaned(value, DEPTH_LIMIT)
        for key, value in line.items()
    }


def _cleaned(value: Any, depth: int) -> Any:
    match value:
        case bool() | int() | float() | None | UUID() | date():
            return value if not isinstance(value, int) else _cleaned_number(value)
        case str():
            return _cleaned_text(value)
        case _ if depth == 0:
            return HIDDEN
        case Mapping():
            return {
                _cleaned_text(str(key)): HIDDEN
                if str(key).lower() in HIDDEN_FIELDS
                else _cleaned(inner, depth - 1)
                for key, inner in value.items()
            }
        case bytes() | bytearray():
            return HIDDEN  # tokens, bodies and images; none of them belongs in a log
        case Sequence() | set() | frozenset():
            return [_cleaned(inner, depth - 1) for inner in value]
        case _:
            return _cleaned_text(repr(value))


def _cleaned_text(text: str) -> str:
    text = PASSWORD_IN_ADDRESS.sub(rf"\1{HIDDEN}\2", text)
    text = ROW.sub(rf"\1 {HIDDEN}", text)  # PostgreSQL shows the row that it refused
    text = ARGUMENT.sub(rf"\1 {HIDDEN}", text)  # and asyncpg what it could not send
    return NIP.sub(lambda found: masked(found.group().replace(" ", "")), text)


def _cleaned_number(number: int) -> int | str:
    return masked(str(number)) if NIP.fullmatch(str(number)) else number


def _rendered(readable: bool, stream: TextIO) -> list[Processor]:
    if readable:
        # A plain traceback: the prettier ones print local variables, which are personal data.
        return [structlog.dev.ConsoleRenderer(colors=stream.isatty())]
    return [structlog.processors.EventRenamer("event"), _as_json]


def _as_json(_logger: Any, _method: str, line: EventDict) -> str:
    return msgspec.json.encode(line, enc_hook=repr).decode()
