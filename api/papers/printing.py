"""The press itself: a process of its own that sets pieces and joins them, one line at a time.

It reads a JSON line from its input and answers with one: `{"set": {...}}` → `{"pages": 9,
"resident_bytes": …}`, `{"join": {...}}` → `{"bytes": …, "sha256": …, "pages": …}`; what went wrong
comes back as `{"error": "…"}`. It imports nothing of the service but this package: it stays small.
Invariant: it ends when its input ends, so it never outlives the service.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TextIO

import psutil

from api.papers.joining import joined, pages_of
from api.papers.typesetting import pdf


def answered(request: Mapping[str, Any]) -> dict[str, Any]:
    """What one request comes to. Raises KeyError for a request of no known kind."""
    if "set" in request:
        wanted = request["set"]
        file = Path(wanted["file"])
        tagged = wanted["tagged"]
        file.write_bytes(pdf(wanted["form"], wanted["data"], qr=wanted["qr"], tagged=tagged))
        return {"pages": pages_of(file), "resident_bytes": psutil.Process().memory_info().rss}
    wanted = request["join"]
    bound = joined([Path(piece) for piece in wanted["pieces"]], Path(wanted["file"]))
    return {"bytes": bound.size_bytes, "sha256": bound.sha256.hex(), "pages": bound.pages}


def serve(requests: TextIO, answers: TextIO) -> None:
    """Answers line by line until there are no more."""
    for line in requests:
        try:
            answer = answered(json.loads(line))
        except Exception as error:  # the parent decides what becomes of it
            answer = {"error": f"{type(error).__name__}: {error}"[:500]}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    serve(sys.stdin, sys.stdout)
