"""The page of all settings, written from the code: `python -m denyut.settings_guide`."""

from denyut.settings import Setting, every_setting

TOP = """# Settings

Settings are environment variables. A name that begins with `DENYUT_` and is none of these stops the
service at its start, since a setting with a spelling mistake is a setting silently ignored. Units
stand in the names: `_S` seconds, `_MS` milliseconds, `_BYTES`, `_MB`.

This page is written from the code by `python -m denyut.settings_guide`; a test compares the two.
"""


def guide() -> str:
    """The whole page as Markdown."""
    lines = [TOP]
    by_part: dict[str, list[Setting]] = {}
    for setting in every_setting():
        by_part.setdefault(setting.part, []).append(setting)
    for part, settings in by_part.items():
        lines += [f"## {part.splitlines()[0].rstrip('.')}", ""]
        more = part.partition("\n")[2].strip()
        if more:
            lines += [more, ""]
        lines += ["| variable | default | meaning |", "|---|---|---|"]
        lines += [
            f"| `{setting.name}` | `{setting.default}` | {setting.meaning} |"
            for setting in settings
        ]
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    print(guide(), end="")
