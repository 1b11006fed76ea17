# SPDX-License-Identifier: Apache-2.0
"""Goal: functions made from the catalogue behave like functions written by hand: signatures, help,
column names, options of every kind, and errors that name what is wrong and what is allowed."""

from __future__ import annotations

import datetime
import inspect
import os
import pickle
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import fidelia

HOW = {"unit": "W", "merge": "D", "as_of": "2023-04-30"}


def test_every_entry_is_there() -> None:
    for listed in fidelia.entries():
        name, kind = listed["name"], listed["kind"]
        if kind == "fact":
            assert name not in dir(fidelia)
            continue
        public = "".join(map(str.capitalize, name.split("_"))) if kind == "model" else name
        assert public in dir(fidelia) and public in fidelia.__all__
        made = getattr(fidelia, public)
        assert made.__module__ == "fidelia" and made.__name__ == public
        assert made.__doc__.startswith(listed["help"])
        assert getattr(fidelia, public) is made
    with pytest.raises(AttributeError, match="no attribute nonsense"):
        fidelia.nonsense


def test_importing_is_cheap() -> None:
    code = "import sys, fidelia; print([m for m in sys.argv[1:] if m in sys.modules])"
    heavy = ["pyarrow", "pandas", "polars", "numpy", "typer", "rich", "sklearn"]
    out = subprocess.run([sys.executable, "-c", code, *heavy], capture_output=True, text=True)
    assert out.stdout.strip() == "[]", out.stderr


def test_signature() -> None:
    signature = inspect.signature(fidelia.purchase_summary)
    entry = fidelia.describe("purchase_summary")
    parameters = signature.parameters
    assert list(parameters)[0] == "orders"
    assert parameters["orders"].kind is inspect.Parameter.POSITIONAL_OR_KEYWORD
    for option in entry["options"]:
        assert parameters[option["name"]].kind is inspect.Parameter.KEYWORD_ONLY
    assert parameters["unit"].default == "W"
    assert parameters["include_first"].default is False
    assert parameters["as_of"].default is None
    assert {"customer_id", "ordered_at", "amount", "columns", "strict", "progress"} <= set(
        parameters
    )
    assert signature.return_annotation == "Table"


def test_help() -> None:
    text = fidelia.purchase_summary.__doc__
    for word in (
        "Parameters\n----------",
        "Returns\n-------",
        "``ordered_at``",
        "as_of : DateLike",
    ):
        assert word in text


def test_column_names(orders: pa.Table) -> None:
    expected = fidelia.purchase_summary(orders, **HOW).to_dict()
    renamed = orders.rename_columns(["Who is it", "When", "Wieviel"])
    names = {"customer_id": "Who is it", "ordered_at": "When", "amount": "Wieviel"}
    assert fidelia.purchase_summary(renamed, **names, **HOW).to_dict() == expected
    assert fidelia.purchase_summary(renamed, columns=names, **HOW).to_dict() == expected
    assert fidelia.purchase_summary(renamed, columns={"orders": names}, **HOW).to_dict() == expected
    common = orders.rename_columns(["CustomerID", "Order Date", "TOTAL"])
    assert fidelia.purchase_summary(common, **HOW).to_dict() == expected
    assert fidelia.purchase_summary(orders=common, **HOW).to_dict() == expected


@pytest.mark.parametrize(
    "as_of",
    [
        "2023-04-30",
        datetime.date(2023, 4, 30),
        datetime.datetime(2023, 4, 30, 15, 30),
        pd.Timestamp("2023-04-30"),
        np.datetime64("2023-04-30"),
        np.datetime64("2023-04-30T12:00"),
    ],
)
def test_dates(orders: pa.Table, as_of: object) -> None:
    expected = fidelia.purchase_summary(orders, **HOW).to_dict()
    assert fidelia.purchase_summary(orders, **{**HOW, "as_of": as_of}).to_dict() == expected


def test_numbers_of_every_kind(summary: dict[str, list[object]]) -> None:
    model = fidelia.BgNbd.from_params(r=0.243, alpha=4.414, a=0.793, b=2.426)
    expected = model.predict(summary, horizon=39.0, level=0).to_dict()
    for horizon in (39, np.float64(39), np.int32(39), "39"):
        assert model.predict(summary, horizon=horizon, level=0).to_dict() == expected


@pytest.mark.parametrize(
    ("arguments", "kind", "message"),
    [
        ({"unti": "W"}, fidelia.UnknownArgumentError, "no argument unti; did you mean unit?"),
        ({"xyzzy": 1}, TypeError, "it takes: orders"),
        (
            {"unit": "fortnight"},
            fidelia.InvalidArgumentError,
            'unit is "fortnight"; it takes one of',
        ),
        ({"unit": 7}, fidelia.InvalidArgumentError, "unit takes text, one of: "),
        ({"as_of": "yesterday"}, fidelia.InvalidArgumentError, "as_of takes a date"),
        ({"as_of": 20230430}, fidelia.InvalidArgumentError, "as_of takes a date"),
        ({"as_of": pd.NaT}, fidelia.InvalidArgumentError, "as_of takes a date"),
        ({"include_first": 2}, fidelia.InvalidArgumentError, "include_first takes True or False"),
        ({"strict": "perhaps"}, fidelia.InvalidArgumentError, "strict takes true or false"),
        ({"currency": "EURO"}, ValueError, '"EURO" is not a currency of ISO 4217'),
        ({"amount": 3}, fidelia.InvalidArgumentError, "amount takes the caller's name"),
        (
            {"amount": "Total"},
            fidelia.ColumnNotFoundError,
            "no column Total for amount; it has: cust",
        ),
        (
            {"columns": {"pigs": {"a": "b"}}},
            fidelia.InvalidArgumentError,
            "a table pigs; the call takes",
        ),
        ({"columns": {"pigs": "b"}}, fidelia.InvalidArgumentError, "has a column pigs"),
        (
            {"rated_at": "date"},
            fidelia.InvalidArgumentError,
            "exchange_rates, which the call was not",
        ),
        ({"progress": 3}, fidelia.InvalidArgumentError, "progress takes"),
    ],
)
def test_wrong_arguments(
    orders: pa.Table, arguments: dict[str, object], kind: type[Exception], message: str
) -> None:
    with pytest.raises(kind) as caught:
        fidelia.purchase_summary(orders, **{**HOW, **arguments})
    assert isinstance(caught.value, fidelia.FideliaError)
    assert message in str(caught.value)


@pytest.mark.parametrize("table", ["orders.csv", 3, [1, 2], None])
def test_what_is_no_table(table: object) -> None:
    with pytest.raises(fidelia.InvalidArgumentError, match="orders"):
        fidelia.purchase_summary(table)


def test_too_many_tables(orders: pa.Table) -> None:
    with pytest.raises(TypeError, match="tables by position"):
        fidelia.purchase_summary(*[orders] * 9)
    with pytest.raises(TypeError, match="given orders twice"):
        fidelia.purchase_summary(orders, orders=orders)
    with pytest.raises(TypeError, match="needs the table orders"):
        fidelia.purchase_summary()


def test_a_missing_column_says_what_was_found(orders: pa.Table) -> None:
    with pytest.raises(fidelia.ColumnNotFoundError) as caught:
        fidelia.purchase_summary(orders.rename_columns(["a", "b", "c"]))
    for word in ("customer_id", "it has: a, b, c", "customer_id=<column>"):
        assert word in str(caught.value)
    assert (caught.value.column, caught.value.code) == ("customer_id", "not_found")


def bad_orders(orders: pa.Table) -> pa.Table:
    amounts = pa.array(["10.00", "twenty", "5.25", "30.00", "inf", "6.75", "40.00"])
    return orders.set_column(2, "Total", amounts)


def test_a_bad_row_is_named(orders: pa.Table) -> None:
    with pytest.raises(fidelia.InvalidDataError) as caught:
        fidelia.purchase_summary(bad_orders(orders), **HOW)
    assert (caught.value.row, caught.value.column) == (1, "Total")
    for word in ("row 1", "Total", "twenty"):
        assert word in str(caught.value)


def test_bad_rows_are_set_aside(orders: pa.Table) -> None:
    result = fidelia.purchase_summary(bad_orders(orders), strict=False, **HOW)
    assert result.rejected is not None and result.intake is not None
    assert result.rejected["row"].to_list() == [1, 4]
    assert result.rejected["column"].to_list() == ["Total", "Total"]
    assert result.rejected["value"].to_list() == ["twenty", "inf"]
    counts = dict(zip(result.intake["check"], result.intake["rows"]))
    assert (counts["rows_read"], counts["rows_rejected"]) == (7, 2)
    assert result["customer_id"].to_list() == ["a", "b"]


def test_columns_that_nobody_asks_for_do_no_harm(orders: pa.Table) -> None:
    frame = orders.to_pandas().assign(junk=[object()] * 7, other=[{1, 2}] * 7)
    expected = fidelia.purchase_summary(orders, **HOW).to_dict()
    assert fidelia.purchase_summary(frame, **HOW).to_dict() == expected


def test_several_outputs(orders: pa.Table) -> None:
    result = fidelia.company_report(orders, as_of="2023-04-30")
    outputs = [slot["name"] for slot in fidelia.describe("company_report")["outputs"]]
    assert result.keys() == outputs
    assert all(isinstance(getattr(result, name), fidelia.Table) for name in outputs)
    assert result.scores is result["scores"]
    assert "scores" in dir(result) and "scores" in repr(result)
    with pytest.raises(AttributeError, match="no table pigs"):
        result.pigs
    again = pickle.loads(pickle.dumps(result))
    assert again.scores.to_dict() == result.scores.to_dict()


# -- progress, cancelling, threads ---------------------------------------------------------------


def many_batches(count: int) -> pa.RecordBatchReader:
    batch = pa.record_batch(
        {"customer_id": [1, 2], "ordered_at": [datetime.date(2023, 1, 1)] * 2, "amount": [1, 2]}
    )

    def batches() -> object:
        for _ in range(count):
            time.sleep(0.005)
            yield batch

    return pa.RecordBatchReader.from_batches(batch.schema, batches())


def test_progress_is_reported(orders: pa.Table) -> None:
    seen: list[tuple[float, str]] = []
    fidelia.company_scores(orders, as_of="2023-04-30", progress=lambda f, w: seen.append((f, w)))
    assert seen
    assert all(0 <= fraction <= 1 and isinstance(what, str) for fraction, what in seen)


def test_progress_may_stop_the_call() -> None:
    def stop(fraction: float, what: str) -> None:
        raise LookupError("enough")

    with pytest.raises(LookupError, match="enough"):
        fidelia.company_scores(many_batches(1000), progress=stop)


def test_nothing_is_printed(orders: pa.Table, capfd: pytest.CaptureFixture[str]) -> None:
    fidelia.company_scores(orders, as_of="2023-04-30")
    assert capfd.readouterr() == ("", "")


def test_control_c_ends_a_long_call() -> None:
    # A program started in the background of a shell ignores the signal, and so would this one.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    timer = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    begin = time.monotonic()
    try:
        with pytest.raises(KeyboardInterrupt):
            fidelia.purchase_summary(many_batches(4000))
    finally:
        signal.signal(signal.SIGINT, before)
    assert time.monotonic() - begin < 10


def test_calls_run_beside_each_other(cdnow: pa.Table) -> None:
    expected = fidelia.purchase_summary(cdnow, unit="W", merge="D").to_dict()
    results: list[object] = []

    def work() -> None:
        results.append(fidelia.purchase_summary(cdnow, unit="W", merge="D").to_dict())

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [expected] * 8


def test_threads_and_levels() -> None:
    everywhere = fidelia.get_threads()
    assert 1 <= everywhere <= 16
    with fidelia.config(threads=3):
        assert fidelia.get_threads() == 3
        with fidelia.config(level="baseline"):
            assert fidelia.get_threads() == 3
    assert fidelia.get_threads() == everywhere
    fidelia.set_threads(5)
    assert fidelia.get_threads() == 5
    fidelia.set_threads(None)
    for wrong in (0, 1025, 2.5, True):
        with pytest.raises(fidelia.InvalidArgumentError, match="threads"):
            fidelia.set_threads(wrong)  # type: ignore[arg-type]
    with pytest.raises(fidelia.InvalidArgumentError, match="one of: automatic, baseline"):
        with fidelia.config(level="sse"):
            pass


def test_memory_is_kept_for_the_next_call_as_far_as_asked() -> None:
    from fidelia import _core

    assert fidelia.get_kept_memory() == 512 * 2**20
    rows = 400_000
    orders = {
        "customer_id": pa.array(range(rows)),
        "date": pa.array([19_000] * rows, pa.int32()).cast(pa.date32()),
        "amount": pa.array([1.0] * rows),
    }

    def summary() -> pa.Table:
        return pa.table(fidelia.purchase_summary(pa.table(orders), unit="D", merge="D"))

    try:
        fidelia.set_kept_memory(0)
        assert _core.kept_memory() == 0
        fresh = summary()
        assert _core.kept_memory() == 0
        fidelia.set_kept_memory(2**26)
        first = summary()
        assert 0 < _core.kept_memory() <= 2**26
        again = summary()  # in memory that was used before
        assert first.equals(fresh) and again.equals(fresh)
        del first, again
        assert 0 < _core.kept_memory() <= 2**26
    finally:
        fidelia.set_kept_memory(512 * 2**20)
    for wrong in (-1, 2**63, 2.5, True):
        with pytest.raises(fidelia.InvalidArgumentError, match="size"):
            fidelia.set_kept_memory(wrong)  # type: ignore[arg-type]


def test_levels_agree(cdnow: pa.Table) -> None:
    summary = fidelia.purchase_summary(cdnow, unit="W", merge="D", as_of="1997-09-30")
    best = fidelia.BgNbd().fit(summary)
    with fidelia.config(level="baseline"):
        baseline = fidelia.BgNbd().fit(summary)
    assert baseline.log_likelihood_ == pytest.approx(best.log_likelihood_, rel=1e-12)


# -- errors --------------------------------------------------------------------------------------


def test_the_family() -> None:
    error = fidelia.InvalidDataError("bad", row=3, column="amount")
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.row, again.column, again.code) == ("bad", 3, "amount", "invalid_data")
    assert issubclass(fidelia.InvalidDataError, ValueError)
    assert issubclass(fidelia.InvalidArgumentError, ValueError)
    assert issubclass(fidelia.ColumnNotFoundError, (fidelia.NotFoundError, LookupError))
    assert issubclass(fidelia.OutOfMemoryError, MemoryError)
    assert issubclass(fidelia.UnavailableError, OSError)
    with pytest.raises(fidelia.NotFoundError, match="did you mean purchase_summary"):
        fidelia.describe("purchase_sumary")
