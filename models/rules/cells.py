"""Text in the cells of a CSV file that a spreadsheet will open.

A spreadsheet takes a cell that begins with `=`, `+`, `-`, `@`, a tab or a carriage return for a
formula, also behind blanks; whoever wrote a note could so run one on the machine of whoever opens
the export. Invariants: no cell that leaves here begins with one of these, and whoever reads the
file by `models.queries.imports.table.plain` gets the text back.
"""

from typing import Final

TRIGGERS: Final = frozenset("=+-@\t\r")
GUARD: Final = "'"


def plain_cell(text: str) -> str:
    """The text, guarded by an apostrophe where a spreadsheet would take it for a formula.

    Text that begins with an apostrophe gets one more, so that reading takes off only ours.
    """
    bare = text.lstrip()
    # A leading tab or carriage return is a blank to lstrip and a trigger to a spreadsheet.
    risky = text[:1] in TRIGGERS or bare[:1] in TRIGGERS or bare.startswith(GUARD)
    return GUARD + text if risky else text
