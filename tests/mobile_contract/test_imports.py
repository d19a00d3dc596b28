"""The answer of an import: its example is one."""

from typing import Any

from mobile_contract.imports import ImportAnswer


def test_the_example_is_an_answer_in_which_nothing_was_applied() -> None:
    extra: Any = ImportAnswer.model_config.get("json_schema_extra")
    (example,) = extra["examples"]
    answer = ImportAnswer.model_validate(example)
    assert not answer.applied
    assert (answer.total_errors, answer.errors[0].line) == (len(answer.errors), 14)
