# SPDX-License-Identifier: Apache-2.0
"""What callers give: tables of any library as Arrow streams, dates, options of every kind."""

from __future__ import annotations

import datetime
import operator
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, Union

from . import _core
from ._errors import InvalidArgumentError
from ._table import Table

if TYPE_CHECKING:
    from ._signatures import ColumnInfo, Option, Slot

__all__ = ["DateLike", "TableLike"]


class _Stream(Protocol):
    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...


class _Array(Protocol):
    def __arrow_c_array__(
        self, requested_schema: object | None = None
    ) -> tuple[object, object]: ...


# Whatever speaks Arrow's PyCapsule protocol, or columns by name.
TableLike: TypeAlias = Union[_Stream, _Array, Mapping[str, Any]]
# Also pandas.Timestamp, which is a datetime, and numpy.datetime64.
DateLike: TypeAlias = Union[str, datetime.date, Any]

_EPOCH = datetime.date(1970, 1, 1).toordinal()


def folded(name: str) -> str:
    """The library's notion of equal names: "Customer ID" and "customer_id" are one."""
    return "".join(c for c in name.lower() if c.isalnum())


def recognised(columns: list[ColumnInfo], mapped: Mapping[str, str]) -> Callable[[str], bool]:
    """Tells which of a caller's columns the library may look at."""
    told = set(mapped.values())
    known = {folded(c["name"]) for c in columns}
    known.update(folded(alias) for c in columns for alias in c["aliases"])
    return lambda name: name in told or folded(name) in known


def is_complete(columns: list[ColumnInfo], mapped: Mapping[str, str], names: Iterable[str]) -> bool:
    """Whether every column that the library needs is among these names, as far as can be told.

    Where it is not, the library must see all names, to say what it found.
    """
    given = set(names)
    given_folded = {folded(name) for name in given}
    for column in columns:
        if column["name"] in mapped:
            if mapped[column["name"]] not in given:
                return False
        elif not column["optional"]:
            called = {folded(column["name"]), *map(folded, column["aliases"])}
            if not called & given_folded:
                return False
    return True


def _from_pandas(frame: Any, slot: Slot, mapped: Mapping[str, str]) -> Any:
    # A frame turns all its columns into Arrow, also those that nobody asks for and that may fail.
    columns, names = slot["table"]["columns"], [n for n in frame.columns if isinstance(n, str)]
    wanted = recognised(columns, mapped)
    if not is_complete(columns, mapped, names):
        frame = frame[names].head(0)
    elif kept := [name for name in names if wanted(name)]:
        frame = frame[kept] if len(kept) < len(frame.columns) else frame
    if hasattr(frame, "__arrow_c_stream__"):
        return frame
    import pyarrow  # pandas before 2.2

    return pyarrow.Table.from_pandas(frame, preserve_index=False)


def _from_mapping(columns: Mapping[str, Any]) -> Any:
    try:
        import pyarrow
    except ImportError:
        return Table(columns)
    return pyarrow.table(dict(columns))


def stream_of(table: object, slot: Slot, mapped: Mapping[str, str]) -> object:
    """The table as a capsule of an Arrow stream."""
    name = slot["name"]
    kind = type(table)
    if kind.__module__.split(".")[0] == "pandas" and hasattr(table, "columns"):
        table = _from_pandas(table, slot, mapped)
    elif isinstance(table, Mapping):
        table = _from_mapping(table)
    if hasattr(table, "__arrow_c_stream__"):
        return table.__arrow_c_stream__()
    if hasattr(table, "__arrow_c_array__"):
        return _core.wrap_array(*table.__arrow_c_array__())
    if hasattr(table, "fetch_arrow_reader"):  # DuckDB before its relations spoke the protocol
        return table.fetch_arrow_reader().__arrow_c_stream__()
    if hasattr(table, "collect") and kind.__module__.startswith("polars"):
        return table.collect().__arrow_c_stream__()
    hint = "; read the file first" if isinstance(table, (str, bytes)) else ""
    raise InvalidArgumentError(
        f"{name} must be a table that speaks Arrow (pandas, polars, pyarrow, DuckDB …) or a "
        f"mapping of columns, not {kind.__name__}{hint}",
        column=name,
    )


def days_of(value: object, name: str) -> int:
    """A date of any kind as days since 1970-01-01; text is left to the library."""
    if hasattr(value, "astype") and type(value).__module__ == "numpy":  # numpy.datetime64
        value = value.astype("datetime64[D]").item()
    if isinstance(value, datetime.date):  # datetime and pandas.Timestamp are dates too
        try:
            return value.toordinal() - _EPOCH
        except ValueError:  # NaT
            pass
    raise InvalidArgumentError(
        f"option {name} takes a date: text such as 2023-12-31, or a datetime.date, not {value!r}",
        column=name,
    )


def _wrong(option: Option, wanted: str, value: object) -> InvalidArgumentError:
    words = f", one of: {', '.join(option['words'])}" if option["words"] else ""
    return InvalidArgumentError(
        f"option {option['name']} takes {wanted}{words}; it is {value!r}", column=option["name"]
    )


def _set_number(options: _core.Options, option: Option, value: Any) -> None:
    name = option["name"]
    if isinstance(value, bool) or type(value).__name__ == "bool_":
        raise _wrong(option, "a number", value)
    if option["kind"] == "integer":
        try:
            options.set_integer(name, operator.index(value))
            return
        except (TypeError, OverflowError):
            pass  # a float such as 3.0 is for the library to judge
    try:
        options.set_real(name, float(value))
    except (TypeError, ValueError, OverflowError):
        raise _wrong(option, "a number", value) from None


def set_option(options: _core.Options, option: Option, value: Any) -> None:
    """Put a Python value under the option's name; None is the default."""
    name, kind = option["name"], option["kind"]
    if value is None:
        return
    if isinstance(value, str):
        options.set_text(name, value)
    elif kind == "model":
        handle = getattr(value, "_handle", None)  # of an Estimator
        if handle is None:
            raise _wrong(option, "a fitted model", value)
        options.set_model(name, handle())
    elif kind == "day":
        options.set_day(name, days_of(value, name))
    elif kind == "flag":
        if not isinstance(value, bool) and type(value).__name__ not in ("bool_", "bool"):
            raise _wrong(option, "True or False", value)
        options.set_flag(name, bool(value))
    elif kind in ("integer", "real"):
        _set_number(options, option, value)
    else:
        raise _wrong(option, "text", value)


def column_maps(
    slots: list[Slot],
    given: set[str],
    by_name: Mapping[str, str],
    columns: Mapping[str, Any] | None,
) -> dict[str, dict[str, str]]:
    """For each table, our column names and the caller's.

    A name without a table counts for the first table given that has the column.
    """
    maps: dict[str, dict[str, str]] = {slot["name"]: {} for slot in slots}
    has = {s["name"]: [c["name"] for c in s["table"]["columns"]] for s in slots}

    def put(column: str, source: object) -> None:
        if not isinstance(source, str):
            raise InvalidArgumentError(
                f"{column} takes the caller's name of that column, not {source!r}", column=column
            )
        holders = [s for s in has if column in has[s]]
        if not holders:
            known = sorted({c for names in has.values() for c in names})
            raise InvalidArgumentError(
                f"no table of this call has a column {column}; there are: {', '.join(known)}",
                column=column,
            )
        holder = next((s for s in holders if s in given), None)
        if holder is None:
            raise InvalidArgumentError(
                f"{column} is a column of {' and '.join(holders)}, which the call was not given",
                column=column,
            )
        maps[holder][column] = source

    for column, source in by_name.items():
        put(column, source)
    for key, value in (columns or {}).items():
        if not isinstance(value, Mapping):
            put(key, value)
        elif key in maps:
            maps[key].update(value)
        else:
            raise InvalidArgumentError(
                f"columns names a table {key}; the call takes: {', '.join(maps)}", column=key
            )
    return maps
