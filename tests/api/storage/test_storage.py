"""A store that is always away, and options that keep their secrets."""

import pytest

from api.storage.storage import NoStorage, StorageOptions
from models.rules.refusals import StorageAway


async def test_an_installation_without_photos_says_so() -> None:
    storage = NoStorage()
    for work in (storage.put("a", b""), storage.get("a"), storage.forget("a/")):
        with pytest.raises(StorageAway):
            await work


def test_secrets_are_in_no_log() -> None:
    assert "geheim" not in repr(StorageOptions(access_key="geheim", secret_key="geheim"))
