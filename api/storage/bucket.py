"""Photos in a bucket of an S3-compatible store, for installations of several machines.

Invariant: this module alone knows the store's library, and is imported only where a bucket is set.
"""

from datetime import timedelta
from typing import Any, Final

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from api.storage.storage import AWAY_RETRY_S, StorageOptions
from models.rules.refusals import StorageAway

TRIES: Final = 3  # a store now and then asks for patience


class BucketStorage:
    """A `Storage` of objects."""

    def __init__(self, options: StorageOptions) -> None:
        """Opens no connection yet. `options.bucket` is set."""
        given: dict[str, Any] = {
            "endpoint": options.endpoint,
            "access_key_id": options.access_key,
            "secret_access_key": options.secret_key,
        }
        timeout = timedelta(seconds=options.timeout_s)
        self._store = S3Store(
            options.bucket,
            region=options.region,
            client_options={
                "allow_http": (options.endpoint or "").startswith("http://"),
                "timeout": timeout,
            },
            retry_config={"max_retries": TRIES, "retry_timeout": timeout},
            **{name: value for name, value in given.items() if value is not None},
        )

    async def put(self, key: str, data: bytes) -> None:
        """Keeps these bytes."""
        try:
            await obstore.put_async(self._store, key, data, use_multipart=False)
        except BaseError as error:
            raise StorageAway(retry_after_s=AWAY_RETRY_S) from error

    async def get(self, key: str) -> bytes | None:
        """The bytes, if there are any."""
        try:
            found = await obstore.get_async(self._store, key)
            return bytes(await found.bytes_async())
        except FileNotFoundError:
            return None
        except BaseError as error:
            raise StorageAway(retry_after_s=AWAY_RETRY_S) from error

    async def forget(self, prefix: str) -> None:
        """Removes every object below; what is gone already is no error."""
        try:
            async for page in obstore.list(self._store, prefix):
                for each in page:
                    await self._delete(each["path"])
        except BaseError as error:
            raise StorageAway(retry_after_s=AWAY_RETRY_S) from error

    async def _delete(self, key: str) -> None:
        # One by one: not every store knows how to delete many at once.
        try:
            await obstore.delete_async(self._store, key)
        except FileNotFoundError:
            return
