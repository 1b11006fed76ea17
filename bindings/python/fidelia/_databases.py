# SPDX-License-Identifier: Apache-2.0
"""Tables of the command line that stand in a database: SQLite, DuckDB or PostgreSQL.

``shop.sqlite::orders`` is a table, ``shop.sqlite::select … from …`` a query, and ``shop.sqlite``
alone the table that has the name of what is asked for (orders, contacts …), or the only one. What a
database calls a type is kept where the library knows it; all else is read as text, so that amounts
stay exact. A database is opened for reading only, and columns that nobody asks for are not read.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ._errors import InvalidArgumentError, InvalidDataError

if TYPE_CHECKING:
    from ._files import Malformed

__all__ = ["Database", "is_database", "open_database", "with_query"]

_SEPARATOR = "::"
_BATCH_ROWS = 1 << 16
_URL = re.compile(r"postgres(ql)?://", re.IGNORECASE)
# The host of a URL may be an IPv6 address, and holds the separator then.
_REFERENCE = re.compile(r"(?P<place>(?:\[[^\]]*\]|(?!::).)*)(?:::(?P<what>.*))?", re.DOTALL)


def _split(reference: str) -> tuple[str, str]:
    """Where the database is, and the table or query; "" where none is named."""
    match = _REFERENCE.fullmatch(reference)
    assert match is not None
    return match["place"], (match["what"] or "").strip()


def _kind_of(place: str) -> str:
    """ "sqlite", "duckdb", "postgresql", or "" for any other file."""
    if _URL.match(place):
        return "postgresql"
    try:
        with open(place, "rb") as file:
            head = file.read(16)
    except OSError:
        return ""
    if head == b"SQLite format 3\0":
        return "sqlite"
    return "duckdb" if head[8:12] == b"DUCK" else ""


def is_database(reference: str) -> bool:
    """Whether this names something in a database, rather than a file."""
    if os.path.exists(reference):
        return _kind_of(reference) != ""
    place, what = _split(reference)
    return what != "" or _kind_of(place) != ""


def with_query(references: Sequence[str], query: str) -> list[str]:
    """The database with the query to read from it."""
    if len(references) != 1 or not is_database(references[0]):
        raise InvalidArgumentError(
            "--query reads from one database: name a SQLite or DuckDB file or a PostgreSQL URL, not "
            + (", ".join(references) or "nothing")
        )
    place, what = _split(references[0])
    if what:
        raise InvalidArgumentError(f"--query and {_SEPARATOR}{what} both say what to read; give one")
    return [place + _SEPARATOR + query]


def _named(name: str) -> str:
    """An identifier as it stands in SQL."""
    return '"' + name.replace('"', '""') + '"'


def _first_line(error: BaseException) -> str:
    return next((line.strip() for line in str(error).splitlines() if line.strip()), repr(error))


class Database:
    """One table or query of a database, read by batches; what a file is to a table of a call."""

    counted = "row"
    package = ""
    bad_rows = 0

    def __init__(self, place: str, what: str, table: str) -> None:
        self.path = self._shown(place)
        self._place = place
        self._query = self._query_of(what, table)
        self.names = self._columns()

    def _shown(self, place: str) -> str:
        return place

    def _query_of(self, what: str, table: str) -> str:
        tables = self._tables()
        name = what if what in tables else what.strip('"')
        if not what:
            name = next((t for t in tables if t.lower() == table.lower()), "")
            if not name and len(tables) == 1:
                name = tables[0]
            if not name:
                raise InvalidArgumentError(
                    f"{self.path} has no table {table}; {self._known(tables)}. Name one with "
                    f"{self.path}{_SEPARATOR}<table>, or a query with --query"
                )
        elif name not in tables:
            if re.search(r"\s", what):
                self.path += " (query)"
                return what.rstrip().rstrip(";")
            by_case = [t for t in tables if t.lower() == name.lower()]
            if len(by_case) != 1:
                raise InvalidArgumentError(
                    f"{self.path} has no table {name}; {self._known(tables)}"
                )
            name = by_case[0]
        self.path += _SEPARATOR + name
        return "select * from " + self._table_in_sql(name)

    @staticmethod
    def _known(tables: Sequence[str]) -> str:
        return f"it has: {', '.join(tables)}" if tables else "it has no tables"

    def _table_in_sql(self, name: str) -> str:
        return _named(name)

    def _select(self, columns: Sequence[str], more: str = "") -> str:
        # A query may end in a comment.
        listed = ", ".join(columns) if columns else "*"
        return f"select {listed} from (\n{self._query}\n) as asked {more}"

    def _fault(self, error: BaseException) -> InvalidDataError:
        return InvalidDataError(f"{self.path}: {_first_line(error)}")

    def _tables(self) -> list[str]:
        raise NotImplementedError

    def _columns(self) -> list[str]:
        raise NotImplementedError

    def schema(self, wanted: Callable[[str], bool]) -> Any:
        """Types of the columns that are read."""
        raise NotImplementedError

    def batches(self, wanted: Callable[[str], bool], strict: bool) -> Iterator[Any]:
        """Record batches of those columns."""
        raise NotImplementedError

    def _kept(self, wanted: Callable[[str], bool]) -> list[str]:
        return [name for name in self.names if wanted(name)] or self.names

    def malformed(self) -> Iterator[Malformed]:
        """A database has no lines."""
        return iter(())

    def lines(self, rows: Sequence[int]) -> dict[int, int]:
        """Rows of the result, from 1."""
        return {row: row + 1 for row in rows}


# -- SQLite --------------------------------------------------------------------------------------


class _Sqlite(Database):
    """Each value of SQLite has a type of its own: a column has the one that all of them fit."""

    def _run(self, sql: str) -> Iterator[tuple[Any, ...]]:
        import sqlite3

        address = f"file:{quote(os.path.abspath(self._place))}?mode=ro"
        try:
            connection = sqlite3.connect(address, uri=True)
        except sqlite3.Error as error:
            raise self._fault(error) from None
        try:
            cursor = connection.execute(sql)
            self._found = [one[0] for one in cursor.description or ()]
            while rows := cursor.fetchmany(_BATCH_ROWS):
                yield from rows
        except (sqlite3.Error, sqlite3.Warning) as error:
            raise self._fault(error) from None
        finally:
            connection.close()

    def _tables(self) -> list[str]:
        listed = self._run(
            "select name from sqlite_master where type in ('table', 'view') and name not like "
            "'sqlite@_%' escape '@' order by name"
        )
        return [row[0] for row in listed]

    def _columns(self) -> list[str]:
        list(self._run(self._select([], "limit 0")))
        return self._found

    def schema(self, wanted: Callable[[str], bool]) -> Any:
        import pyarrow

        kept = self._kept(wanted)
        asked = ", ".join(f"typeof({_named(name)})" for name in kept)
        combinations = list(self._run(self._select([f"distinct {asked}"])))
        fields = []
        for i, name in enumerate(kept):
            types = {row[i] for row in combinations} - {"null"}
            if "blob" in types and len(types) > 1:
                raise InvalidDataError(
                    f"{self.path}: column {name} holds blobs and other values; cast it in a query"
                )
            fields.append(pyarrow.field(name, self._type_of(types)))
        return pyarrow.schema(fields)

    @staticmethod
    def _type_of(types: set[str]) -> Any:
        import pyarrow

        if types == {"integer"}:
            return pyarrow.int64()
        if types and types <= {"integer", "real"}:
            return pyarrow.float64()
        return pyarrow.binary() if types == {"blob"} else pyarrow.string()

    def batches(self, wanted: Callable[[str], bool], strict: bool) -> Iterator[Any]:
        import pyarrow

        schema = self.schema(wanted)
        rows: list[tuple[Any, ...]] = []

        def batch() -> Any:
            columns = [
                pyarrow.array(_as_type(values, field.type), field.type)
                for values, field in zip(zip(*rows), schema)
            ]
            return pyarrow.RecordBatch.from_arrays(columns, schema=schema)

        for row in self._run(self._select([_named(name) for name in schema.names])):
            rows.append(row)
            if len(rows) == _BATCH_ROWS:
                yield batch()
                rows = []
        if rows:
            yield batch()


def _as_type(values: Sequence[Any], kind: Any) -> Sequence[Any]:
    import pyarrow

    if pyarrow.types.is_string(kind):
        return [v if v is None or isinstance(v, str) else str(v) for v in values]
    if pyarrow.types.is_floating(kind):
        return [None if v is None else float(v) for v in values]
    return values


# -- DuckDB --------------------------------------------------------------------------------------


def _reader(connection: Any, sql: str) -> Any:
    """Batches of Arrow; DuckDB has changed the name and the place."""
    relation = connection.sql(sql)
    if hasattr(relation, "to_arrow_reader"):
        return relation.to_arrow_reader(_BATCH_ROWS)
    return connection.execute(sql).fetch_record_batch(_BATCH_ROWS)


class _DuckDB(Database):
    def _connect(self) -> Any:
        try:
            import duckdb
        except ImportError:
            raise InvalidArgumentError(
                "reading DuckDB needs the package duckdb: pip install 'fidelia[duckdb]'"
            ) from None
        try:
            return duckdb.connect(self._place, read_only=True)
        except duckdb.Error as error:
            raise InvalidDataError(
                f"{self._place} cannot be opened: {_first_line(error)}"
            ) from None

    def _run(self, sql: str) -> Iterator[Any]:
        """Batches of Arrow."""
        connection = self._connect()
        import duckdb

        try:
            yield from _reader(connection, sql)
        except duckdb.Error as error:
            raise self._fault(error) from None
        finally:
            connection.close()

    def _tables(self) -> list[str]:
        batches = self._run(
            "select table_name from information_schema.tables where table_schema = 'main' "
            "order by table_name"
        )
        return [name for batch in batches for name in batch.column(0).to_pylist()]

    def _empty(self, columns: Sequence[str]) -> Any:
        connection = self._connect()
        import duckdb

        try:
            sql = self._select([_named(name) for name in columns], "limit 0")
            return _reader(connection, sql).schema
        except duckdb.Error as error:
            raise self._fault(error) from None
        finally:
            connection.close()

    def _columns(self) -> list[str]:
        return list(self._empty([]).names)

    def schema(self, wanted: Callable[[str], bool]) -> Any:
        return self._empty(self._kept(wanted))

    def batches(self, wanted: Callable[[str], bool], strict: bool) -> Iterator[Any]:
        yield from self._run(self._select([_named(name) for name in self._kept(wanted)]))


# -- PostgreSQL ----------------------------------------------------------------------------------

# Types by their number in pg_type; all others are read as text.
_POSTGRESQL_TYPES = {
    16: "bool",
    20: "int64",
    21: "int64",
    23: "int64",
    700: "float64",
    701: "float64",
    1082: "date32",
    1114: "timestamp",
    1184: "instant",
}


class _PostgreSQL(Database):
    def _shown(self, place: str) -> str:
        return re.sub(r"(//[^/@:]*):[^@/]*@", r"\1@", place)  # A password is nobody's business.

    def _connect(self) -> Any:
        try:
            import psycopg
        except ImportError:
            raise InvalidArgumentError(
                "reading PostgreSQL needs the package psycopg: pip install 'fidelia[postgresql]'"
            ) from None
        try:
            connection = psycopg.connect(self._place)
            connection.read_only = True
            return connection
        except psycopg.Error as error:
            shown = _first_line(error)
            raise InvalidDataError(f"{self.path} cannot be opened: {shown}") from None

    def _run(self, sql: str, description: list[Any] | None = None) -> Iterator[list[Any]]:
        """Rows, some at once."""
        connection = self._connect()
        import psycopg

        try:
            with connection, connection.cursor(name="fidelia") as cursor:
                cursor.execute(sql)
                if description is not None:
                    description.extend(cursor.description or ())
                while rows := cursor.fetchmany(_BATCH_ROWS):
                    yield rows
        except psycopg.Error as error:
            raise self._fault(error) from None
        finally:
            connection.close()

    def _tables(self) -> list[str]:
        batches = self._run(
            "select case when table_schema = any(current_schemas(false)) then table_name "
            "else table_schema || '.' || table_name end from information_schema.tables "
            "where table_schema not in ('pg_catalog', 'information_schema') order by 1"
        )
        return [row[0] for rows in batches for row in rows]

    def _table_in_sql(self, name: str) -> str:
        schema, dot, table = name.partition(".")
        return f"{_named(schema)}.{_named(table)}" if dot else _named(name)

    def _described(self, columns: Sequence[str]) -> list[Any]:
        description: list[Any] = []
        sql = self._select([_named(name) for name in columns], "limit 0")
        list(self._run(sql, description))
        return description

    def _columns(self) -> list[str]:
        return [one.name for one in self._described([])]

    def _kinds(self, wanted: Callable[[str], bool]) -> list[tuple[str, str]]:
        return [
            (one.name, _POSTGRESQL_TYPES.get(one.type_code, "text"))
            for one in self._described(self._kept(wanted))
        ]

    def schema(self, wanted: Callable[[str], bool]) -> Any:
        import pyarrow

        types = {
            "bool": pyarrow.bool_(),
            "int64": pyarrow.int64(),
            "float64": pyarrow.float64(),
            "date32": pyarrow.date32(),
            "timestamp": pyarrow.timestamp("us"),
            "instant": pyarrow.timestamp("us", tz="UTC"),
            "text": pyarrow.string(),
        }
        return pyarrow.schema([(name, types[kind]) for name, kind in self._kinds(wanted)])

    def batches(self, wanted: Callable[[str], bool], strict: bool) -> Iterator[Any]:
        import pyarrow

        schema = self.schema(wanted)
        asked = [
            _named(f.name) + ("::text" if pyarrow.types.is_string(f.type) else "") for f in schema
        ]
        for rows in self._run(self._select(asked)):
            try:
                columns = [pyarrow.array(v, f.type) for v, f in zip(zip(*rows), schema)]
            except (pyarrow.ArrowException, ValueError, OverflowError) as error:
                raise self._fault(error) from None  # A date of infinity, say.
            yield pyarrow.RecordBatch.from_arrays(columns, schema=schema)


_KINDS: dict[str, type[Database]] = {
    "sqlite": _Sqlite,
    "duckdb": _DuckDB,
    "postgresql": _PostgreSQL,
}


def open_database(reference: str, table: str) -> Database:
    """What the reference names; ``table`` is ours, for a database of which no table is named."""
    place, what = (reference, "") if os.path.exists(reference) else _split(reference)
    kind = _kind_of(place)
    if not kind:
        if not os.path.exists(place):
            raise InvalidArgumentError(f"there is no file {place}")
        raise InvalidArgumentError(
            f"{place} is no SQLite or DuckDB file, so {_SEPARATOR}{what} cannot be read from it"
        )
    return _KINDS[kind](place, what, table)
