"""Requests as phones send them, each with ids that were never sent before.

The bytes are what the reference client sends; they are made here without it, since a generator
that costs as much as the service would measure itself.
"""

import itertools
import random
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from benchmarks.town import TARGET, Town, token, uid

SYNC_ITEMS = 50  # of one outbox; the contract allows no more
END = "\r\nContent-Length: "  # of a head, after the moment of sending

Make = Callable[[], bytes]
"""A whole HTTP request that was never sent before."""


def singles(town: Town, first: int = 1, last: int | None = None) -> Make:
    """`POST /v1/reports` for targets drawn evenly from those numbered first to last (all)."""
    draw = random.Random(1).randint
    upto = town.all_targets if last is None else last
    ids, targets, heads = new_ids(), target_texts(town), post_heads(town, "/v1/reports")

    def make() -> bytes:
        target = draw(first, upto)
        now = now_text()
        body = report(next(ids), targets[target], now)
        return f"{heads[town.employee_of(target)]}{now}{END}{len(body)}\r\n\r\n{body}".encode()

    return make


def outboxes(town: Town, first: int = 1, last: int | None = None) -> Make:
    """`POST /v1/sync` with 50 reports of one person drawn evenly from those numbered so (all)."""
    draw = random.Random(2).randint
    upto = town.staff if last is None else last
    ids, targets, heads = new_ids(), target_texts(town), post_heads(town, "/v1/sync")

    def make() -> bytes:
        employee = draw(first, upto)
        now = now_text()
        own = (employee - 1) * town.targets + 1
        items: list[str] = []
        for place in range(SYNC_ITEMS):
            made = report(next(ids), targets[own + place % town.targets], now)
            items.append(f'{{"mutation_id":{made[6:44]},"op":"report.create","report":{made}}}')
        body = f'{{"mutations":[{",".join(items)}],"sent_at":"{now}"}}'
        return f"{heads[employee]}{now}{END}{len(body)}\r\n\r\n{body}".encode()

    return make


def report(report_id: str, target_id: str, now: str) -> str:
    """The JSON of a new report toward this target, made now (RFC 3339). ASCII alone."""
    return (
        f'{{"id":"{report_id}","target_id":"{target_id}","quantity":1.0,'
        f'"activity_at":"{now}","note":"kunjungan rumah","captured_at":"{now}"}}'
    )


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
