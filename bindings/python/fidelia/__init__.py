# SPDX-License-Identifier: Apache-2.0
"""Fidelia: from a company's records to scores, advice and a report on its customer relationships.

Functions and model classes come from the library's catalogue: ``dir(fidelia)`` and
``fidelia list`` show them, ``help(fidelia.purchase_summary)`` says what each takes and returns.
Tables go in from any library that speaks Arrow (pandas, polars, pyarrow, DuckDB), without copies,
and come out as :class:`Table`, which goes back into any of them.

    summary = fidelia.purchase_summary(orders, unit="W", merge="D", as_of="1997-09-30")
    model = fidelia.BgNbd().fit(summary)
    scores = model.predict(summary, horizon=39)
"""

from typing import TYPE_CHECKING, Any

from . import _core
from ._calls import Results
from ._catalogue import describe, entries
from ._errors import (
    CancelledError,
    ColumnNotFoundError,
    ConflictError,
    ConvergenceWarning,
    FideliaError,
    FideliaWarning,
    InconsistentVersionWarning,
    InternalError,
    InvalidArgumentError,
    InvalidDataError,
    NotFittedError,
    NotFoundError,
    OutOfMemoryError,
    UnavailableError,
    UnknownArgumentError,
    UnsupportedError,
)
from ._inputs import DateLike, TableLike
from ._ledger import Balance, PointsLedger, Receipt, Store, open
from ._models import CoefficientTable, Estimator, load
from ._scorer import CustomerScore, Scorer
from ._settings import config, get_kept_memory, get_threads, set_kept_memory, set_threads
from ._table import Column, Table

__version__: str = _core.version()

_STATIC = [name for name in globals() if not name.startswith("_") and name not in ("Any",)]

if not TYPE_CHECKING:
    _STATIC.remove("TYPE_CHECKING")

    def __getattr__(name: str) -> Any:
        # The catalogue is read when it is first asked for, so that importing stays cheap.
        if name == "__all__":
            # `from fidelia import *` leaves Python's own open alone.
            return [*(static for static in _STATIC if static != "open"), *_public()]
        entry = _public().get(name) if not name.startswith("_") else None
        if entry is None:
            raise AttributeError(f"module fidelia has no attribute {name}")
        value = _make(entry)
        globals()[name] = value
        return value

    def __dir__() -> list[str]:
        return sorted([*_STATIC, *_public(), "__version__"])


def _public() -> dict[str, str]:
    from ._catalogue import public_names

    return public_names()


def _make(entry: str) -> Any:
    from ._catalogue import entry as described
    from ._functions import function_of
    from ._models import class_of

    return class_of(entry) if described(entry)["kind"] == "model" else function_of(entry)
