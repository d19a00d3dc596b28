"""Missing is null: a share of nothing has no number, and an index nobody gave is none."""

from typing import Any

import pytest

from mobile_contract.adoption import AdoptionView, ImpactView, Measured
from mobile_contract.words import Wire


@pytest.mark.parametrize("shape", [AdoptionView, ImpactView])
def test_every_example_is_what_the_shape_takes(shape: type[Wire]) -> None:
    extra: Any = shape.model_config.get("json_schema_extra")
    for example in extra["examples"]:
        assert shape.model_validate(example)


def test_what_was_not_measured_is_null() -> None:
    nothing = Measured(quantity_reports=0, responses=0).model_dump()
    assert [name for name, value in nothing.items() if value is None] == [
        "approved_share",
        "on_time_share",
        "satisfaction_index",
    ]
