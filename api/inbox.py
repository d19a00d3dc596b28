"""The inbox: every notice to the caller, in the caller's language, and marking it as read.

Invariant: a person sees and marks their own notices only. The words come from the same texts that
pushes use, but here they may name the indicator and the employee.
"""

from datetime import datetime
from functools import cache
from uuid import UUID

from fastapi import APIRouter

from api.dependencies import Caller, Database, Locale
from api.pages import USUAL_ROWS, Cursor, Limit, cursor_of, instant, key_of
from mobile_contract.inbox import Inbox, NoticeText, NoticeView
from mobile_contract.problems import Language
from models.queries.asking import Row, decoded
from models.queries.notices import (
    inbox_page,
    mark_acknowledged,
    mark_read,
    unread_count,
)
from notifications.ladder import NoticeKind
from notifications.texts import Texts, details_of

router = APIRouter(tags=["inbox"])


@router.get("/v1/inbox")
async def inbox(
    caller: Caller,
    database: Database,
    locale: Locale,
    unread: bool = False,
    cursor: Cursor = None,
    limit: Limit = USUAL_ROWS,
) -> Inbox:
    """My notices, newest first; `unread=true` leaves out what was read."""
    me = caller.person.employee_id
    after: tuple[datetime, UUID] | None = None
    if cursor is not None:
        at, last_id = key_of(cursor, instant, UUID)
        after = at, last_id
    rows = await inbox_page(database, me, unread, after, limit + 1)
    page = rows[:limit]
    more = len(rows) > limit
    return Inbox(
        items=[notice_view(row, locale) for row in page],
        next_cursor=cursor_of(page[-1]["made_at"], page[-1]["id"]) if more else None,
        unread=await unread_count(database, me),
    )


@router.post("/v1/inbox/{notice_id}/read", status_code=204)
async def read(notice_id: UUID, caller: Caller, database: Database) -> None:
    """I have read it. Saying so twice changes nothing."""
    await mark_read(database, notice_id, caller.person.employee_id)


@router.post("/v1/inbox/{notice_id}/acknowledge", status_code=204)
async def acknowledge(notice_id: UUID, caller: Caller, database: Database) -> None:
    """I have taken note of it; that is reading it too."""
    await mark_acknowledged(database, notice_id, caller.person.employee_id)


def notice_view(row: Row, language: Language) -> NoticeView:
    """A notice in words; a kind that this version has no words for stands under its name."""
    content = decoded(row["content"])
    return NoticeView(
        id=row["id"],
        kind=row["kind"],
        text=_words(row["kind"], language, content, row["employee_name"]),
        employee_id=row["employee_id"],
        target_id=row["target_id"],
        report_id=row["report_id"],
        made_at=row["made_at"],
        read_at=row["read_at"],
        acknowledged_at=row["acknowledged_at"],
        withdrawn_at=row["withdrawn_at"],
    )


def _words(
    kind: str, language: Language, content: dict[str, object], employee_name: str | None
) -> NoticeText:
    try:
        known = NoticeKind(kind)
    except ValueError:
        return NoticeText(title=kind, body="")
    text = _texts().inbox(known, language, details_of(content, employee_name))
    return NoticeText(title=text.title, body=text.body)


@cache
def _texts() -> Texts:
    """The words, read from the package once; they never change while a process lives."""
    return Texts.loaded()
