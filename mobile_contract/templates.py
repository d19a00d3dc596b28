"""Job titles and the targets people with them usually get, on the wire."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from mobile_contract.targets import GoalShape, Quantity
from mobile_contract.words import Code, Name, Wire, example


class JobTitleView(Wire):
    """A job. `asks_location`: whether its policy asks for a location with a report."""

    id: UUID
    code: str = Field(examples=["bidan"])
    name: str = Field(examples=["Bidan"])
    asks_location: bool


class NewJobTitle(Wire):
    """`POST /v1/job-titles`."""

    model_config = example({"code": "bidan", "name": "Bidan", "asks_location": True})

    code: Code
    name: Name
    asks_location: bool = False


class JobTitleChange(Wire):
    """`PATCH /v1/job-titles/{id}`: only what is given changes."""

    model_config = example({"name": "Bidan Koordinator"})

    name: Name | None = None
    asks_location: bool | None = None


class NewTemplate(GoalShape):
    """`POST /v1/job-titles/{id}/templates`, and `PUT /v1/templates/{id}` to change one.

    Targets that were made from it stay as they were agreed.
    """

    model_config = example(
        {
            "indicator": "Kunjungan rumah",
            "unit_of_measure": "kunjungan",
            "quantity": 8,
            "period": "month",
        }
    )

    indicator: Name
    unit_of_measure: Name
    max_quantity: Quantity | None = None
    period: Literal["month", "quarter", "year"] = "month"
