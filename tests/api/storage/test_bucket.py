"""Photos in a bucket of a real S3-compatible store, which checks every signature."""

import secrets
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from api.storage.bucket import BucketStorage
from api.storage.opening import opened_storage
from api.storage.storage import StorageOptions
from models.rules.refusals import StorageAway
from tests.standins.object_store import running_object_store


@pytest.fixture(scope="module")
def options() -> Iterator[StorageOptions]:
    with running_object_store(secrets.token_hex(16)) as running:
        yield running


async def test_what_is_put_is_got_and_forgotten_by_its_prefix(options: StorageOptions) -> None:
    storage = opened_storage(options, Path("/nowhere"))
    assert isinstance(storage, BucketStorage)
    assert await storage.get("a/b/full") is None
    await storage.put("a/b/full", b"one")
    await storage.put("a/b/full", b"two")
    await storage.put("a/b/chunks/0", b"piece")
    await storage.put("a/c/full", b"three")
    assert await storage.get("a/b/full") == b"two"
    await storage.forget("a/b/")
    await storage.forget("a/b/")
    assert await storage.get("a/b/full") is None
    assert await storage.get("a/b/chunks/0") is None
    assert await storage.get("a/c/full") == b"three"


async def test_a_store_that_does_not_know_us_is_away(options: StorageOptions) -> None:
    storage = BucketStorage(replace(options, secret_key="another"))
    for work in (storage.put("a/b", b"x"), storage.get("a/b"), storage.forget("a/")):
        with pytest.raises(StorageAway):
            await work


async def test_a_store_that_is_not_there_is_away() -> None:
    storage = BucketStorage(
        StorageOptions(
            bucket="foto",
            endpoint="http://127.0.0.1:9",
            access_key="x",
            secret_key="x",
            timeout_s=0.2,
        )
    )
    with pytest.raises(StorageAway):
        await storage.get("a/b")
