"""The app at `/`: its built files, and the app's page for every address that is the app's own.

Invariant: no file outside of the built folder is ever read: all are in memory from the start, so a
request is a look into a table. A file with a hash in its name never changes and is kept for a year;
everything else is asked for again each time, which is how an update of the app arrives.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from mimetypes import guess_type
from pathlib import Path
from typing import Final

from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

# What the service answers itself, whatever its address looks like.
SERVED: Final = re.compile(
    r"/(?:v1|s|verify|docs)(?:/|$)|/(?:openapi\.json|healthy|live|ready|metrics)$"
)
PAGE: Final = "/index.html"
HASHED: Final = "/assets/"
ENCODINGS: Final = (("br", ".br"), ("gzip", ".gz"))  # the smallest first
NOT_SERVED: Final = (".sources", "manifest.json")  # what the build wrote for itself
FOR_EVER: Final = "public, max-age=31536000, immutable"
ASK_AGAIN: Final = "no-cache"
TYPES: Final = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
}
CONTENT_POLICY: Final = (
    "default-src 'self'; connect-src 'self'; img-src 'self' blob: data:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
CAREFUL: Final = {
    "content-security-policy": CONTENT_POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(self), geolocation=(self), microphone=()",
    "cross-origin-opener-policy": "same-origin",
}
# Scripts and styles obey the policy of their page; sixty files would carry it in vain.
OF_PAGE: Final = {"x-content-type-options": "nosniff"}
NOT_BUILT: Final = """\
<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Denyut</title></head>
<body>
<h1>Denyut</h1>
<p>Layanan ini berjalan, tetapi aplikasinya belum dibangun. Jalankan <code>make web</code> (atau
<code>denyut web build</code>), lalu mulai ulang layanan.</p>
<p>The service runs, but its app has not been built. Run <code>make web</code> (or
<code>denyut web build</code>), then start the service again. <a href="/docs">The API</a> answers
already.</p>
</body>
</html>
"""


@dataclass(frozen=True, slots=True)
class WebFile:
    """One file as it is sent: `bodies` by content encoding, "" for the plain one."""

    media_type: str
    cache: str
    tag: str
    bodies: Mapping[str, bytes]

    def body_for(self, accepted: str) -> tuple[str, bytes]:
        """The smallest encoding that a browser takes, and the bytes."""
        taken = {part.partition(";")[0].strip() for part in accepted.split(",")}
        for name, _ in ENCODINGS:
            if name in taken and name in self.bodies:
                return name, self.bodies[name]
        return "", self.bodies[""]


class WebApp:
    """Pure ASGI for GET and HEAD of everything that `takes` says is the app's."""

    def __init__(self, files: Mapping[str, WebFile]) -> None:
        self._files = files

    @classmethod
    def read(cls, folder: Path | None) -> "WebApp":
        """The app built in a folder; without one, a page that says how to build it."""
        if folder is None or not (folder / PAGE[1:]).is_file():
            body = NOT_BUILT.encode()
            return cls({PAGE: WebFile(TYPES[".html"], ASK_AGAIN, _tag(body), {"": body})})
        return cls(dict(_file(folder, path) for path in sorted(folder.rglob("*")) if _ours(path)))

    def takes(self, scope: Scope) -> bool:
        """Whether a request is the app's: a file of it, or an address that only the app knows."""
        path: str = scope["path"]
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            return False
        return path in self._files or (not SERVED.match(path) and "." not in path)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request that `takes` has said yes to."""
        file = self._files.get(scope["path"]) or self._files[PAGE]
        asked = Headers(scope=scope)
        encoding, body = file.body_for(asked.get("accept-encoding", ""))
        same = asked.get("if-none-match") == file.tag
        headers = {
            "cache-control": file.cache,
            "etag": file.tag,
            "vary": "accept-encoding",
            **(OF_PAGE if file.cache == FOR_EVER else CAREFUL),
        }
        if not same:
            headers |= {"content-type": file.media_type, "content-length": str(len(body))}
            if encoding:
                headers["content-encoding"] = encoding
        raw = [(name.encode(), value.encode()) for name, value in headers.items()]
        status = 304 if same else 200
        await send({"type": "http.response.start", "status": status, "headers": raw})
        silent = same or scope["method"] == "HEAD"
        await send({"type": "http.response.body", "body": b"" if silent else body})


def _ours(path: Path) -> bool:
    packed = path.suffix in (".br", ".gz", ".map")
    return path.is_file() and not packed and path.name not in NOT_SERVED


def _file(folder: Path, path: Path) -> tuple[str, WebFile]:
    """A file by its address, with the packed forms that the build made beside it."""
    address = f"/{path.relative_to(folder).as_posix()}"
    plain = path.read_bytes()
    bodies = {"": plain}
    for name, suffix in ENCODINGS:
        packed = path.with_name(path.name + suffix)
        if packed.is_file():
            bodies[name] = packed.read_bytes()
    media_type = TYPES.get(path.suffix) or guess_type(path.name)[0] or "application/octet-stream"
    cache = FOR_EVER if address.startswith(HASHED) else ASK_AGAIN
    return address, WebFile(media_type, cache, _tag(plain), bodies)


def _tag(body: bytes) -> str:
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'
