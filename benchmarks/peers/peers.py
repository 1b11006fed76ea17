#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The same work done by Fidelia, DuckDB, polars and lifetimes, side by side.

    pip install fidelia[all] duckdb polars lifetimes
    python benchmarks/peers/peers.py [--customers 1000000] [--runs 5] [--threads 2]
                                     [--only summary_integers,scores] [--folder /tmp/peers]

The data are a company simulated here, by BG/NBD and Gamma-Gamma (numpy, fixed seed): about 11.8
orders a customer. Every figure is the median of the runs (of fits by lifetimes: one run), each
program in a process of its own, one after the other; whole processes take turns. The last thing
printed is the table in Markdown. Peak memory is that of a process: with the orders as a table in
memory for the summaries, from Parquet to Parquet for whole processes.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

AS_OF = "2023-12-31"
HORIZON = 52
PARETO_CUSTOMERS = 100_000
LINES = {
    "summary_integers": "Orders to purchase summary, 64-bit ids",
    "summary_texts": "Orders to purchase summary, text ids",
    "fit": "BG/NBD fit",
    "pareto_fit": f"Pareto/NBD fit, {PARETO_CUSTOMERS:,} customers",
    "scores": "P(alive), purchases, spend, lifetime value, one thread",
    "scores_with_intervals": "the same with intervals, one thread",
    "process": "Whole process, Parquet to Parquet",
}


def simulate(customers: int, path: Path) -> None:
    """Orders of a BG/NBD + Gamma-Gamma company, by date, with integer and text ids."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    rng = np.random.default_rng(20)
    rate = rng.gamma(1.25, 1 / 4.4, customers) / 7  # purchases a day
    leave = rng.beta(0.89, 8.6, customers)
    mean = 6.25 / rng.gamma(3.74, 1 / 15.44, customers)
    first = rng.integers(0, 365, customers)
    who, day = [np.arange(customers)], [first.astype(float)]
    alive, now = np.arange(customers), first.astype(float)
    while alive.size:
        now = now + rng.exponential(1 / rate[alive])
        inside = now < 730
        alive, now = alive[inside], now[inside]
        who.append(alive)
        day.append(now)
        stays = rng.random(alive.size) >= leave[alive]
        alive, now = alive[stays], now[stays]
    ids = np.concatenate(who)
    days = np.concatenate(day)
    order = np.argsort(days, kind="stable")
    ids, days = ids[order], days[order].astype("int32")
    amount = np.round(rng.gamma(6.25, 1 / 6.25, ids.size) * mean[ids] + 0.01, 2)
    date = (np.datetime64("2022-01-01") + days).astype("datetime64[D]")
    texts = pa.array([f"C{i * 2654435761 % 10**12:012d}" for i in range(customers)]).take(
        pa.array(ids)
    )
    table = pa.table(
        {"customer_id": ids, "date": date, "amount": amount, "customer_text": texts}
    )
    pq.write_table(table.drop_columns(["customer_text"]), path / "orders.parquet")
    pq.write_table(
        table.drop_columns(["customer_id"]).rename_columns(["date", "amount", "customer_id"]),
        path / "orders_text.parquet",
    )


# Two GROUP BYs; the first day's sum by arg_min is faster in DuckDB than a window.
SUMMARY_SQL = """
WITH days AS (SELECT customer_id, date, sum(amount) AS amount FROM {source} GROUP BY 1, 2)
SELECT customer_id, count(*) - 1 AS frequency,
       date_diff('day', min(date), max(date)) / 7.0 AS t_x,
       date_diff('day', min(date), DATE '2023-12-31') / 7.0 AS T,
       (sum(amount) - arg_min(amount, date)) / nullif(count(*) - 1, 0) AS monetary_value
FROM days GROUP BY 1
"""


def timed(body: Callable[[], object], runs: int) -> float:
    times = []
    for _ in range(runs):
        begin = time.perf_counter()
        body()
        times.append(time.perf_counter() - begin)
    return statistics.median(times)


# -- what each program does in a process of its own ----------------------------------------------


def work_fidelia(folder: Path, line: str, threads: int, runs: int) -> float:
    import pyarrow.parquet as pq

    import fidelia

    fidelia.set_threads(threads)
    file = "orders_text" if line == "summary_texts" else "orders"
    orders = pq.read_table(folder / f"{file}.parquet")

    def summarize() -> fidelia.Table:
        return fidelia.purchase_summary(orders, unit="W", merge="D", as_of=AS_OF)

    if line.startswith("summary"):
        return timed(summarize, runs)
    summary = summarize()
    if line == "fit":
        return timed(lambda: fidelia.BgNbd().fit(summary), runs)
    if line == "pareto_fit":
        import pyarrow as pa

        some = pa.table(summary).slice(0, PARETO_CUSTOMERS)
        return timed(lambda: fidelia.ParetoNbd().fit(some), runs)
    bg = fidelia.BgNbd().fit(summary)
    gg = fidelia.GammaGamma().fit(summary)
    fidelia.set_threads(1)
    level = 0.9 if line == "scores_with_intervals" else 0
    return timed(
        lambda: fidelia.customer_scores(
            summary, purchase_model=bg, spend_model=gg, horizon=HORIZON, unit="W", level=level
        ),
        runs,
    )


def work_duckdb(folder: Path, line: str, threads: int, runs: int) -> float | None:
    import duckdb

    if not line.startswith("summary"):
        return None
    file = "orders_text" if line == "summary_texts" else "orders"
    connection = duckdb.connect()
    connection.execute(f"SET threads TO {threads}")
    connection.execute(f"CREATE TABLE o AS SELECT * FROM '{folder / file}.parquet'")
    sql = SUMMARY_SQL.format(source="o")
    return timed(lambda: connection.execute(f"CREATE OR REPLACE TEMP TABLE s AS {sql}"), runs)


POLARS_SUMMARY = """
import polars as pl

def summary(orders):
    days = orders.group_by("customer_id", "date").agg(pl.col("amount").sum())
    first = pl.col("date").min()
    return days.group_by("customer_id").agg(
        (pl.len() - 1).alias("frequency"),
        ((pl.col("date").max() - first).dt.total_days() / 7).alias("t_x"),
        first.alias("first"),
        (
            (pl.col("amount").sum() - pl.col("amount").sort_by("date").first()) / (pl.len() - 1)
        ).alias("monetary_value"),
    )
"""


def work_polars(folder: Path, line: str, threads: int, runs: int) -> float | None:
    import polars as pl

    if not line.startswith("summary"):
        return None
    names: dict[str, Callable[[object], pl.LazyFrame]] = {}
    exec(POLARS_SUMMARY, names)  # the whole process runs the same text
    file = "orders_text" if line == "summary_texts" else "orders"
    orders = pl.read_parquet(folder / f"{file}.parquet")
    return timed(lambda: names["summary"](orders.lazy()).collect(), runs)


def work_lifetimes(folder: Path, line: str, threads: int, runs: int) -> float | None:
    import warnings

    import numpy as np
    import pandas as pd

    warnings.simplefilter("ignore")
    from lifetimes import BetaGeoFitter, ParetoNBDFitter
    from lifetimes.utils import summary_data_from_transaction_data

    if line not in ("summary_integers", "fit", "pareto_fit"):
        return None
    orders = pd.read_parquet(folder / "orders.parquet")
    if line == "pareto_fit":  # ids begin at 0, and the summary ascends by them
        orders = orders[orders["customer_id"] < PARETO_CUSTOMERS]

    def summarize() -> pd.DataFrame:
        return summary_data_from_transaction_data(
            orders, "customer_id", "date", "amount", observation_period_end=AS_OF
        )

    if line == "summary_integers":
        return timed(summarize, 1)
    summary = summarize()
    x, t_x, T = (np.asarray(summary[c]) for c in ("frequency", "recency", "T"))
    model = BetaGeoFitter() if line == "fit" else ParetoNBDFitter()
    return timed(lambda: model.fit(x, t_x / 7, T / 7), 1)


def process_fidelia(folder: Path, threads: int) -> list[str]:
    program = Path(sys.executable).with_name("fidelia")
    return [
        str(program), "score", str(folder / "orders.parquet"), "--as-of", AS_OF, "--unit", "W",
        "--model", "bg_nbd", "--horizon", str(HORIZON), "--threads", str(threads), "--quiet",
        "-o", str(folder / "scores.parquet"),
    ]  # fmt: skip


def process_duckdb(folder: Path, threads: int) -> list[str]:
    sql = SUMMARY_SQL.format(source=f"'{folder / 'orders.parquet'}'")
    code = (
        "import duckdb; c = duckdb.connect(); "
        f"c.execute('SET threads TO {threads}'); "
        f'c.execute("""COPY ({sql}) TO \'{folder / "duckdb.parquet"}\' (FORMAT parquet)""")'
    )
    return [sys.executable, "-c", code]


def process_polars(folder: Path, threads: int) -> list[str]:
    del threads  # by POLARS_MAX_THREADS
    code = (
        f"{POLARS_SUMMARY}\n"
        f"summary(pl.scan_parquet({str(folder / 'orders.parquet')!r})).collect()"
        f".write_parquet({str(folder / 'polars.parquet')!r})"
    )
    return [sys.executable, "-c", code]


WORK = {
    "fidelia": work_fidelia,
    "duckdb": work_duckdb,
    "polars": work_polars,
    "lifetimes": work_lifetimes,
}


Measured = tuple[float, float]  # seconds, peak memory in MB


def run_child(command: list[str], threads: int) -> tuple[str, Measured]:
    """Its output, seconds and peak memory."""
    environment = {**os.environ, "POLARS_MAX_THREADS": str(threads)}
    begin = time.perf_counter()
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        text = child.stdout.read()
        fault = child.stderr.read()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - begin
    if child.returncode != 0:
        raise RuntimeError("".join(fault.strip().splitlines()[-1:]))
    return text, (seconds, usage.ru_maxrss / 1000)


def run_work(name: str, folder: Path, line: str, threads: int, runs: int) -> Measured | None:
    command = [sys.executable, __file__, "--work", name, "--folder", str(folder)]
    command += ["--only", line, "--threads", str(threads), "--runs", str(runs)]
    try:
        text, (_, peak) = run_child(command, threads)
    except RuntimeError as error:
        print(f"{name}: left out ({error})", file=sys.stderr)
        return None
    seconds = json.loads(text.splitlines()[-1])
    return None if seconds is None else (seconds, peak)


def whole_processes(folder: Path, threads: int, runs: int) -> dict[str, Measured]:
    commands = {
        "fidelia": process_fidelia(folder, threads),
        "duckdb": process_duckdb(folder, threads),
        "polars": process_polars(folder, threads),
    }
    all_runs: dict[str, list[Measured]] = {name: [] for name in commands}
    for run in range(runs + 1):
        for name, command in commands.items():
            _, measured = run_child(command, threads)
            if run > 0:  # the first fills the page cache
                all_runs[name].append(measured)
    return {
        name: (statistics.median(s for s, _ in measured), max(m for _, m in measured))
        for name, measured in all_runs.items()
    }


def cell(line: str, customers: int, measured: Measured | None, ours: Measured | None) -> str:
    if measured is None:
        return ""
    seconds, peak = measured
    per_customer = line.startswith("scores")
    text = f"{seconds / customers * 1e9:.0f} ns a customer" if per_customer else f"{seconds:.3g} s"
    if ours is not None and measured is not ours:
        text += f" ({seconds / ours[0]:.3g}x)"
    shows_memory = line.startswith("summary") or line == "process"
    return text + (f", {peak:.0f} MB" if shows_memory else "")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--only", default=",".join(LINES), help="these lines: " + ", ".join(LINES))
    parser.add_argument("--work", choices=WORK, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help="keep the data here")
    arguments = parser.parse_args()
    threads, runs = arguments.threads, arguments.runs
    if arguments.work:
        print(json.dumps(WORK[arguments.work](arguments.folder, arguments.only, threads, runs)))
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / "orders_text.parquet").exists():
            simulate(arguments.customers, folder)
        rows = []
        for line in arguments.only.split(","):
            if line == "process":
                measured: dict[str, Measured | None] = {**whole_processes(folder, threads, runs)}
            else:
                measured = {name: run_work(name, folder, line, threads, runs) for name in WORK}
            ours = measured.get("fidelia")
            cells = [cell(line, arguments.customers, measured.get(name), ours) for name in WORK]
            rows.append(f"| {LINES[line]} | " + " | ".join(cells) + " |")
            print(rows[-1], file=sys.stderr, flush=True)
        print("| | Fidelia | DuckDB | polars | lifetimes |\n|---|---|---|---|---|")
        print("\n".join(rows))


if __name__ == "__main__":
    main()
