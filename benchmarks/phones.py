"""Requests as phones send them, each with ids that were never sent before.

The reference client writes each kind of body once; after that only ids and times are put in anew,
since a generator that costs as much as the service would measure itself.
"""

import itertools
import random
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import msgspec

from benchmarks.town import TARGET, Town, token, uid
from mobile_contract.client.captures import captured_report
from mobile_contract.sync import SyncMutation

SYNC_ITEMS = 50  # of one outbox; the contract allows no more
CAPTURED_AT = datetime(2000, 1, 1, tzinfo=UTC)  # of the report that the client writes
NOTE = "kunjungan rumah"
END = "\r\nContent-Length: "  # of a head, after the moment of sending

Make = Callable[[], bytes]
"""A whole HTTP request that was never sent before."""

Write = Callable[[str, str, str], str]
"""The JSON for the id of a report, that of its target, and the time (RFC 3339) of its making."""


def singles(town: Town, first: int = 1, last: int | None = None) -> Make:
    """`POST /v1/reports` for targets drawn evenly from those numbered first to last (all)."""
    draw = random.Random(1).randint
    upto = town.all_targets if last is None else last
    ids, targets, heads = new_ids(), target_texts(town), post_heads(town, "/v1/reports")
    written = report_writer()

    def make() -> bytes:
        target = draw(first, upto)
        now = now_text()
        body = written(next(ids), targets[target], now)
        return f"{heads[town.employee_of(target)]}{now}{END}{len(body)}\r\n\r\n{body}".encode()

    return make


def outboxes(town: Town, first: int = 1, last: int | None = None) -> Make:
    """`POST /v1/sync` with 50 reports of one person drawn evenly from those numbered so (all)."""
    draw = random.Random(2).randint
    upto = town.staff if last is None else last
    ids, targets, heads = new_ids(), target_texts(town), post_heads(town, "/v1/sync")
    written = mutation_writer()

    def make() -> bytes:
        employee = draw(first, upto)
        now = now_text()
        own = (employee - 1) * town.targets + 1
        items = [
            written(next(ids), targets[own + place % town.targets], now)
            for place in range(SYNC_ITEMS)
        ]
        body = f'{{"mutations":[{",".join(items)}],"sent_at":"{now}"}}'
        return f"{heads[employee]}{now}{END}{len(body)}\r\n\r\n{body}".encode()

    return make


def report_writer() -> Write:
    """Writes new reports as the reference client does. ASCII alone."""
    report = captured_report(uid(TARGET, 0), 1.0, NOTE, captured_at=CAPTURED_AT)
    now = msgspec.json.encode(CAPTURED_AT).decode().strip('"')
    a, b, c, d, e = around(
        msgspec.json.encode(report), str(report.id), str(report.target_id), now, now
    )
    return lambda report_id, target_id, now: f"{a}{report_id}{b}{target_id}{c}{now}{d}{now}{e}"


def mutation_writer() -> Write:
    """Writes the same as items of an outbox, which are named as their reports are."""
    written, report = report_writer(), msgspec.Raw(b'"here"')
    mutation = SyncMutation(uid(TARGET, 0), "report.create", report=report)
    a, b, c = around(msgspec.json.encode(mutation), str(uid(TARGET, 0)), '"here"')
    return lambda report_id, target_id, now: (
        f"{a}{report_id}{b}{written(report_id, target_id, now)}{c}"
    )


def around(written: bytes, *values: str) -> list[str]:
    """What stands before, between and behind these values, which come in this order."""
    pieces, rest = [], written.decode()
    for value in values:
        before, found, rest = rest.partition(value)
        assert found, f"the client writes no {value} there any more"
        pieces.append(before)
    return [*pieces, rest]


def question(path: str, employee: int) -> bytes:
    """A GET of this person over a kept connection."""
    return (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n"
        f"Authorization: Bearer {token(employee)}\r\n\r\n"
    ).encode()


# What is said again and again is written once: by number, so that 0 stands unused.


def target_texts(town: Town) -> list[str]:
    """The ids of all targets."""
    return [str(uid(TARGET, number)) for number in range(town.all_targets + 1)]


def post_heads(town: Town, path: str) -> list[str]:
    """The head of everybody's POST, up to the moment of sending."""
    return [
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n"
        f"Authorization: Bearer {token(number)}\r\nContent-Type: application/json\r\n"
        "Denyut-Sent-At: "
        for number in range(town.staff + 1)
    ]


def now_text() -> str:
    """This moment as a phone writes it."""
    return datetime.now(UTC).isoformat()


def new_ids() -> Iterator[str]:
    """UUIDv7 texts that follow each other in time, at a fraction of what a UUID object costs."""
    random_part = random.SystemRandom().getrandbits(24)
    for number in itertools.count():
        ms = f"{time.time_ns() // 1_000_000:012x}"
        high, low = number >> 24 & 0xFFF, number & 0xFFFFFF
        yield f"{ms[:8]}-{ms[8:]}-7{high:03x}-8000-{random_part:06x}{low:06x}"
