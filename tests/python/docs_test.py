# SPDX-License-Identifier: Apache-2.0
"""Goal: every example in a docstring runs and prints what it says."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import fidelia

MODULES = [
    m.name for m in pkgutil.iter_modules(fidelia.__path__) if m.name not in ("_core", "__main__")
]


@pytest.mark.parametrize("name", MODULES)
def test_examples(name: str) -> None:
    module = importlib.import_module(f"fidelia.{name}")
    assert doctest.testmod(module, optionflags=doctest.NORMALIZE_WHITESPACE).failed == 0


def test_there_are_examples() -> None:
    finder = doctest.DocTestFinder(exclude_empty=True)
    found = [
        test
        for name in MODULES
        for test in finder.find(importlib.import_module(f"fidelia.{name}"))
        if test.examples
    ]
    assert len(found) >= 5
