"""Requests as phones send them, each with ids that were never sent before.

The bytes are what the reference client sends; they are made here without it, since a generator
that costs as much as the service would measure itself.
"""

import random
from collections.abc import Callable
from datetime import UTC, datetime

from benchmarks.town import TARGET, Town, token, uid
from models.tables.columns import new_id

SYNC_ITEMS = 50  # of one outbox; the contract allows no more

Make = Callable[[], bytes]
"""A whole HTTP request that was never sent before."""


def singles(town: Town, first: int = 1, last: int | None = None) -> Make:
    """`POST /v1/reports` for targets drawn evenly from those numbered first to last (all)."""
    draw = random.Random(1).randint
    upto = town.all_targets if last is None else last

    def make() -> bytes:
        target = draw(first, upto)
        return request("/v1/reports", town.employee_of(target), report(target))

    return make


def outboxes(town: Town, first: int = 1, last: int | None = None) -> Make:
    """`POST /v1/sync` with 50 reports of one person drawn evenly from those numbered so (all)."""
    draw = random.Random(2).randint
    upto = town.staff if last is None else last

    def make() -> bytes:
        employee = draw(first, upto)
        return request("/v1/sync", employee, outbox(town, employee))

    return make


def report(target: int) -> str:
    """The JSON of a new report toward this target, made just now."""
    now = datetime.now(UTC).isoformat()
    return (
        f'{{"id":"{new_id()}","target_id":"{uid(TARGET, target)}","quantity":1.0,'
        f'"activity_at":"{now}","note":"kunjungan rumah","captured_at":"{now}"}}'
    )


def outbox(town: Town, employee: int) -> str:
    """The JSON of an outbox of 50 reports, spread over the person's targets."""
    own = (employee - 1) * town.targets + 1
    items = ",".join(
        f'{{"mutation_id":"{new_id()}","op":"report.create",'
        f'"report":{report(own + place % town.targets)}}}'
        for place in range(SYNC_ITEMS)
    )
    return f'{{"mutations":[{items}],"sent_at":"{datetime.now(UTC).isoformat()}"}}'


def request(path: str, employee: int, body: str) -> bytes:
    """A POST of this person over a kept connection."""
    content = body.encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n"
        f"Authorization: Bearer {token(employee)}\r\nContent-Type: application/json\r\n"
        f"Denyut-Sent-At: {datetime.now(UTC).isoformat()}\r\n"
        f"Content-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content


def question(path: str, employee: int) -> bytes:
    """A GET of this person over a kept connection."""
    return (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n"
        f"Authorization: Bearer {token(employee)}\r\n\r\n"
    ).encode()
