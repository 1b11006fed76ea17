# SPDX-License-Identifier: Apache-2.0
"""Functions made from the catalogue's entries."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any

from . import _catalogue, _core
from ._calls import Call, Results
from ._signatures import function_doc, parameters_of, returns_of, signature_of
from ._table import Table

__all__ = ["function_of"]


@lru_cache(maxsize=None)
def function_of(name: str) -> Callable[..., Table | Results]:
    """The Python function of an entry, with its signature and help."""
    entry = _catalogue.entry(name)
    call = Call(entry, entry["reading"], name)
    invoke = partial(_core.call, name)

    def function(*args: object, **kwargs: Any) -> Table | Results:
        return call.results(call.run(invoke, args, kwargs))

    parameters = parameters_of(entry, entry["reading"])
    function.__name__ = function.__qualname__ = name
    function.__module__ = "fidelia"
    function.__doc__ = function_doc(entry, parameters, entry["detail"])
    function.__signature__ = signature_of(parameters, returns_of(entry))  # type: ignore[attr-defined]
    return function
