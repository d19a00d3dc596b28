"""Roll-ups on the wire: every field of the schema says by an example what it looks like."""

from typing import Any

from mobile_contract.rollups import IndicatorRollup, RollupView, UnitRollup


def described(model: Any) -> dict[str, Any]:
    return model.model_json_schema()["properties"]


def test_numbers_and_names_have_examples() -> None:
    for model in (IndicatorRollup, UnitRollup):
        for name, field in described(model).items():
            if field.get("type") in ("number", "integer") or name.startswith(("unit_n", "indi")):
                assert field.get("examples") or field.get("type") == "array", name


def test_days_are_days_and_the_moment_is_a_moment() -> None:
    fields = described(RollupView)
    assert (fields["first"]["format"], fields["as_of"]["format"]) == ("date", "date-time")
