"""What screens keep closed until somebody asks: dialogs, forms, second thoughts, steps of each.

They are found in the sources, as the routes are: a state of a part (`useState`) that begins at
nothing, or at one of several words, and decides whether something stands in the page. Whatever is
found has to be opened by one of the views in `opened_staff.py` and `opened_lead.py`.
"""

import re
from pathlib import Path

SOURCES = Path(__file__).parents[2] / "web" / "src"
PART = re.compile(r"^(?:export )?(?:default )?function (\w+)|^export default function (\w+)", re.M)
STATE = re.compile(
    r"const \[(\w+), \w+\] = useState(?:<[^()]*>)?\((?:false|null|'\w+')\);",
)
DETAILS = re.compile(r"<details\b")
# Shown while something is on its way or read, or one line that says how it went.
PASSING = frozenset(
    {"arrival", "busy", "done", "error", "file", "first"}
    | {"found", "made", "missing", "sent", "trouble"}
)


def openings() -> set[str]:
    """Each as `lead/bulk.tsx BulkDialog.phase`."""
    return set().union(*(_of(path.read_text(), path) for path in SOURCES.rglob("*.tsx")))


def _of(text: str, path: Path) -> set[str]:
    file = path.relative_to(SOURCES)
    starts = [(match.start(), match[1] or match[2]) for match in PART.finditer(text)]
    found = set()
    for index, (start, part) in enumerate(starts):
        end = starts[index + 1][0] if index + 1 < len(starts) else len(text)
        body = text[start:end]
        names = {name for name in STATE.findall(body) if name not in PASSING}
        found |= {f"{file} {part}.{name}" for name in names if _decides(name, body)}
        if DETAILS.search(body):
            found.add(f"{file} {part}.details")
    return found


def _decides(name: str, body: str) -> bool:
    """Whether something stands in the page or not because of it."""
    element = rf"\b{name}\b[^\n{{}}]*&& (?:\($|<[A-Z])"
    early = rf"if \(!?{name}\b[^\n]*\) (?:\{{$|return <)"
    return re.search(f"{element}|{early}", body, re.MULTILINE) is not None
