# SPDX-License-Identifier: Apache-2.0
"""The reference manual in Markdown, written from the catalogue: ``fidelia manual``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from . import _catalogue
from ._signatures import range_text

if TYPE_CHECKING:
    from ._signatures import Callable, Entry, Option, Slot, TableInfo

__all__ = ["entry_lines", "manual", "reading_lines"]

_HEAD = """# Fidelia: reference

Everything that Fidelia {version} can do. Each name is the same in C++, C, Python and on the command line; a model is
in Python the class named in its heading. Every call that reads tables also takes the options at the end of this page.
"""


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _rows(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    return lines + ["| " + " | ".join(map(_cell, row)) + " |" for row in rows] + [""]


def _table(info: TableInfo) -> list[str]:
    rows = []
    for column in info["columns"]:
        may = "optional" if column["optional"] else ""
        null = "null" if column["nullable"] else ""
        words = f" One of: {', '.join(column['words'])}." if column["words"] else ""
        may_be = ", ".join(word for word in (may, null) if word)
        rows.append(
            [f"`{column['name']}`", column["kind"], column["unit"], may_be, column["help"] + words]
        )
    return _rows(["column", "kind", "unit", "may be", "what it is"], rows)


def _slots(kind: str, slots: Sequence[Slot]) -> list[str]:
    lines: list[str] = []
    for slot in slots:
        may = "" if slot["required"] or kind == "Output" else " (optional)"
        lines += [f"**{kind} `{slot['name']}`**{may}. {slot['help']}", ""]
        lines += _table(slot["table"])
    return lines


def _options(options: Sequence[Option]) -> list[str]:
    rows = []
    for option in options:
        default = "required" if option["required"] else option["default"] or ""
        rows.append(
            [
                f"`{option['name']}`",
                option["kind"],
                default,
                option["unit"],
                range_text(option),
                option["help"],
            ]
        )
    head = ["option", "kind", "default", "unit", "allowed", "what it does"]
    return ["**Options**", "", *_rows(head, rows)] if rows else []


def _callable(call: Callable) -> list[str]:
    return [
        *_slots("Input", call["inputs"]),
        *_options(call["options"]),
        *_slots("Output", call["outputs"]),
    ]


def entry_lines(entry: Entry, level: str = "##") -> list[str]:
    """One entry as lines of Markdown, its heading at that level."""
    name = entry["name"]
    heading = f"{name} ({_catalogue.class_name(name)})" if entry["kind"] == "model" else name
    lines = [f"{level} {heading}", "", f"*{entry['kind']}.* {entry['help']}", ""]
    if entry["detail"]:
        lines += [entry["detail"], ""]
    if entry["fact"] is not None:
        lines += _table(entry["fact"])
    lines += _callable(entry)
    if entry["parameters"]:
        rows = [[f"`{p['name']}`", p["unit"], p["help"]] for p in entry["parameters"]]
        lines += ["**Parameters**", "", *_rows(["parameter", "unit", "what it is"], rows)]
    for call in entry["calls"]:
        lines += [f"{level}# {name}: {call['name']}", "", call["help"], "", *_callable(call)]
    return lines


def reading_lines(entry: Entry, level: str = "##") -> list[str]:
    """The options that every call which reads a table also takes."""
    return [f"{level} Options of every call", "", *_options(entry["reading"])[2:]]


def manual() -> str:
    """The whole reference as Markdown.

    Examples
    --------
    >>> from fidelia._manual import manual
    >>> manual().splitlines()[0]
    '# Fidelia: reference'
    """
    from . import _core

    entries = [_catalogue.entry(listed["name"]) for listed in _catalogue.entries()]
    lines = [_HEAD.format(version=_core.version())]
    for entry in entries:
        lines += entry_lines(entry)
    lines += reading_lines(entries[0])
    return "\n".join(lines).rstrip() + "\n"
