"""A month of one target, its employee and two heads: three zones, a Ramadan, a feast, leave.

Rules, words, ladder and manners run together over instants of their own, with no database and no
clock. Each slip, person and rung is told once; nothing is pushed outside its reader's hours or
after its reason was gone; whoever heard of a slip that ended hears of its end.
"""

import heapq
import json
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.queries.escalations import DueEscalation, Step
from models.queries.rechecks import Facts
from models.queries.slips import NewNotice, SeenTarget, Told
from models.rules.calendars import FIVE_DAYS, RAMADAN_FIVE_DAYS, Calendar, DateRange
from models.rules.manners import (
    DEFAULT_POLICY,
    Defer,
    Drop,
    Hours,
    Reason,
    Send,
    Situation,
    verdict,
)
from models.rules.pace import State
from models.rules.worktime import Timetable, is_working
from notifications.escalations import next_step
from notifications.ladder import RELIEF_KINDS, SLIP_KINDS, NoticeKind, notices_of
from notifications.pace_refresh import paced
from notifications.recheck import reason
from notifications.slip_words import notice_of, words
from tests.notifications.seen import TARGET_READ

ZONES = {"Asia/Jakarta": 7, "Asia/Makassar": 8, "Asia/Jayapura": 9}
RAMADAN = DateRange(date(2026, 2, 18), date(2026, 3, 19))
FEAST = frozenset(date(2026, 3, day) for day in (20, 21, 23, 24))
START = datetime(2026, 2, 16, 15, 0, tzinfo=UTC)
END = START + timedelta(days=38)
SARI, HEAD, ABOVE = UUID(int=11), UUID(int=12), UUID(int=13)


def calendar_of(zone: str, leave: tuple[DateRange, ...] = ()) -> Calendar:
    return Calendar(
        zone, FIVE_DAYS, RAMADAN_FIVE_DAYS, ramadan=(RAMADAN,), holidays=FEAST, leave=leave
    )


@dataclass
class Pushed:
    """A notice on its way to the one phone of its reader."""

    notice: NewNotice
    sent_at: datetime | None = None
    dropped: str = ""


@dataclass
class Month:
    """Takes every instant in its order: reports, slips, rungs, and pushes that fall due."""

    calendars: dict[UUID, Calendar]
    reports: dict[datetime, float]
    target: SeenTarget = field(init=False)
    told: list[Told] = field(default_factory=list)
    pushes: dict[UUID, Pushed] = field(default_factory=dict)
    slips: dict[int, list[datetime | None]] = field(default_factory=dict)
    escalation: DueEscalation | None = None

    def __post_init__(self) -> None:
        zone = self.calendars[SARI].zone
        self.target = replace(
            TARGET_READ, employee_id=SARI, period_start=START, period_end=END, zone=zone
        )
        margin = timedelta(days=3)
        self.timetable = Timetable(self.calendars[SARI], START - margin, END + margin)
        self.turn = 0
        self.agenda: list[tuple[datetime, int, str, UUID | None]] = []
        for at in (START, *self.reports, END):
            self.plan(at, "look")

    def plan(self, at: datetime, what: str, notice_id: UUID | None = None) -> None:
        self.turn += 1
        heapq.heappush(self.agenda, (at, self.turn, what, notice_id))

    def run(self) -> None:
        while self.agenda:
            now, _, what, notice_id = heapq.heappop(self.agenda)
            if now > END + timedelta(days=20):
                continue
            if notice_id is not None:
                self.send(self.pushes[notice_id], now)
            elif what == "climb":
                self.climb(now)
            else:
                self.look(now)

    def look(self, now: datetime) -> None:
        """The slip engine at one instant."""
        done = self.target.approved + self.reports.pop(now, 0.0)
        seen = replace(self.target, approved=done, now=now)
        answer = paced(seen, self.timetable)
        said = words(seen, answer, self.told, HEAD)
        self.target = replace(seen, state=answer.state.value, slip_number=said.slip_number)
        for event in said.events:
            if event.kind == "slip":
                self.slips[said.slip_number] = [now, None]
                self.escalation = DueEscalation(
                    seen.target_id, said.slip_number, 1, now, now + timedelta(hours=1), now
                )
                self.plan(now + timedelta(hours=1), "climb")
            else:
                self.slips[said.slip_number][1] = now
        if answer.state is not State.SLIPPED:
            self.escalation = None
        self.tell(said.notices)
        for instant in (answer.at_risk_at, answer.slips_at):
            if instant is not None and instant > now:
                self.plan(instant, "look")

    def climb(self, now: datetime) -> None:
        """The escalations at one instant."""
        due = self.escalation
        if due is None or due.due_at > now:
            return
        due = replace(due, now=now)
        asked = HEAD if due.rung == 1 else ABOVE
        step = next_step(due, DEFAULT_POLICY, self.calendars[SARI], SARI, asked)
        if isinstance(step, Step):
            if step.next_due_at is None or step.next_rung is None:
                self.escalation = None
                return
            self.escalation = replace(due, rung=step.next_rung, due_at=step.next_due_at)
            self.plan(step.next_due_at, "climb")
            return
        (notice,) = notices_of(step)
        seen = replace(self.target, now=now)
        self.tell((notice_of(seen, paced(seen, self.timetable), notice),))
        self.escalation = None if due.rung == 2 else replace(due, rung=2, due_at=now)
        if self.escalation is not None:
            self.plan(now, "climb")

    def tell(self, notices: tuple[NewNotice, ...]) -> None:
        for each in notices:
            if any(each.key == known.key for known in self.told):
                continue  # the unique key: what was told is not told again
            content = json.loads(each.content)
            self.told.append(
                Told(
                    self.target.target_id,
                    each.key,
                    each.kind,
                    each.recipient_id,
                    content.get("done"),
                )
            )
            self.pushes[each.notice_id] = Pushed(each)
            if each.pushed:
                self.plan(each.not_before, "push", each.notice_id)

    def send(self, push: Pushed, now: datetime) -> None:
        """The outbox at one instant, with the re-check before it."""
        facts, hours = self.facts(push.notice, now), self.hours(push.notice.recipient_id)
        why = reason(facts, has_reported=False, now=now)
        alike = [
            other.sent_at
            for other in self.pushes.values()
            if other.sent_at and other.notice.kind == push.notice.kind
            and other.notice.recipient_id == push.notice.recipient_id
        ]  # fmt: skip
        situation = Situation(why, last_alike_at=max(alike, default=None))
        match verdict(DEFAULT_POLICY, situation, hours, now):
            case Send():
                assert why is Reason.HOLDS
                push.sent_at = now
            case Defer(until):
                self.plan(until, "push", push.notice.notice_id)
            case Drop(dropped):
                push.dropped = dropped

    def hours(self, person: UUID) -> Hours:
        return Hours(self.calendars[person], DEFAULT_POLICY.quiet_hours)

    def facts(self, notice: NewNotice, now: datetime) -> Facts:
        number = json.loads(notice.content).get("slip_number")
        heard = any(
            push.sent_at is not None and push.notice.recipient_id == notice.recipient_id
            and NoticeKind(push.notice.kind) in SLIP_KINDS
            and json.loads(push.notice.content)["slip_number"] == number
            for push in self.pushes.values()
        )  # fmt: skip
        about = None if notice.kind == NoticeKind.LATE_REPORTS else self.target.target_id
        return Facts(
            *(now, notice.notice_id, notice.recipient_id, notice.recipient_id, "fcm"),
            *(notice.kind, False, False, about, self.target.state, False),
            *(self.target.slip_number, number, None, None, None, heard, False),
        )


def check(month: Month) -> None:
    """What the issue asks of every drill."""
    keys = Counter(each.key for each in month.told)
    assert set(keys.values()) <= {1}
    rungs = Counter(
        (json.loads(push.notice.content).get("slip_number"), push.notice.recipient_id,
         push.notice.kind) for push in month.pushes.values()
    )  # fmt: skip
    for number in month.slips:
        assert rungs[number, SARI, "slip"] == 1
        assert rungs[number, HEAD, "staff_slip"] == 1
        assert rungs[number, HEAD, "staff_unanswered"] <= 1
        assert rungs[number, ABOVE, "staff_unanswered_above"] <= 1
    for push in month.pushes.values():
        if push.sent_at is None:
            continue
        reader = month.calendars[push.notice.recipient_id]
        local = push.sent_at + timedelta(hours=ZONES[reader.zone])
        assert is_working(reader, push.sent_at)
        assert 7 <= local.hour < 18
        kind = NoticeKind(push.notice.kind)
        number = json.loads(push.notice.content).get("slip_number")
        if kind in SLIP_KINDS:
            began, ended = month.slips[number]
            assert began <= push.sent_at
            assert push.sent_at < END
            assert ended is None or push.sent_at <= ended
        if kind in RELIEF_KINDS:
            ended = month.slips[number][1]
            assert ended is not None and ended <= push.sent_at  # noqa: PT018


zones = st.sampled_from(sorted(ZONES))
minutes = st.integers(1, int((END - START) / timedelta(minutes=1)) + 6 * 1440)
outboxes = st.dictionaries(
    minutes.map(lambda minute: START + timedelta(minutes=minute)), st.floats(1, 30), max_size=12
)
leaves = st.sampled_from(
    [
        (),
        (DateRange(date(2026, 3, 2), date(2026, 3, 6)),),
        (DateRange(date(2026, 2, 24), date(2026, 3, 13)),),
    ]
)


@settings(max_examples=150)
@given(zones, leaves, leaves, outboxes)
def test_each_slip_person_and_rung_is_told_once_in_their_hours_and_with_reason(
    zone: str,
    away: tuple[DateRange, ...],
    head_away: tuple[DateRange, ...],
    reports: dict[datetime, float],
) -> None:
    calendars = {
        SARI: calendar_of(zone, away),
        HEAD: calendar_of(zone, head_away),
        ABOVE: calendar_of(zone),
    }
    month = Month(calendars, dict(reports))
    month.run()
    check(month)
    assert all(push.sent_at or push.dropped or not push.notice.pushed
               for push in month.pushes.values())  # fmt: skip


def idle(zone: str, leave: tuple[DateRange, ...] = ()) -> Month:
    calendars = {SARI: calendar_of(zone, leave), HEAD: calendar_of(zone), ABOVE: calendar_of(zone)}
    month = Month(calendars, {})
    month.run()
    check(month)
    return month


def sent(month: Month) -> dict[str, datetime]:
    return {
        push.notice.kind: push.sent_at for push in month.pushes.values() if push.sent_at is not None
    }


@pytest.mark.parametrize("zone", ZONES)
def test_nobody_reports_and_every_zone_hears_at_its_own_hour(zone: str) -> None:
    """The period begins at one instant everywhere; phones buzz by the clocks on their walls."""
    month, ahead = idle(zone), timedelta(hours=ZONES[zone])
    heard = {kind: at + ahead for kind, at in sent(month).items()}
    assert set(heard) == {
        "at_risk", "slip", "staff_slip", "staff_unanswered", "staff_unanswered_above",
    }  # fmt: skip
    order = ["slip", "staff_slip", "staff_unanswered", "staff_unanswered_above"]
    assert [heard[kind] for kind in order] == sorted(heard[kind] for kind in order)
    assert heard["staff_slip"].minute % 15 == 0
    after = [heard[kind].date() - heard["slip"].date() for kind in order[2:]]
    assert after[0] >= timedelta(days=1)
    assert after[1] >= timedelta(days=3)


def test_the_zones_side_by_side_differ_by_their_hours() -> None:
    """Where the day's working time is the same, so is the local instant of the slip."""
    slips = {zone: idle(zone).slips[1][0] for zone in ZONES}
    local = {zone: slips[zone] + timedelta(hours=ahead) for zone, ahead in ZONES.items()}
    assert len({at.replace(second=0, microsecond=0) for at in local.values()}) == 1


def test_leave_in_the_middle_delays_slip_and_escalation() -> None:
    away = (DateRange(date(2026, 2, 17), date(2026, 2, 25)),)
    month, usual = idle("Asia/Jakarta", away), idle("Asia/Jakarta")
    began = month.slips[1][0]
    assert began is not None and usual.slips[1][0] is not None  # noqa: PT018
    assert began > usual.slips[1][0]
    quiet = [at for kind, at in sent(month).items() if kind in ("slip", "at_risk")]
    assert all(at >= datetime(2026, 2, 25, 17, 0, tzinfo=UTC) for at in quiet)


def test_a_month_of_reports_in_one_minute_after_the_end_pushes_one_summary_each() -> None:
    """The phone was offline all month; what slipped and lapsed is made good at once."""
    calendars = {person: calendar_of("Asia/Jakarta") for person in (SARI, HEAD, ABOVE)}
    home = END + timedelta(days=1)
    outbox = {home + timedelta(seconds=second): 4.0 for second in range(30)}
    month = Month(calendars, outbox)
    month.run()
    check(month)
    assert month.target.state == State.ACHIEVED
    late = [push for push in month.pushes.values() if push.sent_at and push.sent_at >= home]
    assert sorted((push.notice.kind, push.notice.recipient_id) for push in late) == [
        ("late_reports", SARI), ("late_reports", HEAD), ("late_reports", ABOVE),
    ]  # fmt: skip
    told = [each.kind for each in month.told if each.recipient_id == SARI]
    assert told == ["at_risk", "slip", "recovery", "late_reports", "achieved"]


def test_a_slip_that_ended_before_the_morning_buzzes_nobody() -> None:
    """It slipped with the first minute of work and was made good in the second: no recovery
    either, for nobody had heard."""
    calendars = {person: calendar_of("Asia/Jakarta") for person in (SARI, HEAD, ABOVE)}
    probe = idle("Asia/Jakarta")
    began = probe.slips[1][0]
    assert began is not None
    calendars[HEAD] = calendar_of("Asia/Jakarta", (DateRange(began.date(), began.date()),))
    month = Month(calendars, {began + timedelta(minutes=2): 90.0})
    month.run()
    check(month)
    heads = [push for push in month.pushes.values() if push.notice.recipient_id == HEAD]
    assert [push.notice.kind for push in heads] == ["staff_slip", "staff_recovery"]
    assert [push.dropped for push in heads] == ["reason_gone", "reason_gone"]
