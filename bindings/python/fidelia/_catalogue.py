# SPDX-License-Identifier: Apache-2.0
"""The catalogue: what the library says that it can do. Read once, on first use."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, cast

from . import _core

if TYPE_CHECKING:
    from ._signatures import Entry, Listed

__all__ = ["class_name", "describe", "entries"]


@lru_cache(maxsize=None)
def _described(name: str) -> str:
    return _core.describe(name)


@lru_cache(maxsize=None)
def entry(name: str) -> Entry:
    """One entry, shared: not to be changed."""
    return cast("Entry", json.loads(_described(name)))


def describe(name: str) -> Entry:
    """What the catalogue says of one entry: tables, columns, units, options.

    Parameters
    ----------
    name : str
        As ``fidelia list`` shows it, such as ``"purchase_summary"``.

    Examples
    --------
    >>> import fidelia
    >>> fidelia.describe("purchase_summary")["kind"]
    'measure'
    """
    return cast("Entry", json.loads(_described(name)))


def entries() -> list[Listed]:
    """Name, kind and one sentence of everything that Fidelia can do.

    Examples
    --------
    >>> import fidelia
    >>> "bg_nbd" in [entry["name"] for entry in fidelia.entries()]
    True
    """
    return cast("list[Listed]", json.loads(_described(""))["entries"])


def class_name(name: str) -> str:
    """``bg_nbd`` as a class: ``BgNbd``."""
    return "".join(part.capitalize() for part in name.split("_"))


@lru_cache(maxsize=None)
def public_names() -> dict[str, str]:
    """Names of functions and classes in Python, and the entries that they stand for."""
    names: dict[str, str] = {}
    for listed in entries():
        if listed["kind"] == "model":
            names[class_name(listed["name"])] = listed["name"]
        elif listed["kind"] != "fact":
            names[listed["name"]] = listed["name"]
    return names
