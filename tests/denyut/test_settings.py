"""Settings: composed of the parts' options, documented, and no spelling mistake goes unnoticed."""

import os

import pytest
from pydantic import ValidationError

from denyut.settings import Settings, UnknownSettings, every_setting, read_settings


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the machine's own."""
    for name in list(os.environ):
        if name.startswith("DENYUT_"):
            monkeypatch.delenv(name)


def test_a_part_s_option_is_set_by_its_name_and_the_others_keep_theirs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DENYUT_INTAKE__QUEUE_ITEMS", "7")
    settings = read_settings()
    assert settings.intake.queue_items == 7
    assert settings.intake.batch_items == Settings().intake.batch_items


def test_lists_are_written_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DENYUT_ALLOWED_ORIGINS", "https://a.example, https://b.example")
    assert read_settings().allowed_origins == ("https://a.example", "https://b.example")
    monkeypatch.setenv("DENYUT_TRUSTED_PROXIES", "10.0.0.0/8, 192.0.2.1")
    assert read_settings().trusted_proxies == ("10.0.0.0/8", "192.0.2.1")


def test_lists_inside_a_part_are_written_with_commas_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DENYUT_API__CORS_ORIGINS", "https://a.example, https://b.example")
    monkeypatch.setenv("DENYUT_OPENING__KINDS", "month")
    monkeypatch.setenv("DENYUT_APPRAISALS__BANDS__MEETS_FROM", "75")
    settings = read_settings()
    assert settings.api.cors_origins == ("https://a.example", "https://b.example")
    assert settings.opening.kinds == ("month",)
    assert settings.appraisals.bands.meets_from == 75


@pytest.mark.parametrize(
    "name", ["DENYUT_REDIS_URI", "DENYUT_INTAKE__QUEUE", "DENYUT_SLIPS__PUSH_KINDS"]
)
def test_an_unknown_name_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "x")
    with pytest.raises(UnknownSettings, match=name):
        read_settings()


def test_a_value_of_the_wrong_kind_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DENYUT_PORT", "ninety")
    with pytest.raises(ValidationError, match="port"):
        read_settings()


def test_every_setting_is_read_and_its_part_says_what_it_is_for() -> None:
    settings = list(every_setting())
    assert len({setting.name for setting in settings}) == len(settings) > 50
    assert [setting.name for setting in settings if not (setting.meaning or setting.part)] == []
