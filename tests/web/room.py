"""The room that the browser gives the app, and filling it up: a full phone, by its own account."""

from dataclasses import dataclass
from typing import Self

from playwright.async_api import CDPSession

from tests.web.phone import Phone

SCARCE_BYTES = 4_000_000
PLENTY_BYTES = 400_000_000
# Other apps' pictures, so to speak: ever smaller pieces, until not even the smallest fits.
FILL = """
() => new Promise((resolve, reject) => {
  const opening = indexedDB.open('ballast', 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore('all', {autoIncrement: true});
  opening.onerror = reject;
  opening.onsuccess = () => {
    const kept = opening.result;
    const more = (bytes) => {
      if (bytes < 16) return kept.close(), resolve();
      const change = kept.transaction('all', 'readwrite', {durability: 'strict'});
      change.oncomplete = () => more(bytes);
      change.onabort = () => more(bytes / 4);
      change.objectStore('all').add(crypto.getRandomValues(new Uint8Array(bytes)));
    };
    more(65536);
  };
})
"""


@dataclass
class Room:
    """What a phone's browser lets this app keep. The limit is real: its own quota, made small."""

    phone: Phone
    _devtools: CDPSession

    @classmethod
    async def scarce(cls, phone: Phone) -> Self:
        """From before the app is opened for the first time, since browsers remember."""
        room = cls(phone, await phone.context.new_cdp_session(phone.page))
        await room._limited(SCARCE_BYTES)
        return room

    async def filled(self, left_bytes: int = 0) -> None:
        """Nothing fits any more, or about so much."""
        await self.phone.page.evaluate(FILL)
        if left_bytes:
            told = await self._devtools.send("Storage.getUsageAndQuota", {"origin": self.phone.url})
            await self._limited(int(told["usage"]) + left_bytes)

    async def freed(self) -> None:
        """The person has deleted pictures and apps."""
        await self._limited(PLENTY_BYTES)

    async def _limited(self, quota_bytes: int) -> None:
        await self._devtools.send(
            "Storage.overrideQuotaForOrigin",
            {"origin": self.phone.url, "quotaSize": quota_bytes},
        )
