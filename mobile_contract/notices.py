"""Notices beyond the inbox, on the wire: where each went, and the manners people ask of them."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from mobile_contract.words import Code, Reason, Wire, example

Minute = Annotated[int, Field(ge=0, le=1_439)]
"""A minute of the local day, from midnight."""

Rung = Literal[
    "at_risk", "slip", "staff_slip", "unanswered", "unanswered_above", "achieved", "nudge"
]


class DeliveryStep(Wire):
    """One thing that happened to a delivery. `detail`: the provider's or our own words.

    `what`: made, deferred, retried, held, sent, failed, dropped or opened; more may come.
    """

    at: datetime
    what: str = Field(examples=["sent"])
    detail: str = ""


class DeliveryView(Wire):
    """One notice on its way to one device. `digest_id`: it went out together with others."""

    id: UUID
    notice_id: UUID
    kind: str = Field(examples=["at_risk"])
    device_id: UUID
    device_name: str | None = Field(default=None, examples=["HP Ani"])
    channel: str = Field(examples=["fcm"])
    state: str = Field(examples=["sent"])
    attempts: int = Field(examples=[1])
    digest_id: UUID | None = None
    made_at: datetime
    due_at: datetime | None = None
    settled_at: datetime | None = None
    outcome: str = ""
    steps: list[DeliveryStep]


class NoticePreference(Wire):
    """Whether I want a kind of notice on a channel; `*` is every one. The inbox has them all."""

    kind: Code = "*"
    channel: Code = "*"
    enabled: bool


class QuietHours(Wire):
    """From `start_minute` to `end_minute` of the local day, over midnight where it ends earlier."""

    start_minute: Minute
    end_minute: Minute


class NoticePreferences(Wire):
    """All that I ask of notices; a PUT replaces it. Without quiet hours, those of my unit."""

    model_config = example(
        {
            "preferences": [{"kind": "achieved", "channel": "email", "enabled": False}],
            "quiet_hours": {"start_minute": 1140, "end_minute": 360},
        }
    )

    preferences: list[NoticePreference] = Field(
        default_factory=list[NoticePreference], max_length=200
    )
    quiet_hours: QuietHours | None = None


class NoticePolicy(Wire):
    """How notices behave in a unit. Minutes are of the local day; days are working days."""

    quiet_start_minute: int = Field(examples=[1080])
    quiet_end_minute: int = Field(examples=[420])
    digest_minutes: int = Field(examples=[15])
    digest_above: int
    cool_down_s: int
    daily_cap: int = Field(examples=[12])
    escalate_after_working_days: int
    escalate_above_after_working_days: int
    nudge_before_close_minutes: int
    rungs_off: list[str]


class NoticePolicyView(Wire):
    """What a unit sets itself (only these names), and what holds in it with all it inherits."""

    unit_id: UUID
    settings: dict[str, int | list[str]] = Field(examples=[{"daily_cap": 8}])
    policy: NoticePolicy


class NoticePolicyChange(Wire):
    """`PUT /v1/units/{id}/notice-policy`: replaces what the unit sets; left out is inherited."""

    model_config = example(
        {
            "quiet_start_minute": 1080,
            "quiet_end_minute": 420,
            "daily_cap": 8,
            "reason": "Kader bertugas sampai sore",
        }
    )

    quiet_start_minute: Minute | None = None
    quiet_end_minute: Minute | None = None
    digest_minutes: int | None = None
    digest_above: int | None = None
    cool_down_s: Annotated[int, Field(ge=0, le=604_800)] | None = None
    daily_cap: Annotated[int, Field(ge=1, le=1_000)] | None = None
    escalate_after_working_days: int | None = None
    escalate_above_after_working_days: int | None = None
    nudge_before_close_minutes: int | None = None
    rungs_off: list[Rung] | None = None
    reason: Reason
