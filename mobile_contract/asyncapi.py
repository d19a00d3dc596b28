"""The AsyncAPI 3.0 document of `WS /v1/live`, from the messages that the gateway really decodes.

Directions are the service's: it receives what a client says. Invariant: every message of the unions
`ClientMessage` and `ServerMessage` is in it, with at least one golden example.
"""

from collections.abc import Iterable
from typing import Any

import msgspec

from mobile_contract import live
from mobile_contract.golden import shape_examples
from mobile_contract.schemas import CLIENT_MESSAGES, SERVER_MESSAGES, Schema, components, ref

ABOUT = """\
The live feed. A client opens the socket, says `hello` with its access token within 5 s, and is
welcomed. A topic is `unit:<id>` or `person:<id>`; a position in it is one number that grows. A
frame of `events` is applied when `prev` is not past the client's position; events at or before that
position have been seen; when `prev` is past it something was lost, and `GET /v1/feed` gives a
snapshot. After a lost socket the client says `hello` with its cursor and goes on where it was.

The token travels in messages, never in the address. It is renewed with `renew` before it ends.
Unknown messages and fields are ignored. Close codes: 4400 a message that could not be read, 4401
not signed in, 4403 not allowed, 4408 too slow, 1012 the service restarts; after 4408 and 1012 come
back after a random pause, after `bye` not before its `retry_in_s`."""

CLOSE_CODES = {
    live.CLOSE_MALFORMED: "A message could not be read.",
    live.CLOSE_NOT_SIGNED_IN: "The token is not valid, or ended; refresh or sign in.",
    live.CLOSE_NOT_ALLOWED: "This person, or this page, may not listen.",
    live.CLOSE_TOO_SLOW: "The client did not read for too long; come back and resume.",
    live.CLOSE_RESTART: "The service restarts; come back after a random pause.",
}


def asyncapi() -> Schema:
    """The whole document."""
    messages = (*CLIENT_MESSAGES, *SERVER_MESSAGES)
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Denyut live feed",
            "version": "1",
            "description": ABOUT,
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": {
            "live": {
                "address": "/v1/live",
                "description": "One socket of one person.",
                "messages": {
                    tag_of(shape): {"$ref": f"#/components/messages/{tag_of(shape)}"}
                    for shape in messages
                },
                "bindings": {"ws": {"method": "GET"}},
            }
        },
        "operations": {
            "hear": _operation("receive", "What a client may say.", CLIENT_MESSAGES),
            "tell": _operation("send", "What the service says.", SERVER_MESSAGES),
        },
        "components": {
            "messages": {tag_of(shape): _message(shape) for shape in messages},
            "schemas": components(messages),
        },
        "x-close-codes": {str(code): meaning for code, meaning in CLOSE_CODES.items()},
    }


def tag_of(shape: type[msgspec.Struct]) -> str:
    """The `type` of a message on the wire."""
    return str(shape.__struct_config__.tag)


def _operation(action: str, summary: str, shapes: Iterable[type[Any]]) -> Schema:
    return {
        "action": action,
        "channel": {"$ref": "#/channels/live"},
        "summary": summary,
        "messages": [{"$ref": f"#/channels/live/messages/{tag_of(shape)}"} for shape in shapes],
    }


def _message(shape: type[Any]) -> Schema:
    tag = tag_of(shape)
    lines = (shape.__doc__ or "").strip().splitlines()
    examples = [
        {"name": example.name, "payload": example.value}
        for example in shape_examples().values()
        if example.shape.endswith("Message") and example.value["type"] == tag
    ]
    return {
        "name": tag,
        "title": shape.__name__,
        "summary": lines[0],
        "payload": ref(shape),
        "examples": examples,
    }
