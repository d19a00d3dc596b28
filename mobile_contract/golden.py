"""The golden examples of `vectors/`, and the codec that each of them is for.

Invariant: the examples are part of the contract: one may be added, but none is changed after a
release, since clients in other languages replay them too.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Literal

import msgspec
from pydantic import BaseModel

from mobile_contract.live import ClientMessage, FeedPage, FeedSnapshot, ServerMessage
from mobile_contract.people import Activation, RefreshSession, SignedIn, SignIn, Tokens
from mobile_contract.problems import Problem
from mobile_contract.reports import NewReport, Receipt, Revision, Withdrawal
from mobile_contract.sync import SyncRequest, SyncResponse

VectorFile = Literal["shapes", "hashes", "refused_reports", "cards", "receipts"]

MSGSPEC_SHAPES: Mapping[str, Any] = {
    "ClientMessage": ClientMessage,
    "FeedPage": FeedPage,
    "FeedSnapshot": FeedSnapshot,
    "NewReport": NewReport,
    "Problem": Problem,
    "Receipt": Receipt,
    "Revision": Revision,
    "ServerMessage": ServerMessage,
    "SyncRequest": SyncRequest,
    "SyncResponse": SyncResponse,
    "Withdrawal": Withdrawal,
}
PYDANTIC_SHAPES: Mapping[str, type[BaseModel]] = {
    shape.__name__: shape for shape in (Activation, RefreshSession, SignIn, SignedIn, Tokens)
}


@dataclass(frozen=True, slots=True)
class ShapeExample:
    """JSON of one shape. `exact`: encoding what was decoded gives the same values again."""

    name: str
    shape: str
    exact: bool
    value: Any


def vectors(name: VectorFile) -> dict[str, Any]:
    """One file of examples, as plain values."""
    source = files("mobile_contract").joinpath("vectors", f"{name}.json")
    return json.loads(source.read_text(encoding="utf-8"))


def shape_examples() -> dict[str, ShapeExample]:
    """The examples of `shapes.json` by name."""
    return {
        case["name"]: ShapeExample(case["name"], case["shape"], case["exact"], case["json"])
        for case in vectors("shapes")["cases"]
    }


def decoded(shape: str, value: Any) -> Any:
    """A value as its codec reads it from the wire. Raises what the codec raises."""
    text = json.dumps(value)
    if shape in PYDANTIC_SHAPES:
        return PYDANTIC_SHAPES[shape].model_validate_json(text)
    return msgspec.json.decode(text, type=MSGSPEC_SHAPES[shape])


def encoded(value: Any) -> Any:
    """What the codec writes, as plain values."""
    if isinstance(value, BaseModel):
        return json.loads(value.model_dump_json())
    return json.loads(msgspec.json.encode(value))
