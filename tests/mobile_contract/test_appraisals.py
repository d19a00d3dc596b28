"""Appraisals on the wire: words that the rules know, bounded lists, examples for readers."""

from typing import get_args

import pytest
from pydantic import ValidationError

from mobile_contract.appraisals import (
    DecisionBody,
    ObjectionBody,
    PredicateWord,
    RatingWord,
    SelfAssessment,
    ValueWord,
)
from models.rules.predicates import Predicate
from models.rules.ratings import Rating, Value


def test_the_words_of_the_wire_are_those_of_the_rules() -> None:
    assert get_args(RatingWord) == tuple(each.value for each in Rating)
    assert get_args(PredicateWord) == tuple(each.value for each in Predicate)
    assert get_args(ValueWord) == tuple(each.value for each in Value)


def test_a_decision_names_at_most_seven_values() -> None:
    shown = {"value": "loyal", "rating": "meets", "example": "Contoh"}
    body = {"base_version": 1, "result_rating": "meets", "behaviour": [shown] * 8}
    with pytest.raises(ValidationError):
        DecisionBody.model_validate(body)


def test_a_self_assessment_and_an_objection_say_something() -> None:
    with pytest.raises(ValidationError):
        SelfAssessment.model_validate({"text": "   "})
    with pytest.raises(ValidationError):
        ObjectionBody.model_validate({"id": "00000000-0000-7000-8000-000000000000"})
    assert SelfAssessment.model_validate({"text": " Baik "}).text == "Baik"
