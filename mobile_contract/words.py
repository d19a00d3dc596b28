"""Text as the ordinary resources take it: bounded, and free of what no database can hold.

Invariant: whatever passes `CleanText` can be stored and shown. A NUL or half a surrogate pair is
refused under the error type `forbidden_character`, a longer text under `string_too_long`;
`api/problems.py` turns both into the refusals of the same meaning.
"""

from datetime import UTC, date, datetime
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
)
from pydantic_core import PydanticCustomError

from mobile_contract.live import MAX_TOKEN_CHARACTERS
from mobile_contract.reports import MAX_VERSION

MAX_NAME_CHARACTERS = 200
MAX_TEXT_CHARACTERS = 4_000
MAX_CODE_CHARACTERS = 64
MAX_PASSWORD_CHARACTERS = 256  # argon2id works on all of it; more is an attack on our processor


def clean(text: str) -> str:
    """The text itself, if PostgreSQL can store it and a phone can show it."""
    if "\x00" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise PydanticCustomError("forbidden_character", "the text holds a forbidden character")
    return text


CleanText = Annotated[str, AfterValidator(clean)]
"""Any text; always use one of the bounded forms below for what people type."""

Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_NAME_CHARACTERS),
    AfterValidator(clean),
]
Code = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_CODE_CHARACTERS),
    AfterValidator(clean),
]
OptionalName = Annotated[
    str, StringConstraints(max_length=MAX_NAME_CHARACTERS), AfterValidator(clean)
]
Prose = Annotated[str, StringConstraints(max_length=MAX_TEXT_CHARACTERS), AfterValidator(clean)]
Reason = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_TEXT_CHARACTERS),
    AfterValidator(clean),
]
Password = Annotated[
    str,
    StringConstraints(min_length=1, max_length=MAX_PASSWORD_CHARACTERS),
    AfterValidator(clean),
]
Token = Annotated[
    str, StringConstraints(min_length=1, max_length=MAX_TOKEN_CHARACTERS), AfterValidator(clean)
]

BaseVersion = Annotated[int, Field(ge=0, le=MAX_VERSION)]
"""The version of a row that a change was made from."""

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)


def conceivable(at: datetime) -> datetime:
    """The instant itself, if anything of this service can have happened or be planned then."""
    if not EARLIEST <= at <= LATEST:
        raise PydanticCustomError("instant_range", "the instant lies outside of 1970 to 2200")
    return at


Instant = Annotated[AwareDatetime, AfterValidator(conceivable)]
"""A point in time with its offset, RFC 3339 on the wire."""

Day = Annotated[date, Field(ge=EARLIEST.date(), le=LATEST.date())]
"""A local day."""


class Wire(BaseModel):
    """A shape of the contract: unknown fields are ignored, values never change after parsing."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)


def example(*values: dict[str, Any]) -> ConfigDict:
    """The configuration of a shape that is published with these values as its examples."""
    return ConfigDict(json_schema_extra={"examples": list(values)})
