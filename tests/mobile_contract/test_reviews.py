"""A supervisor's answer: bounded, idempotent by its sender's id, and never a return without why."""

from typing import Any, cast
from uuid import UUID

import pytest
from pydantic import ValidationError

from mobile_contract.reviews import (
    MAX_DECISIONS,
    DecisionResult,
    Decisions,
    FeedbackAnswer,
    FeedbackView,
    NewFeedback,
    NewPeriodFeedback,
    ReportHistory,
    ReportReturn,
    ReportView,
)
from mobile_contract.words import Wire


def test_one_answer_takes_from_one_to_a_screenful_of_reports() -> None:
    ids = [UUID(int=n) for n in range(MAX_DECISIONS)]
    assert Decisions(report_ids=ids).decision == "approve"
    for wrong in ([], [*ids, UUID(int=999)]):
        with pytest.raises(ValidationError):
            Decisions(report_ids=wrong)


@pytest.mark.parametrize("reason", ["", "   ", "\n"])
def test_a_return_without_words_helps_nobody(reason: str) -> None:
    with pytest.raises(ValidationError):
        ReportReturn(reason=reason)


def test_feedback_is_named_by_its_sender_so_that_it_is_written_once() -> None:
    with pytest.raises(ValidationError):
        NewFeedback.model_validate({"kind": "praise", "text": "Bagus"})
    given = NewFeedback.model_validate({"id": UUID(int=1), "kind": "praise", "text": "Bagus"})
    assert (given.next_step, given.about, given.request_id) == ("", "", None)


@pytest.mark.parametrize("shape", [FeedbackView, NewFeedback, NewPeriodFeedback, FeedbackAnswer])
def test_an_example_is_one(shape: type[Wire]) -> None:
    extra = shape.model_config.get("json_schema_extra")
    assert isinstance(extra, dict)
    (example,) = cast(list[Any], extra["examples"])
    shape.model_validate(example)


def test_a_word_on_a_period_names_it() -> None:
    with pytest.raises(ValidationError):
        NewPeriodFeedback.model_validate({"id": UUID(int=1), "kind": "praise", "text": "Bagus"})


def test_results_may_carry_their_own_problem() -> None:
    result = DecisionResult(
        report_id=UUID(int=1), outcome="rejected", problem={"code": "report_not_open"}
    )
    assert result.model_dump(exclude_none=True)["problem"] == {"code": "report_not_open"}


def test_a_history_is_a_report_with_what_was_said_to_it() -> None:
    added = set(ReportHistory.model_fields) - set(ReportView.model_fields)
    assert added == {"changes", "feedback"}
