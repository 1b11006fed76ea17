# SPDX-License-Identifier: Apache-2.0
"""The catalogue on the terminal: ``fidelia list``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ._catalogue import class_name
from ._signatures import range_text

if TYPE_CHECKING:
    from ._signatures import Callable, Entry, Listed, Option, Slot, TableInfo

__all__ = ["print_entries", "print_entry"]


def _console() -> Console:
    console = Console()
    # Into a file or a pipe whole lines are worth more than columns that fit.
    return console if console.is_terminal else Console(width=max(160, console.width))


def _grid(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", box=None, pad_edge=False, header_style="bold")
    for i, column in enumerate(columns):
        table.add_column(column, overflow="fold", no_wrap=i == 0)
    return table


def _add(table: Table, *cells: str) -> None:
    # Texts of the catalogue are no markup: brackets in them are brackets.
    table.add_row(*(Text(cell) for cell in cells))


def print_entries(entries: Sequence[Listed]) -> None:
    """Names, kinds and sentences."""
    table = _grid("", "name", "kind", "what it is")
    for entry in entries:
        _add(table, entry["name"], entry["kind"], entry["help"])
    _console().print(table)


def _columns(console: Console, title: str, info: TableInfo) -> None:
    table = _grid(title, "column", "kind", "unit", "", "help", "also recognised as")
    for column in info["columns"]:
        may = "may be missing" if column["optional"] else ""
        if column["nullable"]:
            may = may or "may be null"
        words = f" One of: {', '.join(column['words'])}." if column["words"] else ""
        aliases = ", ".join(column["aliases"])
        _add(
            table,
            column["name"],
            column["kind"],
            column["unit"],
            may,
            column["help"] + words,
            aliases,
        )
    console.print(table)
    console.print()


def _slots(console: Console, kind: str, slots: Sequence[Slot]) -> None:
    for slot in slots:
        may = "" if slot["required"] or kind == "Output" else " (may be missing)"
        _columns(console, f"{kind} {slot['name']}{may}: {slot['help']}", slot["table"])


def _options(console: Console, title: str, options: Sequence[Option]) -> None:
    if not options:
        return
    table = _grid(title, "option", "kind", "default", "unit", "allowed", "help")
    for option in options:
        default = "required" if option["required"] else option["default"] or ""
        allowed = ", ".join(option["words"]) or range_text(option)
        _add(
            table, option["name"], option["kind"], default, option["unit"], allowed, option["help"]
        )
    console.print(table)
    console.print()


def _callable(console: Console, callable_: Callable) -> None:
    _slots(console, "Input", callable_["inputs"])
    _slots(console, "Output", callable_["outputs"])
    _options(console, "Options", callable_["options"])


def print_entry(entry: Entry) -> None:
    """All that the catalogue says of one entry."""
    console = _console()
    console.print(Text(f"{entry['name']} ({entry['kind']})", style="bold"))
    console.print(Text(entry["help"]))
    if entry["detail"]:
        console.print(Text(entry["detail"]))
    console.print()
    if entry["fact"] is not None:
        _columns(console, "Columns", entry["fact"])
        return
    if entry["kind"] == "model":
        console.print(Text(f"In Python: fidelia.{class_name(entry['name'])}"))
        console.print()
    _callable(console, entry)
    if entry["parameters"]:
        table = _grid("Parameters", "parameter", "unit", "help")
        for parameter in entry["parameters"]:
            _add(table, parameter["name"], parameter["unit"], parameter["help"])
        console.print(table)
        console.print()
    for call in entry["calls"]:
        console.print(Text(f"{call['name']}: {call['help']}", style="bold"))
        _callable(console, call)
    if entry["inputs"] or entry["calls"]:
        _options(console, "Options of every call that reads a table", entry["reading"])
