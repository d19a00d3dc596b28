"""Kills a phone's pages at a named step, as Android does when it needs the memory.

A page that comes to its step asks the mast for something that is never answered, and waits for it
with its only thread: it can do nothing more. Then the browser's renderers are killed by their
process ids, so no page gets to say goodbye, and no handler of a closing page ever runs.
"""

import asyncio
import os
import signal
from dataclasses import dataclass
from typing import Self

from playwright.async_api import CDPSession

from tests.web.mast import HELD, Mast
from tests.web.phone import Phone

# The steps of a page, told at the instant at which each is taken, once `armed` says from when on.
# What the app does for other ends than saving and sending is left out.
STEPS = """
(() => {
  const fatal = %r;
  globalThis.steps = [];
  globalThis.armed = false;
  const step = (name) => {
    if (!armed) return;
    steps.push(name);
    if (name !== fatal) return;
    const asking = new XMLHttpRequest();
    asking.open('GET', %r, false);
    asking.send();
  };
  const KEPT = ['items', 'drafts', 'photos'];
  const wrote = (store, name) => {
    if (!KEPT.includes(store.name)) return;
    const change = store.transaction;
    step(name);
    if (change.last === undefined) {
      change.addEventListener('complete', () => step(`${change.last}, committed`));
    }
    change.last = name;
  };
  for (const verb of ['add', 'put', 'delete']) {
    const before = IDBObjectStore.prototype[verb];
    IDBObjectStore.prototype[verb] = function (...given) {
      const asked = before.apply(this, given);
      wrote(this, `${this.name} ${verb} ${given[0]?.state ?? ''}`.trim());
      return asked;
    };
  }
  const {digest} = SubtleCrypto.prototype;
  SubtleCrypto.prototype.digest = async function (...given) {
    const made = await digest.apply(this, given);
    step('hashed');
    return made;
  };
  const {fetch} = globalThis;
  globalThis.fetch = async (address, asking = {}) => {
    const kind = /\\/v1\\/(?:reports\\/[^/]+\\/)?(sync|attachments|evidence)/.exec(address)?.[1];
    const onlyAsks = String(asking.body).includes('"mutations":[]');
    if (!kind || onlyAsks) return fetch(address, asking);
    const name = `${asking.method} ${kind}`;
    const sent = fetch(address, asking);
    step(`${name} begun`);
    const answer = await sent;
    step(`${name} answered`);
    const {json} = answer;
    answer.json = async () => {
      const read = await json.call(answer);
      step(`${name} read`);
      return read;
    };
    return answer;
  };
})()
"""


@dataclass
class Reaper:
    """Death of one phone's pages. The browser must be this phone's alone."""

    phone: Phone
    _mast: Mast
    _devtools: CDPSession

    @classmethod
    async def of(cls, phone: Phone, mast: Mast) -> Self:
        browser = phone.context.browser
        assert browser is not None
        return cls(phone, mast, await browser.new_browser_cdp_session())

    async def reopened(self, path: str, fatal: str = "") -> None:
        """Opens the app in a new tab, which dies at this step, the next time it is taken."""
        old, self.phone.page = self.phone.page, await self.phone.context.new_page()
        await old.close()
        await self.phone.page.add_init_script(STEPS % (fatal, HELD))
        await self.phone.open(path)

    async def armed(self) -> None:
        """From now on the steps count."""
        await self.phone.page.evaluate("armed = true")

    async def steps(self) -> list[str]:
        """Which steps the page in front has taken, each once, in their first order."""
        return list(dict.fromkeys(await self.phone.page.evaluate("steps")))

    async def reap(self) -> None:
        """Waits until the page has come to its step, and kills it."""
        async with asyncio.timeout(30):
            await self._mast.held.wait()
        self._mast.held.clear()
        killed = await self._renderers()
        for process_id in killed:
            os.kill(process_id, signal.SIGKILL)
        async with asyncio.timeout(30):
            # A browser that has not noticed yet would use one of them, kept in reserve, again.
            while killed & await self._renderers():
                await asyncio.sleep(0.02)

    async def _renderers(self) -> set[int]:
        told = await self._devtools.send("SystemInfo.getProcessInfo")
        found = [each for each in told["processInfo"] if each["type"] == "renderer"]
        return {int(each["id"]) for each in found} - {0}
