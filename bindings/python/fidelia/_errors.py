# SPDX-License-Identifier: Apache-2.0
"""The error family: one base class, one class for each kind of fault.

Every error says what went wrong and what to do. Errors about data carry the row (counted from 0
over all batches of the table) and the column, under the name that the caller uses.
"""

from __future__ import annotations

import sys
from typing import Any

__all__ = [
    "CancelledError",
    "ColumnNotFoundError",
    "ConflictError",
    "ConvergenceWarning",
    "FideliaError",
    "FideliaWarning",
    "InconsistentVersionWarning",
    "InternalError",
    "InvalidArgumentError",
    "InvalidDataError",
    "NotFittedError",
    "NotFoundError",
    "OutOfMemoryError",
    "UnavailableError",
    "UnknownArgumentError",
    "UnsupportedError",
]


class FideliaError(Exception):
    """Base of all errors of Fidelia.

    Attributes
    ----------
    row : int or None
        Row of the input at fault, counted from 0.
    column : str or None
        Column, option or table at fault.
    code : str
        The kind of fault, the same word in every language.
    """

    code = "error"

    def __init__(self, message: str, *, row: int | None = None, column: str | None = None) -> None:
        super().__init__(message)
        self.row = row
        self.column = column

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), str(self), self.row, self.column)


def _rebuild(
    kind: type[FideliaError], message: str, row: int | None, column: str | None
) -> FideliaError:
    return kind(message, row=row, column=column)


class InvalidArgumentError(FideliaError, ValueError):
    """The call is wrong: an option out of its range, of the wrong kind, or missing."""

    code = "invalid_argument"


class UnknownArgumentError(InvalidArgumentError, TypeError):
    """A keyword that the function does not have; the message lists those it has."""


class InvalidDataError(FideliaError, ValueError):
    """The data is wrong; see ``row`` and ``column``."""

    code = "invalid_data"


class NotFoundError(FideliaError, LookupError):
    """No entry, table, column or option of that name."""

    code = "not_found"


class ColumnNotFoundError(NotFoundError):
    """A column that is needed is not in the table; the message says how to map it."""


class UnsupportedError(FideliaError):
    """A type, a newer file or a feature that this build lacks."""

    code = "unsupported"


class CancelledError(FideliaError):
    """The call was asked to stop."""

    code = "cancelled"


class OutOfMemoryError(FideliaError, MemoryError):
    """An allocation failed; nothing was changed."""

    code = "no_memory"


class ConflictError(FideliaError):
    """A repeated id came with other content."""

    code = "conflict"


class InternalError(FideliaError, RuntimeError):
    """A defect in Fidelia: please report it."""

    code = "internal"


class UnavailableError(FideliaError, OSError):
    """A store is busy, full or out of reach; nothing was changed, and it may be tried again."""

    code = "unavailable"


class NotFittedError(FideliaError, ValueError, AttributeError):
    """The model was asked for something that only a fit can tell."""

    code = "not_fitted"


class FideliaWarning(UserWarning):
    """Base of all warnings of Fidelia."""


class ConvergenceWarning(FideliaWarning):
    """A fit ended without finding the maximum; the message says why."""


class InconsistentVersionWarning(FideliaWarning):
    """A pickled model was made by another version of Fidelia."""


# By the numbers of fidelia.h, which are never reused.
_BY_STATUS: dict[int, type[FideliaError]] = {
    1: InvalidArgumentError,
    2: InvalidDataError,
    3: NotFoundError,
    4: UnsupportedError,
    5: CancelledError,
    6: OutOfMemoryError,
    7: ConflictError,
    8: InternalError,
    9: UnavailableError,
}


def from_status(status: int, message: str, row: int, column: str) -> FideliaError:
    """The error of a status code of the C ABI."""
    kind = _BY_STATUS.get(status, FideliaError)
    if kind is NotFoundError and column and "column" in message:
        kind = ColumnNotFoundError
    return kind(message, row=row if row >= 0 else None, column=column or None)


def not_fitted(message: str) -> NotFittedError:
    """NotFittedError, which is scikit-learn's as well where that is loaded."""
    theirs = getattr(sys.modules.get("sklearn.exceptions"), "NotFittedError", None)
    if theirs is None:
        return NotFittedError(message)
    both = type("NotFittedError", (NotFittedError, theirs), {"__module__": "fidelia"})
    error: NotFittedError = both(message)
    return error
