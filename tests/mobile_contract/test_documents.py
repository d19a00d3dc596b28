"""What is published is what the service does; a drift between the two fails here."""

import json
from pathlib import Path
from typing import Any

import pytest

from api.app import ROUTERS
from api.docs import route_description
from api.problems import STATUS
from mobile_contract.documents import (
    as_text,
    documents,
    errors,
    limits,
    published,
    write_published,
)
from mobile_contract.problems import CATALOGUE
from mobile_contract.reports import MAX_SYNC_ITEMS

NAMES = ("openapi.json", "asyncapi.json", "errors.json", "limits.json")


@pytest.fixture(scope="module")
def made() -> dict[str, dict[str, Any]]:
    return documents(route_description(ROUTERS), STATUS)


def test_there_are_these_documents(made: dict[str, dict[str, Any]]) -> None:
    assert tuple(made) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_the_published_document_is_the_one_that_the_code_makes(
    made: dict[str, dict[str, Any]], name: str
) -> None:
    assert published(name) == as_text(made[name]), f"{name} drifted; run: denyut contract write"


def test_the_real_routes_make_a_valid_document(made: dict[str, dict[str, Any]]) -> None:
    from openapi_spec_validator import OpenAPIV31SpecValidator

    assert list(OpenAPIV31SpecValidator(made["openapi.json"]).iter_errors()) == []


def test_every_code_is_in_the_catalogue_with_both_languages() -> None:
    catalogue = errors(STATUS)["errors"]
    assert [each["code"] for each in catalogue] == list(CATALOGUE)
    for each in catalogue:
        assert each["status"] == STATUS[each["code"]]
        for part in ("title", "texts", "action"):
            assert all(each[part][language] for language in ("id", "en"))


def test_limits_are_the_numbers_of_the_code() -> None:
    by_name = {each["name"]: each for each in limits()["limits"]}
    assert by_name["sync_items"]["value"] == MAX_SYNC_ITEMS
    assert all(each["unit"] and each["meaning"] for each in by_name.values())


def test_writing_says_what_changed_and_only_that(
    tmp_path: Path, made: dict[str, dict[str, Any]]
) -> None:
    description = route_description(ROUTERS)
    assert write_published(description, STATUS, tmp_path) == list(NAMES)
    assert write_published(description, STATUS, tmp_path) == []
    (tmp_path / "limits.json").write_text("{}")
    assert write_published(description, STATUS, tmp_path) == ["limits.json"]
    assert json.loads((tmp_path / "limits.json").read_text()) == made["limits.json"]


def test_a_document_that_is_none_is_not_found() -> None:
    with pytest.raises(FileNotFoundError):
        published("secrets.json")
