# SPDX-License-Identifier: Apache-2.0
"""Table: what a call returns. Held once, looked at and handed on as often as wanted."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, overload

from . import _core
from ._errors import ColumnNotFoundError

if TYPE_CHECKING:
    import numpy
    import pandas
    import polars
    import pyarrow

__all__ = ["Column", "Table"]

_ROWS_SHOWN = 10


def _shown(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, float):
        return f"{value:.6g}"
    return str(value)


class Column(Sequence[Any]):
    """One column of a :class:`Table`, read-only.

    It is a sequence of Python values (``None`` where a value does not exist), an array for numpy,
    and a stream for whatever reads Arrow: ``polars.Series(column)``,
    ``pyarrow.chunked_array(column)``.
    """

    def __init__(self, data: _core.ArrowData, index: int, name: str) -> None:
        self._data = data
        self._index = index
        self.name = name

    def __len__(self) -> int:
        return self._data.rows

    @overload
    def __getitem__(self, index: int) -> Any: ...
    @overload
    def __getitem__(self, index: slice) -> list[Any]: ...
    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, slice):
            begin, end, step = index.indices(len(self))
            if step == 1:
                return _core.data_list(self._data, self._index, begin, max(begin, end))
            return [self[i] for i in range(begin, end, step)]
        i = index + len(self) if index < 0 else index
        if not 0 <= i < len(self):
            raise IndexError(f"row {index} of a column of {len(self)} rows")
        return _core.data_list(self._data, self._index, i, i + 1)[0]

    def __iter__(self) -> Iterator[Any]:
        return iter(self.to_list())

    def to_list(self) -> list[Any]:
        """All values as Python objects."""
        return _core.data_list(self._data, self._index, 0, len(self))

    def to_numpy(self) -> numpy.ndarray[Any, Any]:
        """All values as a numpy array, nulls of real numbers as NaN."""
        import numpy

        numbers = _core.data_numbers(self._data, self._index)
        if numbers is None:
            return numpy.array(self.to_list(), dtype=object)
        return numpy.asarray(numbers)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        array = self.to_numpy()
        return array if dtype is None else array.astype(dtype)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return _core.data_stream(self._data, self._index)

    def __arrow_c_schema__(self) -> object:
        return _core.data_schema(self._data, self._index)

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild_column, (_core.data_state(self._data), self._index, self.name)

    def __repr__(self) -> str:
        first = [_shown(value) for value in self[:_ROWS_SHOWN]]
        more = ", …" if len(self) > _ROWS_SHOWN else ""
        return f"<fidelia.Column {self.name}: {len(self):,} rows [{', '.join(first)}{more}]>"


def _rebuild_column(state: tuple[Any, ...], index: int, name: str) -> Column:
    return Column(_core.data_from_state(state), index, name)


class Table:
    """A table of results in Arrow's memory layout.

    Hand it to any library that reads Arrow, without copies: ``pyarrow.table(t)``,
    ``polars.DataFrame(t)``, ``pandas.DataFrame.from_arrow(t)``, or by name in a query of DuckDB.

    Parameters
    ----------
    columns : mapping of str to sequence, or any Arrow-capable table
        To make a table by hand; calls make their own.

    Attributes
    ----------
    rejected : Table or None
        Rows that were set aside, with reasons; rows appear here when ``strict=False``.
    intake : Table or None
        What happened to the rows of the call that made this table: how many were read, how many
        set aside, and what was noticed.

    Examples
    --------
    >>> import fidelia
    >>> table = fidelia.Table({"customer_id": ["a", "b"], "p_alive": [0.5, None]})
    >>> len(table), table.column_names
    (2, ['customer_id', 'p_alive'])
    >>> table["p_alive"].to_list()
    [0.5, None]
    """

    def __init__(self, columns: object) -> None:
        if isinstance(columns, _core.ArrowData):
            self._data = columns
        elif isinstance(columns, Mapping):
            lengths = {len(values) for values in columns.values()}
            if len(lengths) > 1:
                raise ValueError("columns must have equal lengths")
            self._data = _core.data_from_lists({k: list(v) for k, v in columns.items()})
        elif hasattr(columns, "__arrow_c_stream__"):
            self._data = _core.read_stream(columns.__arrow_c_stream__())
        else:
            raise TypeError("Table takes a mapping of columns or an Arrow-capable table")
        self.rejected: Table | None = None
        self.intake: Table | None = None

    @property
    def column_names(self) -> list[str]:
        """Names of the columns, in order."""
        return _core.data_names(self._data)

    @property
    def num_rows(self) -> int:
        """Number of rows."""
        return self._data.rows

    @property
    def num_columns(self) -> int:
        """Number of columns."""
        return len(self.column_names)

    def __len__(self) -> int:
        return self._data.rows

    def __iter__(self) -> Iterator[str]:
        return iter(self.column_names)

    def __contains__(self, name: object) -> bool:
        return name in self.column_names

    def keys(self) -> list[str]:
        """Names of the columns: makes ``dict(table)`` work."""
        return self.column_names

    def __getitem__(self, name: str) -> Column:
        names = self.column_names
        if name not in names:
            raise ColumnNotFoundError(
                f'the table has no column "{name}"; it has: {", ".join(names)}', column=str(name)
            )
        return Column(self._data, names.index(name), name)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return _core.data_stream(self._data)

    def __arrow_c_schema__(self) -> object:
        return _core.data_schema(self._data)

    def to_pyarrow(self) -> pyarrow.Table:
        """As a ``pyarrow.Table``, sharing memory."""
        import pyarrow

        return pyarrow.table(self)

    def to_pandas(self) -> pandas.DataFrame:
        """As a ``pandas.DataFrame``. Needs pyarrow."""
        return self.to_pyarrow().to_pandas()

    def to_polars(self) -> polars.DataFrame:
        """As a ``polars.DataFrame``."""
        import polars

        return polars.DataFrame(self)

    def to_dict(self) -> dict[str, list[Any]]:
        """As a dictionary of lists of Python values."""
        return {name: self[name].to_list() for name in self.column_names}

    def __reduce__(self) -> tuple[Any, ...]:
        extra = {"rejected": self.rejected, "intake": self.intake}
        return _rebuild_table, (type(self), _core.data_state(self._data), extra)

    def _rows(self, count: int) -> list[list[str]]:
        columns = [[_shown(v) for v in self[name][:count]] for name in self.column_names]
        return [list(row) for row in zip(*columns)]

    def __repr__(self) -> str:
        names = self.column_names
        rows = self._rows(_ROWS_SHOWN)
        widths = [max(map(len, cells)) for cells in zip(names, *rows)]
        lines = [
            "  ".join(cell.rjust(width) for cell, width in zip(row, widths)).rstrip()
            for row in [names, *rows]
        ]
        if len(self) > _ROWS_SHOWN:
            lines.append(f"… {len(self) - _ROWS_SHOWN:,} more rows")
        return f"<fidelia.Table: {len(self):,} rows × {len(names)} columns>\n" + "\n".join(lines)

    def _repr_html_(self) -> str:
        def cells(row: list[str], tag: str) -> str:
            return "".join(f"<{tag}>{html.escape(cell)}</{tag}>" for cell in row)

        body = "".join(f"<tr>{cells(row, 'td')}</tr>" for row in self._rows(_ROWS_SHOWN))
        return (
            f"<table><thead><tr>{cells(self.column_names, 'th')}</tr></thead>"
            f"<tbody>{body}</tbody></table>"
            f"<p>{len(self):,} rows × {len(self.column_names)} columns</p>"
        )


def _rebuild_table(kind: type[Table], state: tuple[Any, ...], extra: Mapping[str, object]) -> Table:
    table = kind.__new__(kind)
    table._data = _core.data_from_state(state)
    table.__dict__.update(extra)
    return table
