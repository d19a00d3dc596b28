"""The inbox on the wire: every notice is here, whether or not a push reached the phone."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from mobile_contract.people import Page
from mobile_contract.words import Wire


class NoticeText(Wire):
    """A title of a few words and a sentence or two, in one language."""

    title: str = Field(examples=["Target akan terlewat"])
    body: str = Field(examples=["Kunjungan rumah: 5 dari 8, tersisa dua hari kerja."])


class NoticeView(Wire):
    """One word to one person. `kind` decides which screen a tap opens; more kinds may come.

    `withdrawn_at`: since when what it says is no longer so; show it as over.
    """

    id: UUID
    kind: str = Field(examples=["at_risk"])
    text: NoticeText
    employee_id: UUID | None = None
    target_id: UUID | None = None
    report_id: UUID | None = None
    made_at: datetime
    read_at: datetime | None = None
    acknowledged_at: datetime | None = None
    withdrawn_at: datetime | None = None


class Inbox(Page[NoticeView]):
    """`GET /v1/inbox`, newest first. `unread` counts all of it, up to a thousand."""

    unread: int = Field(examples=[3])
