# SPDX-License-Identifier: Apache-2.0
"""Goal: the same records give the same bits, whatever library holds them, however they are cut into
batches, with any number of threads, and through the bare C ABI. Method: CDNOW through purchase_summary
and BG/NBD each way; results are compared byte by byte. Identifiers come through as they were."""

from __future__ import annotations

import ctypes
import io
import json
import uuid
from collections.abc import Callable
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pytest

import fidelia

AS_OF = "1997-09-30"


def bits(table: object) -> bytes:
    """The table's values as one batch of Arrow's file format."""
    data = pa.table(table).combine_chunks()
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, data.schema) as writer:
        writer.write_table(data)
    return sink.getvalue()


def score(orders: object) -> tuple[bytes, bytes, str]:
    summary = fidelia.purchase_summary(orders, unit="W", merge="D", as_of=AS_OF)
    model = fidelia.BgNbd().fit(summary)
    return bits(summary), bits(model.predict(summary, horizon=39)), json.dumps(model.params_)


FORMS: dict[str, Callable[[pa.Table], object]] = {
    "pyarrow reader": lambda t: t.to_reader(max_chunksize=100),
    "pyarrow batch": lambda t: t.combine_chunks().to_batches()[0],
    "polars": lambda t: pl.from_arrow(t),
    "polars lazy": lambda t: pl.from_arrow(t).lazy(),
    "pandas": lambda t: t.to_pandas(),
    "pandas, times": lambda t: t.to_pandas().assign(date=lambda f: pd.to_datetime(f["date"])),
    "duckdb": lambda t: duckdb.from_arrow(t),
    "dict": lambda t: t.to_pydict(),
    "fidelia": lambda t: fidelia.Table(t),
}


@pytest.mark.parametrize("form", FORMS)
def test_libraries(cdnow: pa.Table, form: str) -> None:
    assert score(FORMS[form](cdnow)) == score(cdnow)


@pytest.mark.parametrize("threads", [1, 2, 8])
def test_threads(cdnow: pa.Table, threads: int) -> None:
    with fidelia.config(threads=3):
        expected = score(cdnow)
    with fidelia.config(threads=threads):
        assert score(cdnow) == expected


def test_order_of_rows(cdnow: pa.Table) -> None:
    backwards = cdnow.take(list(range(len(cdnow)))[::-1])
    assert score(backwards) == score(cdnow)


IDS: dict[str, Callable[[pa.ChunkedArray], pa.ChunkedArray]] = {
    "int32": lambda ids: ids.cast(pa.int32()),
    "uint16": lambda ids: ids.cast(pa.uint16()),
    "string": lambda ids: pc.utf8_lpad(ids.cast(pa.string()), 4, "0"),
    "large_string": lambda ids: pc.utf8_lpad(ids.cast(pa.large_string()), 4, "0"),
    "string_view": lambda ids: pc.utf8_lpad(ids.cast(pa.string()), 4, "0").cast(pa.string_view()),
    "dictionary": lambda ids: pc.utf8_lpad(ids.cast(pa.string()), 4, "0").dictionary_encode(),
    "uuid": lambda ids: pa.chunked_array(
        [
            pa.ExtensionArray.from_storage(
                pa.uuid(),
                pa.array([uuid.UUID(int=i << 64).bytes for i in ids.to_pylist()], pa.binary(16)),
            )
        ]
    ),
}


@pytest.mark.parametrize("kind", IDS)
def test_identifiers_come_through(cdnow: pa.Table, kind: str) -> None:
    ids = IDS[kind](cdnow["customer_id"])
    summary = fidelia.purchase_summary(
        cdnow.set_column(0, "customer_id", ids), unit="W", merge="D", as_of=AS_OF
    )
    expected = fidelia.purchase_summary(cdnow, unit="W", merge="D", as_of=AS_OF)
    values = summary["customer_id"].to_list()
    assert set(values) == set(ids.to_pylist())
    assert values == sorted(values)
    for name in ("frequency", "t_x", "T", "monetary_value"):
        assert summary[name].to_list() == expected[name].to_list()
    out = pa.table(summary).schema.field("customer_id").type
    if kind == "uuid":
        assert out == pa.uuid()
    elif "int" in kind:
        assert out == ids.type
    else:
        assert pa.types.is_large_string(out) or out == ids.type
    # and through a model
    scores = fidelia.BgNbd.from_params(r=0.243, alpha=4.414, a=0.793, b=2.426).predict(
        summary, horizon=39, level=0
    )
    assert scores["customer_id"].to_list() == values


class CLibrary:
    """The C ABI without a binding."""

    def __init__(self) -> None:
        folder = Path(fidelia.__file__).parent
        self.lib = ctypes.CDLL(str(next(folder.glob("libfidelia.so*"))))
        self.lib.fidelia_error_message.restype = ctypes.c_char_p
        self.lib.fidelia_error_message.argtypes = [ctypes.c_void_p]

    def check(self, status: int, error: ctypes.c_void_p) -> None:
        assert status == 0, self.lib.fidelia_error_message(error)

    def call(self, name: str, table: pa.Table, options: dict[str, str], output: str) -> pa.Table:
        context, values, error = ctypes.c_void_p(), ctypes.c_void_p(), ctypes.c_void_p()
        lib, to = self.lib, ctypes.byref
        self.check(lib.fidelia_context_create(None, to(context), to(error)), error)
        self.check(lib.fidelia_options_create(to(values), to(error)), error)
        for key, value in options.items():
            self.check(
                lib.fidelia_options_set_text(values, key.encode(), value.encode(), to(error)), error
            )
        streams = [(ctypes.c_char * 40)() for _ in range(2)]
        table.to_reader()._export_to_c(ctypes.addressof(streams[0]))
        strings = (ctypes.c_char_p * 2)(b"orders", output.encode())
        places = [(ctypes.c_void_p * 1)(ctypes.addressof(stream)) for stream in streams]
        status = lib.fidelia_call(
            context,
            name.encode(),
            strings,
            places[0],
            ctypes.c_int64(1),
            values,
            ctypes.byref(strings, ctypes.sizeof(ctypes.c_char_p)),
            places[1],
            ctypes.c_int64(1),
            to(error),
        )
        self.check(status, error)
        result = pa.RecordBatchReader._import_from_c(ctypes.addressof(streams[1])).read_all()
        lib.fidelia_options_destroy(values)
        lib.fidelia_context_destroy(context)
        return result


def test_the_c_abi(cdnow: pa.Table) -> None:
    options = {"unit": "W", "merge": "D", "as_of": AS_OF}
    from_c = CLibrary().call("purchase_summary", cdnow, options, "summary")
    assert bits(from_c) == bits(fidelia.purchase_summary(cdnow, **options))  # type: ignore[arg-type]
