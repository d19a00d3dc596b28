"""Passwords: hashed with argon2id in a few threads with a bounded queue, and what makes a good one.

Invariant: a check costs the same whether there is a stored hash or not, and hashing can never take
more memory than `workers` x `memory_kib` or hold more callers than the queue.
"""

import asyncio
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeVar

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from models.rules.refusals import Busy, PasswordTooWeak

LEAST_CHARACTERS: Final = 10
MOST_CHARACTERS: Final = 256
LEAST_DIFFERENT: Final = 5  # "aaaaaaaaaa" and "1212121212" are ten characters too

# What people in Indonesian offices choose first; compared without digits, signs and upper case.
_COMMON = """
    password passwort qwerty qwertyuiop asdfgh asdfghjkl zxcvbn admin administrator welcome
    iloveyou letmein login user guest monkey dragon football superman princess sunshine master
    rahasia katasandi sandi masuk selamat selamatdatang bismillah bismillahirrahmanirrahim
    alhamdulillah insyaallah assalamualaikum sayang akucintakamu cintaku indonesia indonesiaraya
    garuda pancasila merdeka merdekaataumati bhinnekatunggalika jakarta padang sawahlunto
    sumatera sumaterabarat minangkabau pegawai pegawainegeri pns asn pppk bkpsdm dinas kantor
    pemkot pemerintah pemerintahkota denyut laporan semangat sukses sukseselalu cantik ganteng
    keluarga anakku ibuku ayahku mamaku papaku persib persija timnas
"""
_COMMON_WORDS: Final = frozenset(_COMMON.split())
_ROWS: Final = ("01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "abcdefghijklmnopqrstuvwxyz")

_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True)
class HasherOptions:
    """Cost of one hash and bounds of the queue.

    19 MiB and two passes are what OWASP names as the least for argon2id; raise them where the
    machine allows, and stored hashes are renewed at the next sign-in.
    """

    workers: int = 2
    queue_limit: int = 64
    memory_kib: int = 19 * 1024
    passes: int = 2
    lanes: int = 1
    retry_after_s: int = 3


@dataclass(frozen=True, slots=True)
class Checked:
    """The answer of a check; `fresh_hash` replaces a right but outdated stored hash."""

    right: bool
    fresh_hash: str | None = None


class Hasher:
    """Hashes and checks passwords off the event loop. Close it when the service stops."""

    def __init__(self, options: HasherOptions) -> None:
        self._options = options
        self._hash = PasswordHash(
            (
                Argon2Hasher(
                    time_cost=options.passes,
                    memory_cost=options.memory_kib,
                    parallelism=options.lanes,
                ),
            )
        )
        self._threads = ThreadPoolExecutor(options.workers, thread_name_prefix="passwords")
        self._held = 0
        # Made with the same parameters, so that checking an unknown NIP takes the same work.
        self._nobody = self._hash.hash("nobody has this password")

    async def hashed(self, password: str) -> str:
        """The argon2id hash of a password. Raises `Busy` when the queue is full."""
        return await self._run(partial(self._hash.hash, normal(password)))

    async def checked(self, password: str, stored: str | None) -> Checked:
        """Whether the password is the stored one; None costs the same and is never right.

        Raises `Busy` when the queue is full.
        """
        right, fresh = await self._run(
            partial(self._hash.verify_and_update, normal(password), stored or self._nobody)
        )
        return Checked(right and stored is not None, fresh if stored is not None else None)

    def close(self) -> None:
        """Lets what runs finish and takes nothing new."""
        self._threads.shutdown(wait=True, cancel_futures=True)

    async def _run(self, work: "partial[_Answer]") -> _Answer:
        if self._held >= self._options.workers + self._options.queue_limit:
            raise Busy(retry_after_s=self._options.retry_after_s)
        self._held += 1
        future = asyncio.get_running_loop().run_in_executor(self._threads, work)
        # Counted until the thread is done: a caller that hangs up frees no thread.
        future.add_done_callback(self._released)
        return await asyncio.shield(future)

    def _released(self, future: "asyncio.Future[_Answer]") -> None:
        self._held -= 1
        if not future.cancelled():
            future.exception()


def normal(password: str) -> str:
    """One spelling for what two keyboards may encode differently."""
    return unicodedata.normalize("NFKC", password)


def check_strength(password: str, nip: str) -> None:
    """Raises `PasswordTooWeak` with the reason: short, nip, common, or simple.

    Length and not being the obvious; no rule about signs and capitals, which only bring
    `Password1!`. Sources: domain.md, "NIP" (public); NIST SP 800-63B.
    """
    text = normal(password)
    if len(text) < LEAST_CHARACTERS:
        raise PasswordTooWeak(field="password", reason="short", least_characters=LEAST_CHARACTERS)
    plain = "".join(text.casefold().split())
    if nip in plain or (plain.isdigit() and (plain in nip or nip[:8] in plain)):
        raise PasswordTooWeak(field="password", reason="nip")
    letters = "".join(letter for letter in plain if letter.isalpha())
    if letters in _COMMON_WORDS:
        raise PasswordTooWeak(field="password", reason="common")
    if len(set(plain)) < LEAST_DIFFERENT or _runs(plain):
        raise PasswordTooWeak(field="password", reason="simple")


def _runs(text: str) -> bool:
    """Whether it is nothing but neighbours on the keyboard or in the alphabet."""
    rows = [row * 3 for row in _ROWS] + [row[::-1] * 3 for row in _ROWS]
    return any(text in row for row in rows)
