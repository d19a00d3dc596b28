"""JSON Schemas of the hot shapes, made from the very types that the service decodes with.

msgspec's own generator stops at parts that stay undecoded (`Raw`), so this one walks
`msgspec.inspect` and says what stands there. Invariant: schemas describe and never forbid; fields
and words of a newer side are allowed everywhere.
"""

from collections.abc import Iterable, Mapping
from typing import Any, get_args

import msgspec
from msgspec import inspect as types

from mobile_contract.contents import CONTENTS, FeedbackContent
from mobile_contract.live import Card, ClientMessage, Event, FeedPage, FeedSnapshot, ServerMessage
from mobile_contract.problems import RETRY_MEANINGS, Problem
from mobile_contract.reports import (
    MAX_NOTE_CHARACTERS,
    MAX_QUANTITY,
    MAX_SYNC_ITEMS,
    NewReport,
    Receipt,
    Revision,
    Withdrawal,
)
from mobile_contract.sync import (
    Acknowledgement,
    Outcome,
    Read,
    SyncMutation,
    SyncRequest,
    SyncResponse,
    SyncResult,
)

Schema = dict[str, Any]

HTTP_SHAPES: tuple[type[msgspec.Struct], ...] = (
    NewReport,
    Receipt,
    SyncRequest,
    SyncResponse,
    FeedSnapshot,
    FeedPage,
    Problem,
)
CLIENT_MESSAGES: tuple[type[msgspec.Struct], ...] = get_args(ClientMessage)
SERVER_MESSAGES: tuple[type[msgspec.Struct], ...] = get_args(ServerMessage)

_UNDECODED: Mapping[tuple[type[Any], str], tuple[type[Any], ...]] = {
    (Event, "content"): tuple(dict.fromkeys(CONTENTS.values())),
    (Card, "content"): tuple(dict.fromkeys(CONTENTS.values())),
    (Card, "feedback"): (FeedbackContent,),
    (SyncRequest, "mutations"): (SyncMutation,),
    (SyncMutation, "report"): (NewReport,),
    (SyncMutation, "revision"): (Revision,),
    (SyncMutation, "withdrawal"): (Withdrawal,),
    (SyncMutation, "acknowledgement"): (Acknowledgement,),
    (SyncMutation, "read"): (Read,),
}
"""What stands in a part that the service leaves undecoded at first."""

_OPEN_WORDS: Mapping[tuple[type[Any], str], Iterable[str]] = {
    (SyncResult, "outcome"): get_args(Outcome),
    (Problem, "retry"): RETRY_MEANINGS,
    (Event, "kind"): CONTENTS,
    (Card, "kind"): CONTENTS,
}
"""Words of which more may come: known values are shown, others allowed."""

_BY_KIND = "By the kind; a kind that you do not know may say anything. " + "; ".join(
    f"{kind}: {shape.__name__}" for kind, shape in CONTENTS.items()
)

_JUDGED: Mapping[tuple[type[Any], str], Schema] = {
    (shape, name): bounds
    for bounds, places in (
        (
            {"minimum": 0, "maximum": MAX_QUANTITY},
            ((NewReport, "quantity"), (Revision, "quantity")),
        ),
        (
            {"maxLength": MAX_NOTE_CHARACTERS},
            ((NewReport, "note"), (Revision, "note"), (Withdrawal, "reason")),
        ),
        ({"maxItems": MAX_SYNC_ITEMS}, ((SyncRequest, "mutations"),)),
    )
    for shape, name in places
}
"""Bounds that are judged after decoding, so that each has its own refusal."""


def ref(shape: type[Any]) -> Schema:
    """A reference to the schema of a shape."""
    return {"$ref": f"#/components/schemas/{shape.__name__}"}


def components(shapes: Iterable[type[msgspec.Struct]]) -> dict[str, Schema]:
    """Schemas of these shapes and of all that they are made of, by name, in its order."""
    return _Walk().schemas(shapes)


class _Walk:
    """One walk over shapes; each shape that is met is described once."""

    def __init__(self) -> None:
        self._met: dict[type[Any], Schema] = {}

    def schemas(self, shapes: Iterable[type[msgspec.Struct]]) -> dict[str, Schema]:
        for shape in shapes:
            self._shape(shape)
        return {shape.__name__: self._met[shape] for shape in sorted(self._met, key=_name)}

    def _shape(self, shape: type[Any]) -> Schema:
        if shape not in self._met:
            info = types.type_info(shape)
            assert isinstance(info, types.StructType)
            described: Schema = {"type": "object", "description": _words_of(shape)}
            self._met[shape] = described
            properties: Schema = {}
            if info.tag_field is not None:
                properties[info.tag_field] = {"const": info.tag}
            required = [] if info.tag_field is None else [info.tag_field]
            for field in info.fields:
                properties[field.encode_name] = self._field(shape, field)
                if field.required:
                    required.append(field.encode_name)
            described["properties"] = properties
            if required:
                described["required"] = required
        return ref(shape)

    def _field(self, shape: type[Any], field: types.Field) -> Schema:
        place = (shape, field.name)
        if place in _OPEN_WORDS:
            return {"type": "string", "examples": list(_OPEN_WORDS[place])}
        schema = self._type(field.type, _UNDECODED.get(place, ())) | _JUDGED.get(place, {})
        default = field.default
        if isinstance(default, str | int | float) and default != "":
            schema["default"] = default
        return schema

    def _type(self, info: types.Type, undecoded: tuple[type[Any], ...] = ()) -> Schema:
        match info:
            case types.StructType(cls):
                return self._shape(cls)
            case types.RawType():
                choices = [self._shape(shape) for shape in undecoded]
                if len(choices) == 1:
                    return choices[0]
                return {"description": _BY_KIND, "anyOf": [*choices, {"type": "object"}]}
            case types.Metadata(inner):
                return self._type(inner, undecoded)
            case types.ListType(item) | types.CollectionType(item):
                return {"type": "array", "items": self._type(item, undecoded)}
            case types.DictType(_, value):
                return {"type": "object", "additionalProperties": self._type(value)}
            case types.UnionType(members):
                return {"anyOf": [self._type(member, undecoded) for member in members]}
            case types.LiteralType(values):
                return {"type": "string", "enum": list(values)}
            case types.FloatType(ge=least, le=most) | types.IntType(ge=least, le=most):
                bounds = {"minimum": least, "maximum": most}
                kind = "number" if isinstance(info, types.FloatType) else "integer"
                return {"type": kind} | {k: v for k, v in bounds.items() if v is not None}
            case types.StrType(max_length=most):
                return {"type": "string"} | ({} if most is None else {"maxLength": most})
            case types.BoolType():
                return {"type": "boolean"}
            case types.NoneType():
                return {"type": "null"}
            case types.DateTimeType():
                return {"type": "string", "format": "date-time"}
            case types.UUIDType():
                return {"type": "string", "format": "uuid"}
            case types.AnyType():
                return {}
            case _:
                raise TypeError(f"no schema for {info}")


def _name(shape: type[Any]) -> str:
    return shape.__name__


def _words_of(shape: type[Any]) -> str:
    lines = (shape.__doc__ or "").strip().splitlines()
    return "\n".join(line.strip() for line in lines)
