"""Asking for one's own data: an id of the sender's, and Indonesian where nothing is said."""

from typing import Any, cast
from uuid import UUID

import pytest
from pydantic import ValidationError

from mobile_contract.data import NewDataExport


def test_it_is_named_by_its_sender_and_indonesian_by_default() -> None:
    assert NewDataExport(id=UUID(int=1)).language == "id"
    for wrong in ({}, {"id": "x"}, {"id": str(UUID(int=1)), "language": "jv"}):
        with pytest.raises(ValidationError):
            NewDataExport.model_validate(wrong)


def test_its_example_is_one() -> None:
    extra = NewDataExport.model_config.get("json_schema_extra")
    assert isinstance(extra, dict)
    (example,) = cast(list[Any], extra["examples"])
    NewDataExport.model_validate(example)
