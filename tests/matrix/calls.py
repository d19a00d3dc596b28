"""What a call is, and the bodies that calls have: such as a caller would send who may.

So whatever is wrong with an answer is about rights.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx

from tests.matrix.subjects import WEEK, Subject

Code = str | None
Body = dict[str, Any]


def code_of_problem(answer: httpx.Response) -> Code:
    """The code of a refusal; None: answered."""
    return answer.json()["code"] if answer.status_code >= 400 else None


def code_of_result(answer: httpx.Response) -> Code:
    """The same for the only item of a body of items, each of which has its own result."""
    if answer.status_code >= 400:
        return answer.json()["code"]
    (result,) = answer.json()["results"]
    return result["problem"]["code"] if result.get("problem") else None


@dataclass(frozen=True)
class Call:
    """A request. `signs_out`: it ends sessions of whoever makes it. `content`: a body as it is."""

    method: str
    path: str
    body: Any = None
    params: Mapping[str, Any] = field(default_factory=dict)
    code_of: Callable[[httpx.Response], Code] = code_of_problem
    signs_out: bool = False
    content: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


def get(path: str, **params: Any) -> Call:
    """Reads."""
    return Call("GET", path, params=params)


def post(path: str, **body: Any) -> Call:
    """Does something."""
    return Call("POST", path, body or None)


def patch(path: str, **body: Any) -> Call:
    """Changes what is given."""
    return Call("PATCH", path, body)


def put(path: str, **body: Any) -> Call:
    """Sets."""
    return Call("PUT", path, body)


def delete(path: str, **params: Any) -> Call:
    """Removes."""
    return Call("DELETE", path, params=params)


def sign_out(path: str) -> Call:
    """Ends sessions of the caller."""
    return Call("DELETE", path, signs_out=True)


def approve(subject: Subject) -> Call:
    """Approves one report."""
    return Call(
        "POST", "/v1/approvals", {"report_ids": [subject["report"]]}, code_of=code_of_result
    )


def sync(op: str, **parts: Any) -> Call:
    """An outbox of one item."""
    mutation = {"mutation_id": str(uuid4()), "op": op} | parts
    return Call("POST", "/v1/sync", {"mutations": [mutation]}, code_of=code_of_result)


def sync_after(cursor: str) -> Call:
    """An empty outbox that asks what happened since."""
    return Call("POST", "/v1/sync", {"mutations": [], "cursor": cursor})


def instant(days: float = 0) -> str:
    """Now, or so many days later."""
    return (datetime.now(UTC) + timedelta(days=days)).isoformat()


def new_report(subject: Subject) -> Body:
    """A report toward the subject's target."""
    return {
        "id": str(uuid4()),
        "target_id": subject["target"],
        "quantity": 1,
        "activity_at": instant(),
    }


def said_anew() -> Body:
    """What a revision says."""
    return {"quantity": 2, "activity_at": instant(), "note": "Diperbaiki"}


def word() -> Body:
    """A feedback."""
    return {"id": str(uuid4()), "kind": "praise", "text": "Bagus"}


def agreement(subject: Subject) -> Body:
    """A target of the subject."""
    return {
        "employee_id": subject["person"],
        "indicator": f"goal-{subject.mark}",
        "unit_of_measure": "kali",
        "quantity": 5,
        "period_start": instant(),
        "period_end": instant(30),
    }


def goal() -> Body:
    """A template of targets."""
    return {"indicator": "Pasien", "unit_of_measure": "orang", "quantity": 9}


def phone(subject: Subject) -> Body:
    """The phone of somebody who signs in."""
    return {"id": subject["device"], "name": "HP", "platform": "android"}


def hours() -> Body:
    """A week pattern."""
    return {"name": "Pola", "week": json.loads(WEEK), "ramadan_week": json.loads(WEEK)}
