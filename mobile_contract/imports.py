"""What an import of a file did, or would do: counts, errors with their place, and differences."""

from typing import Any, Literal

from pydantic import ConfigDict

from mobile_contract.words import Wire

What = Literal["added", "changed", "unchanged", "retired"]


class ImportProblem(Wire):
    """What is wrong and where. `line` counts from 1; 0 is the file as a whole."""

    line: int
    column: str
    code: str
    message: str


class ImportDifference(Wire):
    """One row against what is there; `before` and `after` name only what changes."""

    line: int
    what: What
    key: str
    before: dict[str, Any]
    after: dict[str, Any]


class ImportAnswer(Wire):
    """`POST /v1/imports/targets`. `applied`: everything was written; otherwise nothing was.

    Of errors and differences the first ones are shown and all are counted.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "applied": False,
                    "counts": {"added": 0, "changed": 0, "unchanged": 0, "retired": 0},
                    "errors": [
                        {
                            "line": 14,
                            "column": "quantity",
                            "code": "formula",
                            "message": "Sel ini berisi rumus. Salin lalu tempel sebagai nilai.",
                        }
                    ],
                    "total_errors": 1,
                    "differences": [],
                    "total_differences": 0,
                }
            ]
        }
    )

    applied: bool
    counts: dict[What, int]
    errors: list[ImportProblem]
    total_errors: int
    differences: list[ImportDifference]
    total_differences: int
