"""Parts are frozen, and the defaults are those that the documents promise."""

from dataclasses import FrozenInstanceError

import pytest

from api.parts import ApiOptions, Parts
from models.migrations.run import newest_version


def test_the_defaults_are_the_promised_ones():
    options = ApiOptions()
    assert options.lifetimes.access_s == 600
    assert options.max_body_bytes == 1_048_576
    assert options.activation_days == 14
    assert options.cors_origins == ()


def test_parts_do_not_change_while_the_service_runs(parts: Parts):
    with pytest.raises(FrozenInstanceError):
        parts.options = ApiOptions()  # type: ignore[misc]


def test_the_code_knows_which_migration_it_needs(parts: Parts):
    assert parts.needed_version == newest_version()
