"""What is said of a target's turn, to whom, and that it is said once."""

import json
from dataclasses import replace
from uuid import UUID

import pytest

from models.queries.slips import SeenTarget, Told
from models.rules.manners import NoticePolicy, Rung
from notifications.ladder import Noticed, NoticeKind
from notifications.pace_refresh import paced
from notifications.slip_words import Words, noticed_of_slip, words
from tests.notifications.seen import END, HEAD, NOW, SARI, TARGET, TIMETABLE, seen


def said(target: SeenTarget, *told: Told) -> Words:
    return words(target, paced(target, TIMETABLE), told, HEAD)


def told(words: Words) -> tuple[Told, ...]:
    return tuple(
        Told(
            TARGET,
            each.key,
            each.kind,
            each.recipient_id,
            json.loads(each.content).get("done"),
        )
        for each in words.notices
    )


def test_a_slip_is_an_event_and_two_notices() -> None:
    spoken = said(seen(approved=20.0))
    (event,) = spoken.events
    content = json.loads(event.content)
    assert (event.kind, spoken.slip_number) == ("slip", 1)
    assert content["target_id"] == str(TARGET)
    assert (content["employee_name"], content["indicator"]) == ("Sari", "Kunjungan rumah")
    assert (content["unit_of_measure"], content["slip_number"]) == ("kali", 1)
    assert content["expected"] == pytest.approx(100 / 3)
    assert [(each.kind, each.recipient_id) for each in spoken.notices] == [
        ("slip", SARI),
        ("staff_slip", HEAD),
    ]
    for notice in spoken.notices:
        content = json.loads(notice.content)
        assert content["notice_id"] == str(notice.notice_id)
        assert (content["notice_kind"], content["target_id"]) == (notice.kind, str(TARGET))
        assert (notice.pushed, notice.not_before) == (True, NOW)


def test_saying_it_again_uses_the_same_keys() -> None:
    first, second = said(seen(approved=20.0)), said(seen(approved=20.0))
    assert [each.key for each in first.notices] == [each.key for each in second.notices]
    assert {each.notice_id for each in first.notices}.isdisjoint(
        each.notice_id for each in second.notices
    )


def test_a_recovery_goes_to_those_who_heard_even_if_another_decides_today() -> None:
    slip = said(seen(approved=20.0))
    back = seen(approved=50.0, state="slipped", slip_number=1)
    spoken = words(back, paced(back, TIMETABLE), told(slip), None)
    assert [event.kind for event in spoken.events] == ["recovery"]
    assert json.loads(spoken.events[0].content)["recovered_at"] == NOW.isoformat()
    assert [(each.kind, each.recipient_id) for each in spoken.notices] == [
        ("recovery", SARI),
        ("staff_recovery", HEAD),
    ]
    assert spoken.slip_number == 1


def test_only_the_last_slip_counts() -> None:
    slip = said(seen(approved=20.0))
    again = seen(state="slipped", slip_number=2)
    assert noticed_of_slip(again, told(slip)) == ()
    assert noticed_of_slip(replace(again, slip_number=1), told(slip)) == (
        Noticed(SARI, NoticeKind.SLIP),
        Noticed(HEAD, NoticeKind.STAFF_SLIP),
    )


def test_a_lapsed_target_takes_its_slip_back_once() -> None:
    slip = said(seen(approved=20.0))
    late = seen(approved=100.0, state="lapsed", slip_number=1, now=END)
    first = said(late, *told(slip))
    assert [event.kind for event in first.events] == ["recovery"]
    after = said(late, *told(slip), *told(first))
    assert after.events == ()
    assert [each.kind for each in after.notices] == ["achieved"]


def test_a_risk_tells_the_employee_when_it_slips_and_what_is_missing() -> None:
    spoken = said(seen(approved=30.0))
    (notice,) = spoken.notices
    content = json.loads(notice.content)
    assert (spoken.events, notice.kind, notice.recipient_id) == ((), "at_risk", SARI)
    assert content["slips_at"] > NOW.isoformat()
    assert notice.key == f"at_risk:{TARGET}:1:{SARI}"


def is_silent(words: Words) -> bool:
    return (words.events, words.notices) == ((), ())


def test_a_closed_target_and_history_say_nothing() -> None:
    assert is_silent(said(seen(approved=20.0, closed_at=NOW)))
    assert is_silent(said(seen(approved=100.0, is_new=True, now=END)))
    assert said(seen(approved=100.0, is_new=True)).notices  # it still runs: that is news


def test_closing_a_slipped_target_withdraws_the_notice_once() -> None:
    slip = said(seen(approved=20.0))
    closed = seen(approved=20.0, state="slipped", slip_number=1, closed_at=NOW)
    first = said(closed, *told(slip))
    assert first.events == ()
    assert [(each.kind, each.recipient_id) for each in first.notices] == [
        ("withdrawn", SARI),
        ("staff_withdrawn", HEAD),
    ]
    assert "slip" in first.over
    lapsed = replace(closed, state="lapsed", slip_number=1)
    assert is_silent(said(lapsed, *told(slip), *told(first)))


def test_somebody_who_left_is_not_talked_about() -> None:
    assert is_silent(said(seen(approved=20.0, active=False)))
    unheard = seen(approved=50.0, state="slipped", slip_number=0)  # slipped while they were away
    assert is_silent(said(unheard))


def test_a_slip_that_ends_without_any_work_is_withdrawn_and_one_with_work_recovered() -> None:
    """The goal was lowered, or leave was entered: nothing was caught up."""
    slip = said(seen(approved=20.0))
    lowered = seen(approved=20.0, quantity=40.0, state="slipped", slip_number=1)
    assert [each.kind for each in said(lowered, *told(slip)).notices] == [
        "withdrawn",
        "staff_withdrawn",
    ]
    caught_up = seen(approved=50.0, state="slipped", slip_number=1)
    assert [each.kind for each in said(caught_up, *told(slip)).notices] == [
        "recovery",
        "staff_recovery",
    ]


def test_who_was_asked_on_a_higher_rung_hears_of_the_end_too() -> None:
    slip, mayor = said(seen(approved=20.0)), UUID(int=9)
    asked = Told(
        TARGET, f"unanswered_above:{TARGET}:1:{mayor}", "staff_unanswered_above", mayor, 20.0
    )
    again = Told(TARGET, f"unanswered:{TARGET}:1:{HEAD}", "staff_unanswered", HEAD, 20.0)
    back = seen(approved=50.0, state="slipped", slip_number=1)
    spoken = said(back, *told(slip), again, asked)
    assert [(each.kind, each.recipient_id) for each in spoken.notices] == [
        ("recovery", SARI),
        ("staff_recovery", HEAD),
        ("staff_recovery", mayor),
    ]


def test_reports_of_a_past_period_push_one_summary_and_tell_the_rest_in_the_inbox() -> None:
    slip = said(seen(approved=20.0))
    late = seen(approved=100.0, state="lapsed", slip_number=1, now=END)
    spoken = said(late, *told(slip))
    pushed = [(each.kind, each.recipient_id) for each in spoken.notices if each.pushed]
    assert pushed == [("late_reports", SARI), ("late_reports", HEAD)]
    quiet = [each.kind for each in spoken.notices if not each.pushed]
    assert quiet == ["recovery", "staff_recovery", "achieved"]
    other = replace(late, target_id=UUID(int=77))
    slips = [
        replace(each, target_id=UUID(int=77), key=each.key.replace(str(TARGET), str(UUID(int=77))))
        for each in told(slip)
    ]
    again = words(other, paced(other, TIMETABLE), slips, HEAD)
    assert {each.key for each in again.notices if each.pushed} == {
        each.key for each in spoken.notices if each.pushed
    }


def test_a_risk_says_how_much_by_when_and_a_slip_how_much_at_once() -> None:
    (risk,) = said(seen(approved=30.0)).notices
    content = json.loads(risk.content)
    assert content["wanting"] == "more"
    assert content["needed_by"] == content["slips_at"]
    # At the slip 30 are 85 % of the plan, so the plan is at 35.29.
    assert content["needed"] == pytest.approx(30 / 0.85 - 30)
    assert (content["slip_number"], content["zone"]) == (1, "UTC")
    own, _ = said(seen(approved=20.0)).notices
    content = json.loads(own.content)
    assert (content["wanting"], content["needed_by"]) == ("more", None)
    assert content["needed"] == pytest.approx(85 / 3 - 20)
    assert (content["done"], content["slip_number"]) == (20.0, 1)


def test_a_unit_without_a_rung_says_nothing_of_it_but_the_feed_does() -> None:
    without = NoticePolicy(rungs_off=frozenset({Rung.SLIP, Rung.STAFF_SLIP}))
    target = seen(approved=20.0)
    spoken = words(target, paced(target, TIMETABLE), (), HEAD, without)
    assert [event.kind for event in spoken.events] == ["slip"]
    assert spoken.notices == ()


@pytest.mark.parametrize(
    ("before", "approved", "over"),
    [
        ("slipped", 30.0, {"slip", "staff_slip", "staff_unanswered", "staff_unanswered_above"}),
        ("at_risk", 50.0, {"at_risk"}),
        ("at_risk", 20.0, set()),
        ("on_track", 50.0, set()),
    ],
)
def test_what_holds_no_longer_is_named(before: str, approved: float, over: set[str]) -> None:
    named = set(said(seen(approved=approved, state=before, slip_number=1)).over)
    assert over <= named
    assert named or not over
    if not over:
        assert named == set()


def test_what_did_not_change_says_nothing() -> None:
    assert said(seen(approved=20.0, state="slipped", slip_number=1)) == Words(1)
