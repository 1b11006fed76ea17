# SPDX-License-Identifier: Apache-2.0
"""Goal: a result can be looked at without any Arrow library, handed to every one of them as often as
wanted, and pickled. Method: tables of every type that the library gives out, against pyarrow."""

from __future__ import annotations

import copy
import datetime
import decimal
import pickle
import uuid

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import fidelia

UTC = datetime.timezone.utc
VALUES: dict[str, tuple[pa.DataType, list[object]]] = {
    "int8": (pa.int8(), [1, -2, None]),
    "uint64": (pa.uint64(), [1, 2**64 - 1, None]),
    "int64": (pa.int64(), [1, -(2**63), None]),
    "float32": (pa.float32(), [0.5, -1.25, None]),
    "float64": (pa.float64(), [0.1, -1e300, None]),
    "flag": (pa.bool_(), [True, False, None]),
    "text": (pa.string(), ["a", "é", None]),
    "large_text": (pa.large_string(), ["a", "", None]),
    "text_view": (pa.string_view(), ["short", "longer than twelve bytes", None]),
    "bytes": (pa.binary(), [b"a", b"\0b", None]),
    "decimal": (
        pa.decimal128(20, 2),
        [decimal.Decimal("-0.05"), decimal.Decimal("12345678901234567.89"), None],
    ),
    "day": (pa.date32(), [datetime.date(1969, 12, 31), datetime.date(9999, 12, 31), None]),
    "civil": (
        pa.timestamp("us"),
        [datetime.datetime(1901, 2, 3, 4, 5, 6, 7), datetime.datetime(2023, 1, 1), None],
    ),
    "instant": (
        pa.timestamp("ms", "UTC"),
        [
            datetime.datetime(1969, 12, 31, 23, tzinfo=UTC),
            datetime.datetime(2023, 1, 1, tzinfo=UTC),
            None,
        ],
    ),
    "uuid": (pa.uuid(), [uuid.UUID(int=1), uuid.UUID(int=2**128 - 1), None]),
}


def column(name: str) -> pa.Array:
    kind, values = VALUES[name]
    if name == "uuid":
        storage = pa.array([None if v is None else v.bytes for v in values], pa.binary(16))
        return pa.ExtensionArray.from_storage(kind, storage)
    return pa.array(values, kind)


@pytest.fixture
def every() -> pa.Table:
    """Every type, and a dictionary, in two batches of which the second is a slice."""
    columns = {name: column(name) for name in VALUES}
    columns["dictionary"] = pa.array(["x", "y", None]).dictionary_encode()
    whole = pa.table(columns)
    return pa.concat_tables([whole, whole.slice(1, 2)])


def test_values_are_pyarrows(every: pa.Table) -> None:
    table = fidelia.Table(every)
    assert table.column_names == every.column_names
    assert (len(table), table.num_rows, table.num_columns) == (5, 5, len(every.column_names))
    for name in every.column_names:
        assert table[name].to_list() == every[name].to_pylist(), name


def test_a_zone_is_kept() -> None:
    moment = datetime.datetime(2023, 7, 1, 12, tzinfo=UTC)
    table = fidelia.Table(pa.table({"t": pa.array([moment], pa.timestamp("ns", "Europe/Madrid"))}))
    assert table["t"][0] == moment
    assert table["t"][0].utcoffset() == datetime.timedelta(hours=2)


def test_it_can_be_exported_many_times(every: pa.Table) -> None:
    table = fidelia.Table(every)
    assert table.to_pyarrow().equals(every)
    assert table.to_pyarrow().equals(every)
    again = fidelia.Table(table)
    del table
    assert again.to_pyarrow().equals(every)


def test_memory_is_shared_and_kept_alive() -> None:
    source = pa.table({"x": np.arange(1000.0)})
    address = source["x"].chunk(0).buffers()[1].address
    table = fidelia.Table(source)
    del source
    out = table.to_pyarrow()
    del table
    assert out["x"].chunk(0).buffers()[1].address == address
    assert out["x"].to_pylist()[-1] == 999.0


def test_every_library_reads_it(every: pa.Table) -> None:
    plain = every.select(["int64", "float64", "text", "day"])
    table = fidelia.Table(plain)
    assert pl.DataFrame(table).rows() == list(zip(*plain.to_pydict().values()))
    assert table.to_polars().equals(pl.DataFrame(table))
    if hasattr(pd.DataFrame, "from_arrow"):  # pandas 3
        assert pd.DataFrame.from_arrow(table)["text"].tolist()[:2] == ["a", "é"]
    assert table.to_pandas()["float64"].tolist()[:2] == [0.1, -1e300]
    scores = table  # DuckDB finds it by its name
    assert duckdb.sql("select count(*), max(int64) from scores").fetchall() == [(5, 1)]
    assert len(scores) == 5
    assert pl.Series(table["float64"]).to_list() == plain["float64"].to_pylist()
    assert pa.chunked_array(table["text"]).to_pylist() == plain["text"].to_pylist()


def test_columns_are_sequences(every: pa.Table) -> None:
    text = fidelia.Table(every)["text"]
    assert (len(text), text[0], text[-4], text[1:4]) == (5, "a", "é", ["é", None, "é"])
    assert text[::-1] == text.to_list()[::-1]
    assert list(text) == text.to_list()
    assert "é" in text
    with pytest.raises(IndexError):
        text[5]
    assert "text" in repr(text)


def test_columns_are_arrays(every: pa.Table) -> None:
    table = fidelia.Table(every)
    reals = np.asarray(table["float64"])
    assert reals.dtype == np.float64
    assert np.isnan(reals[2]) and reals[0] == 0.1
    whole = fidelia.Table({"n": [1, 2, 3]})["n"].to_numpy()
    assert (whole.dtype, whole.tolist()) == (np.int64, [1, 2, 3])
    assert table["int64"].to_numpy().tolist() == table["int64"].to_list()  # nulls: objects
    assert np.asarray(table["text"]).tolist() == table["text"].to_list()


@pytest.mark.parametrize("again", [lambda t: pickle.loads(pickle.dumps(t)), copy.deepcopy])
def test_it_is_picklable(every: pa.Table, again: object) -> None:
    table = fidelia.Table(every)
    table.intake = fidelia.Table({"check": ["rows_read"]})
    back = again(table)  # type: ignore[operator]
    assert back.to_pyarrow().equals(every)
    assert back.to_pyarrow().schema.equals(every.schema, check_metadata=True)
    assert back.intake.to_dict() == {"check": ["rows_read"]}
    assert pickle.loads(pickle.dumps(table["uuid"])).to_list() == every["uuid"].to_pylist()


def test_made_by_hand() -> None:
    table = fidelia.Table({"id": ["a", None], "n": [1, None], "x": [0.5, 2], "nothing": [None] * 2})
    assert table.to_pyarrow().to_pydict() == {
        "id": ["a", None],
        "n": [1, None],
        "x": [0.5, 2.0],
        "nothing": [None, None],
    }
    assert dict(table).keys() == {"id", "n", "x", "nothing"}
    with pytest.raises(ValueError, match="equal lengths"):
        fidelia.Table({"a": [1], "b": [1, 2]})
    with pytest.raises(TypeError):
        fidelia.Table(3)


def test_an_empty_table_keeps_its_columns() -> None:
    table = fidelia.Table(pa.table({"a": pa.array([], pa.int64())}))
    assert (len(table), table["a"].to_list(), table.column_names) == (0, [], ["a"])
    assert table.to_pyarrow().schema == pa.schema([("a", pa.int64())])


def test_a_missing_column_is_named() -> None:
    with pytest.raises(fidelia.ColumnNotFoundError, match='no column "b"; it has: a') as caught:
        fidelia.Table({"a": [1]})["b"]
    assert caught.value.column == "b"


def test_it_shows_its_first_rows() -> None:
    table = fidelia.Table({"name": ["<b>"] * 12, "x": [1.0] * 12})
    assert "12 rows × 2 columns" in repr(table)
    assert "2 more rows" in repr(table)
    assert "&lt;b&gt;" in table._repr_html_()


def test_a_failing_stream_is_an_error() -> None:
    def batches() -> object:
        yield pa.record_batch({"x": [1.0]})
        raise ValueError("the disk is on fire")

    reader = pa.RecordBatchReader.from_batches(pa.schema([("x", pa.float64())]), batches())
    with pytest.raises(Exception, match="on fire"):
        fidelia.Table(reader)
