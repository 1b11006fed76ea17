# SPDX-License-Identifier: Apache-2.0
"""Files of the command line: CSV, Parquet and databases in, by batches; results out, whole or not at all.

CSV is read as text only. The library turns text into dates and amounts, exactly and with the row
in every message, and identifiers keep their leading zeros. Rows of a call are counted over all
files of a table; this module knows which file and line each of them is.
"""

from __future__ import annotations

import bisect
import csv
import gzip
import io
import os
import queue
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any

from ._databases import Database, is_database, open_database
from ._errors import FideliaError, InvalidArgumentError, InvalidDataError
from ._inputs import folded, is_complete, recognised

if TYPE_CHECKING:
    import pyarrow

    from ._signatures import ColumnInfo
    from ._table import Table

__all__ = ["Malformed", "Source", "outputs", "write_table"]

_BLOCK = 4 << 20
_BATCH_ROWS = 1 << 18
_SHOWN = 60


@dataclass(frozen=True)
class Malformed:
    """A line of a CSV file that has not as many fields as the header."""

    path: str
    line: int
    reason: str
    text: str


def _first_bytes(path: str, count: int) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read(count)
    except FileNotFoundError:
        raise InvalidArgumentError(f"there is no file {path}") from None
    except IsADirectoryError:
        raise InvalidArgumentError(f"{path} is a folder; name the files in it") from None
    except OSError as error:
        raise InvalidArgumentError(f"{path} cannot be read: {error.strerror}") from None


# -- CSV -----------------------------------------------------------------------------------------


class CsvFile:
    """One CSV file: separator, header, text batches, and lines found again when needed."""

    counted = "line"

    def __init__(self, path: str, encoding: str | None) -> None:
        self.path = path
        self._gzip = _first_bytes(path, 2) == b"\x1f\x8b"
        head = self._head()
        if not head.strip():
            raise InvalidDataError(f"{path} is empty: a header line with column names is needed")
        self.encoding = encoding or self._encoding_of(head)
        self.bad_rows = 0
        text = self._decoded_head(head)
        first = next((line for line in text.splitlines() if line.strip()), "")
        self.separator = _separator_of(first)
        self.names = self._header()

    def _open(self) -> Any:
        return gzip.open(self.path, "rb") if self._gzip else open(self.path, "rb")

    def _head(self) -> bytes:
        try:
            with self._open() as file:
                head: bytes = file.read(1 << 16)
                return head
        except (OSError, EOFError) as error:
            raise InvalidDataError(f"{self.path} cannot be unpacked: {error}") from None

    def _encoding_of(self, head: bytes) -> str:
        if head.startswith((b"\xff\xfe", b"\xfe\xff")):
            return "utf-16"
        if head.startswith(b"PK\x03\x04"):
            raise InvalidDataError(
                f"{self.path} is a workbook or a ZIP archive; save the table as CSV or Parquet"
            )
        if b"\0" in head:
            raise InvalidDataError(f"{self.path} is neither CSV nor Parquet")
        return "utf-8"

    def _decoded_head(self, head: bytes) -> str:
        kind = "utf-8-sig" if self.encoding == "utf-8" else self.encoding
        try:
            text = head.decode(kind, errors="ignore" if self.encoding != "utf-8" else "strict")
        except LookupError:
            raise InvalidArgumentError(f"there is no encoding {self.encoding}") from None
        except UnicodeDecodeError as error:
            line = head.count(b"\n", 0, error.start) + 1
            if line == 1:
                raise InvalidDataError(
                    f"{self.path}, line 1: the header is not UTF-8; if the file is Latin-1, say "
                    "--encoding latin-1"
                ) from None
            text = head.decode(kind, errors="replace")
        return text

    def _text(self) -> IO[str]:
        kind = "utf-8-sig" if self.encoding == "utf-8" else self.encoding
        return io.TextIOWrapper(self._open(), encoding=kind, errors="replace", newline="")

    def _header(self) -> list[str]:
        with self._text() as text:
            for before, row in enumerate(csv.reader(text, delimiter=self.separator)):
                if any(cell.strip() for cell in row):
                    self._before_header = before
                    return [cell.strip() for cell in row]
        raise InvalidDataError(f"{self.path} is empty: a header line with column names is needed")

    def batches(self, wanted: Callable[[str], bool], strict: bool) -> Iterator[Any]:
        """Record batches of text columns."""
        import pyarrow
        from pyarrow import csv as arrow_csv

        bad: list[int] = []

        def on_bad_row(row: Any) -> str:
            bad.append(row.actual_columns)
            self.bad_rows += 1
            return "error" if strict else "skip"

        # Duplicate names would be ambiguous to pyarrow: columns go by number and are named again.
        numbered = [str(i) for i in range(len(self.names))]
        kept = [i for i, name in enumerate(self.names) if wanted(name)]
        if not kept:
            kept = list(range(len(self.names)))
        schema = self.schema(wanted)
        source = self._open()
        try:
            reader = arrow_csv.open_csv(
                pyarrow.PythonFile(source, mode="r") if self._gzip else self.path,
                read_options=arrow_csv.ReadOptions(
                    column_names=numbered,
                    skip_rows=0,
                    skip_rows_after_names=self._before_header + 1,
                    block_size=_BLOCK,
                    encoding="utf8" if self.encoding == "utf-8" else self.encoding,
                ),
                parse_options=arrow_csv.ParseOptions(
                    delimiter=self.separator,
                    newlines_in_values=True,
                    invalid_row_handler=on_bad_row,
                ),
                convert_options=arrow_csv.ConvertOptions(
                    check_utf8=False,
                    include_columns=[numbered[i] for i in kept],
                    column_types={name: pyarrow.string() for name in numbered},
                    strings_can_be_null=False,
                ),
            )
            for batch in reader:
                yield pyarrow.RecordBatch.from_arrays(batch.columns, schema=schema)
        except pyarrow.ArrowInvalid as error:
            if bad and strict:
                raise self._first_malformed() from None
            if "Empty CSV file" in str(error):
                return
            raise InvalidDataError(f"{self.path}: {error}") from None
        finally:
            source.close()

    def schema(self, wanted: Callable[[str], bool]) -> Any:
        """Types of the columns that are read: text."""
        import pyarrow

        kept = [name for name in self.names if wanted(name)] or self.names
        return pyarrow.schema([(name, pyarrow.string()) for name in kept])

    def _first_malformed(self) -> InvalidDataError:
        found = next(iter(self.malformed()), None)
        if found is None:
            return InvalidDataError(f"{self.path} has a line with too few or too many fields")
        return InvalidDataError(
            f"{self.path}, line {found.line}: {found.reason} (found: {shortened(found.text)}); "
            "correct the line, or leave --strict out to set it aside"
        )

    def _rows(self) -> Iterator[tuple[int, list[str]]]:
        """First line and fields of each row, the header included; empty lines are no rows."""
        with self._text() as text:
            reader = csv.reader(text, delimiter=self.separator)
            last = 0
            try:
                for index, row in enumerate(reader):
                    line, last = last + 1, reader.line_num
                    if row and index >= self._before_header:
                        yield line, row
            except csv.Error:
                return

    def malformed(self) -> Iterator[Malformed]:
        """Rows with another number of fields than the header."""
        expected = len(self.names)
        for line, row in self._rows():
            if len(row) != expected:
                reason = f"{len(row)} fields instead of {expected}"
                yield Malformed(self.path, line, reason, self.separator.join(row)[:200])

    def lines(self, rows: Sequence[int]) -> dict[int, int]:
        """The file's own line of each of these rows (from 0, of the rows that were read)."""
        missing = set(rows)
        found: dict[int, int] = {}
        number = -1  # the header
        for line, row in self._rows():
            if len(row) != len(self.names):
                continue
            if number in missing:
                found[number] = line
                if len(found) == len(missing):
                    break
            number += 1
        return found


def _separator_of(header: str) -> str:
    outside = "".join(header.split('"')[::2])
    return max(",;\t|", key=outside.count) if outside else ","


# -- Parquet -------------------------------------------------------------------------------------


class ParquetFile:
    """One Parquet file; only the columns that may be needed are read."""

    counted = "row"

    def __init__(self, path: str) -> None:
        import pyarrow
        from pyarrow import parquet

        self.path = path
        self.bad_rows = 0
        try:
            self._file = parquet.ParquetFile(path, memory_map=True)
        except (pyarrow.ArrowException, OSError) as error:
            raise InvalidDataError(f"{path} cannot be read as Parquet: {error}") from None
        self.names: list[str] = list(self._file.schema_arrow.names)

    def batches(self, wanted: Callable[[str], bool], strict: bool) -> Iterator[Any]:
        import pyarrow

        kept = [name for name in self.names if wanted(name)] or self.names
        try:
            yield from self._file.iter_batches(batch_size=_BATCH_ROWS, columns=kept)
        except pyarrow.ArrowException as error:
            raise InvalidDataError(f"{self.path} cannot be read: {error}") from None

    def schema(self, wanted: Callable[[str], bool]) -> Any:
        """Types of the columns that are read."""
        import pyarrow

        kept = [name for name in self.names if wanted(name)] or self.names
        return pyarrow.schema([self._file.schema_arrow.field(name) for name in kept])

    def malformed(self) -> Iterator[Malformed]:
        """Parquet has no lines."""
        return iter(())

    def lines(self, rows: Sequence[int]) -> dict[int, int]:
        """Rows of the file, from 1."""
        return {row: row + 1 for row in rows}


def _open(path: str, encoding: str | None, table: str) -> CsvFile | ParquetFile | Database:
    if is_database(path):
        return open_database(path, table)
    if _first_bytes(path, 4) == b"PAR1":
        return ParquetFile(path)
    if path.endswith(".parquet"):
        raise InvalidDataError(f"{path} is not a Parquet file: it does not begin like one")
    return CsvFile(path, encoding)


def _ahead(batches: Iterator[Any]) -> Iterator[Any]:
    """The same batches, the next ones decoded on another thread while the library works."""
    ready: queue.Queue[Any] = queue.Queue(maxsize=2)
    stopped = threading.Event()
    end = object()

    def put(item: Any) -> bool:
        while not stopped.is_set():
            try:
                ready.put(item, timeout=0.1)
                return True
            except queue.Full:
                continue
        return False

    def work() -> None:
        try:
            for batch in batches:
                if not put(batch):
                    return
            put(end)
        except BaseException as error:
            put(error)

    thread = threading.Thread(target=work, name="fidelia-files", daemon=True)
    thread.start()
    try:
        while (item := ready.get()) is not end:
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        stopped.set()
        thread.join()


# -- tables --------------------------------------------------------------------------------------


# Kinds that no text of ours can pass for: a line that is not a row is told by them.
_STRICT_KINDS = ("time", "day", "real", "integer", "amount", "flag")


@dataclass
class Source:
    """One table of a call from one file or several, read batch by batch.

    Lines without the right number of fields are rows that the library will set aside, so that it
    counts them; they come after the other rows of their file.
    """

    table: str
    columns: list[ColumnInfo]
    paths: Sequence[str]
    strict: bool = True
    encoding: str | None = None
    needs_rows: bool = False
    mapped: dict[str, str] = field(default_factory=dict)
    error: BaseException | None = None
    files: list[CsvFile | ParquetFile | Database] = field(default_factory=list)
    malformed: dict[int, Malformed] = field(default_factory=dict)
    _begins: list[int] = field(default_factory=list)
    _rows: int = 0

    def __post_init__(self) -> None:
        try:
            import pyarrow  # noqa: F401
        except ImportError:
            raise InvalidArgumentError(
                "reading files needs pyarrow: pip install 'fidelia[parquet]'"
            ) from None
        self.files = [_open(os.fspath(path), self.encoding, self.table) for path in self.paths]
        self.paths = [file.path for file in self.files]

    @property
    def names(self) -> list[str]:
        """Columns of all files together."""
        return list(dict.fromkeys(name for file in self.files for name in file.names))

    def _wanted(self) -> Callable[[str], bool]:
        if not is_complete(self.columns, self.mapped, self.names):
            return lambda name: True
        return recognised(self.columns, self.mapped)

    def reader(self) -> pyarrow.RecordBatchReader:
        """All files as one stream."""
        import pyarrow

        schema = self._schema()
        return pyarrow.RecordBatchReader.from_batches(schema, self._guarded(schema))

    def _schema(self) -> Any:
        import pyarrow

        fields: dict[str, Any] = {}
        wanted = self._wanted()
        duplicates = [f for f in self.files if len(set(f.names)) < len(f.names)]
        if duplicates and len(self.files) > 1:
            raise InvalidDataError(f"{duplicates[0].path} has two columns of one name")
        for file in self.files:
            found = list(file.schema(wanted))
            if len(self.files) == 1:
                return pyarrow.schema(found)
            for one in found:
                known = fields.setdefault(one.name, one)
                if known.type != one.type:
                    raise InvalidDataError(
                        f"{file.path} has {one.name} as {one.type}, another file of {self.table} "
                        f"as {known.type}; store both alike"
                    )
        return pyarrow.schema(list(fields.values()))

    def _guarded(self, schema: Any) -> Iterator[Any]:
        # An error cannot cross an Arrow stream as it is: it is kept here and raised after the call.
        try:
            yield from _ahead(self._batches(schema))
        except BaseException as error:
            self.error = error
            raise

    def _batches(self, schema: Any) -> Iterator[Any]:
        wanted = self._wanted()
        self._begins, self._rows, good = [], 0, 0
        for file in self.files:
            self._begins.append(self._rows)
            for batch in file.batches(wanted, self.strict):
                self._rows += batch.num_rows
                good += batch.num_rows
                yield self._aligned(batch, schema)
            if file.bad_rows:
                yield self._fillers(list(file.malformed()), schema)
        if good == 0 and self.needs_rows:
            names = ", ".join(file.path for file in self.files)
            bad = sum(file.bad_rows for file in self.files)
            raise InvalidDataError(
                f"{names}: none of its {bad} rows has as many fields as the header"
                if bad
                else f"{names} has a header and no rows"
            )

    def _aligned(self, batch: Any, schema: Any) -> Any:
        """The batch with the columns of all files."""
        import pyarrow

        if len(self.files) == 1 or batch.schema.names == schema.names:
            return batch
        columns = [
            batch.column(f.name)
            if f.name in batch.schema.names
            else pyarrow.nulls(batch.num_rows, f.type)
            for f in schema
        ]
        return pyarrow.RecordBatch.from_arrays(columns, schema=schema)

    def _fillers(self, lines: list[Malformed], schema: Any) -> Any:
        import pyarrow

        told = any(c["kind"] in _STRICT_KINDS and not c["optional"] for c in self.columns)
        texts = [f"line {one.line} has {one.reason}" if told else "" for one in lines]
        for i, one in enumerate(lines):
            self.malformed[self._rows + i] = one
        self._rows += len(lines)
        columns = [
            pyarrow.array(texts, f.type)
            if f.type == pyarrow.string()
            else pyarrow.nulls(len(lines), f.type)
            for f in schema
        ]
        return pyarrow.RecordBatch.from_arrays(columns, schema=schema)

    def counted(self, path: str) -> str:
        """What that file's places are called: line or row."""
        return next((file.counted for file in self.files if file.path == path), "row")

    def locate(self, rows: Sequence[int]) -> dict[int, tuple[str, int]]:
        """File and line of each row of the call."""
        by_file: dict[int, list[int]] = {}
        found = {
            r: (self.malformed[r].path, self.malformed[r].line) for r in rows if r in self.malformed
        }
        for row in set(rows) - set(found):
            by_file.setdefault(max(0, bisect.bisect_right(self._begins, row) - 1), []).append(row)
        for index, own in by_file.items():
            begin = self._begins[index] if self._begins else 0
            file = self.files[index]
            lines = file.lines([row - begin for row in own])
            for row in own:
                found[row] = (file.path, lines.get(row - begin, 0))
        return found

    def has(self, name: str) -> bool:
        """Whether a file has a column of that name, in any spelling."""
        return name in self.names or folded(name) in map(folded, self.names)


# -- outputs -------------------------------------------------------------------------------------


@contextmanager
def outputs(folder: str) -> Iterator[str]:
    """A folder to write into; what is there at the end moves to ``folder``, at once.

    After an error nothing has changed.
    """
    made = not os.path.isdir(folder)
    try:
        os.makedirs(folder, exist_ok=True)
        temporary = tempfile.mkdtemp(prefix=".fidelia-", dir=folder)
    except OSError as error:
        raise InvalidArgumentError(f"{folder} cannot be written: {error.strerror}") from None
    try:
        yield temporary
        for name in sorted(os.listdir(temporary)):
            os.replace(os.path.join(temporary, name), os.path.join(folder, name))
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        if made:
            try:
                os.rmdir(folder)
            except OSError:
                pass
        raise
    shutil.rmtree(temporary, ignore_errors=True)


@contextmanager
def output_file(path: str) -> Iterator[str]:
    """A path to write to; the file appears at ``path`` when the block ends well."""
    folder, name = os.path.split(os.path.abspath(path))
    if os.path.isdir(path):
        raise InvalidArgumentError(f"{path} is a folder; name a file in it")
    with outputs(folder) as temporary:
        yield os.path.join(temporary, name)


def _id_text(value: Any) -> str | None:
    import uuid

    if value is None or isinstance(value, uuid.UUID):
        return None if value is None else str(value)
    return str(uuid.UUID(bytes=value)) if len(value) == 16 else bytes(value).hex()


def _text_ids(table: Any) -> Any:
    """Sixteen-byte ids as text, for CSV."""
    import pyarrow

    for i, one in enumerate(table.schema):
        storage = getattr(one.type, "storage_type", one.type)
        if pyarrow.types.is_fixed_size_binary(storage):
            values = [_id_text(value) for value in table.column(i).to_pylist()]
            table = table.set_column(i, one.name, pyarrow.array(values, pyarrow.string()))
        elif pyarrow.types.is_dictionary(one.type):
            plain = table.column(i).cast(one.type.value_type)
            table = table.set_column(i, one.name, plain)
    return table


def check_format(path: str) -> None:
    """Refuse a name that does not say how to write."""
    if not path.endswith((".parquet", ".csv", ".csv.gz", ".tsv")):
        raise InvalidArgumentError(f"{path}: the name must end in .parquet, .csv, .csv.gz or .tsv")


def write_table(table: Table, path: str) -> None:
    """Write a table as the name's ending says."""
    writer = TableWriter(path)
    try:
        writer.write(table)
    finally:
        writer.close()


class TableWriter:
    """Tables of one schema into one file, as they come."""

    def __init__(self, path: str) -> None:
        check_format(path)
        self._path = path
        self._writer: Any = None
        self._sink: Any = None
        self.rows = 0

    def write(self, table: Table) -> None:
        """Append a table."""
        import pyarrow

        # pyarrow.table() would import pandas, only to see whether this is a frame of its.
        data = pyarrow.RecordBatchReader.from_stream(table).read_all()
        if self._path.endswith(".parquet"):
            if self._writer is None:
                from pyarrow import parquet

                # Trying to compress real numbers costs time and gains next to nothing.
                kinds = {
                    one.name: "NONE" if pyarrow.types.is_floating(one.type) else "SNAPPY"
                    for one in data.schema
                }
                self._writer = parquet.ParquetWriter(
                    self._path, data.schema, use_dictionary=False, compression=kinds
                )
            self._writer.write_table(data)
        else:
            from pyarrow import csv as arrow_csv

            data = _text_ids(data)
            if self._writer is None:
                kind = "gzip" if self._path.endswith(".gz") else None
                self._sink = pyarrow.output_stream(self._path, compression=kind)
                tab = self._path.endswith(".tsv")
                self._writer = arrow_csv.CSVWriter(
                    self._sink,
                    data.schema,
                    write_options=arrow_csv.WriteOptions(
                        delimiter="\t" if tab else ",", quoting_style="needed"
                    ),
                )
            self._writer.write_table(data)
        self.rows += data.num_rows

    def close(self) -> None:
        """Finish the file."""
        if self._writer is not None:
            self._writer.close()
        if self._sink is not None:
            self._sink.close()


def shortened(text: str) -> str:
    """For a line on the screen."""
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def reraise(sources: Sequence[Source], error: FideliaError) -> BaseException:
    """What really stopped a call: the error of a file behind a stream, or the call's own."""
    for source in sources:
        if source.error is not None and not isinstance(source.error, GeneratorExit):
            return source.error
    return error
