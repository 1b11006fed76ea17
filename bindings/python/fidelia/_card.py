# SPDX-License-Identifier: Apache-2.0
"""A document of the report's form as plain text for a terminal."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator
from typing import Any

__all__ = ["as_text"]

_WIDTH = 96
_RIGHT = ("number", "money", "percent")


def as_text(document: str) -> str:
    """Title, headline, and each section with its texts and tables; charts are left to a page."""
    made = json.loads(document)
    lines = [made["title"], made["subtitle"], ""]
    for sentence in made["headline"]:
        lines += _wrapped(sentence)
    for section in made["sections"]:
        lines += ["", section["title"], "-" * len(section["title"])]
        for paragraph in section["text"]:
            lines += _wrapped(paragraph)
        for table in section["tables"]:
            lines += ["", *_table(table)]
    return "\n".join(_plain(line).rstrip() for line in lines) + "\n"


def _plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(_plain(text), _WIDTH) or [""]


def _table(table: dict[str, Any]) -> Iterator[str]:
    columns = table["columns"]
    rows = [[c["label"] for c in columns]]
    rows += [["" if cell is None else str(cell) for cell in row] for row in table["rows"]]
    widths = [max(len(row[i]) for row in rows) for i in range(len(columns))]
    for row in rows:
        cells = [
            cell.rjust(width) if column["kind"] in _RIGHT else cell.ljust(width)
            for cell, width, column in zip(row, widths, columns)
        ]
        yield "  ".join(cells)
