#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The same work done by Fidelia, DuckDB, polars and lifetimes, side by side.

    pip install fidelia[all] duckdb polars lifetimes
    python benchmarks/peers/peers.py [--customers 1000000] [--runs 5] [--threads 2]

The data are a company simulated here, by BG/NBD and Gamma-Gamma (numpy, fixed seed): about 11.8
orders a customer. Every line of the table is the median of the runs; all runs of one line's
programs take turns in one session, since machines drift. Peers run in processes of their own.
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


def work_fidelia(folder: Path, threads: int, runs: int) -> dict[str, float]:
    import pyarrow.parquet as pq

    import fidelia

    fidelia.set_threads(threads)
    result = {}
    for name, file in (("summary_integers", "orders"), ("summary_texts", "orders_text")):
        orders = pq.read_table(folder / f"{file}.parquet")
        result[name] = timed(
            lambda: fidelia.purchase_summary(orders, unit="W", merge="D", as_of=AS_OF), runs
        )
        if name == "summary_integers":
            summary = fidelia.purchase_summary(orders, unit="W", merge="D", as_of=AS_OF)
    result["fit"] = timed(lambda: fidelia.BgNbd().fit(summary), runs)
    bg = fidelia.BgNbd().fit(summary)
    gg = fidelia.GammaGamma().fit(summary)
    fidelia.set_threads(1)

    def scores(level: float) -> object:
        return fidelia.customer_scores(
            summary, purchase_model=bg, spend_model=gg, horizon=HORIZON, unit="W", level=level
        )

    result["scores_ns"] = timed(lambda: scores(0), runs) / len(summary) * 1e9
    result["scores_with_intervals_ns"] = timed(lambda: scores(0.9), runs) / len(summary) * 1e9
    return result


def work_duckdb(folder: Path, threads: int, runs: int) -> dict[str, float]:
    import duckdb

    result = {}
    for name, file in (("summary_integers", "orders"), ("summary_texts", "orders_text")):
        connection = duckdb.connect()
        connection.execute(f"SET threads TO {threads}")
        connection.execute(f"CREATE TABLE o AS SELECT * FROM '{folder / file}.parquet'")
        sql = SUMMARY_SQL.format(source="o")
        result[name] = timed(
            lambda: connection.execute(f"CREATE OR REPLACE TEMP TABLE s AS {sql}"), runs
        )
    return result


def work_polars(folder: Path, threads: int, runs: int) -> dict[str, float]:
    import polars as pl

    result = {}
    for name, file in (("summary_integers", "orders"), ("summary_texts", "orders_text")):
        orders = pl.read_parquet(folder / f"{file}.parquet")

        def summary() -> object:
            days = orders.lazy().group_by("customer_id", "date").agg(pl.col("amount").sum())
            first = pl.col("date").min()
            return (
                days.group_by("customer_id")
                .agg(
                    (pl.len() - 1).alias("frequency"),
                    ((pl.col("date").max() - first).dt.total_days() / 7).alias("t_x"),
                    first.alias("first"),
                    (
                        (pl.col("amount").sum() - pl.col("amount").sort_by("date").first())
                        / (pl.len() - 1)
                    ).alias("monetary_value"),
                )
                .collect()
            )

        result[name] = timed(summary, runs)
    return result


def work_lifetimes(folder: Path, threads: int, runs: int) -> dict[str, float]:
    import warnings

    import numpy as np
    import pandas as pd

    warnings.simplefilter("ignore")
    from lifetimes import BetaGeoFitter
    from lifetimes.utils import summary_data_from_transaction_data

    orders = pd.read_parquet(folder / "orders.parquet")
    begin = time.perf_counter()
    summary = summary_data_from_transaction_data(
        orders, "customer_id", "date", "amount", observation_period_end=AS_OF
    )
    result = {"summary_integers": time.perf_counter() - begin}
    x, t_x, T = (np.asarray(summary[c]) for c in ("frequency", "recency", "T"))
    model = BetaGeoFitter()
    result["fit"] = timed(lambda: model.fit(x, t_x / 7, T / 7), min(runs, 3))
    return result


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


WORK = {
    "fidelia": work_fidelia,
    "duckdb": work_duckdb,
    "polars": work_polars,
    "lifetimes": work_lifetimes,
}


def run_work(name: str, folder: Path, threads: int, runs: int) -> dict[str, float]:
    environment = {**os.environ, "POLARS_MAX_THREADS": str(threads)}
    command = [sys.executable, __file__, "--work", name, "--folder", str(folder)]
    command += ["--threads", str(threads), "--runs", str(runs)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if done.returncode != 0:
        print(f"{name}: left out ({done.stderr.strip().splitlines()[-1:]})", file=sys.stderr)
        return {}
    return json.loads(done.stdout.splitlines()[-1])


def whole_processes(folder: Path, threads: int, runs: int) -> dict[str, float]:
    commands = {
        "fidelia score": process_fidelia(folder, threads),
        "duckdb summary": process_duckdb(folder, threads),
    }
    times: dict[str, list[float]] = {name: [] for name in commands}
    for run in range(runs + 1):
        for name, command in commands.items():
            begin = time.perf_counter()
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            if run > 0:  # the first fills the page cache
                times[name].append(time.perf_counter() - begin)
    return {name: statistics.median(values) for name, values in times.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--work", choices=WORK, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help="keep the data here")
    arguments = parser.parse_args()
    if arguments.work:
        work = WORK[arguments.work]
        print(json.dumps(work(arguments.folder, arguments.threads, arguments.runs)))
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / "orders_text.parquet").exists():
            simulate(arguments.customers, folder)
        table = {
            name: run_work(name, folder, arguments.threads, arguments.runs) for name in WORK
        }
        for measure in ("summary_integers", "summary_texts", "fit"):
            ours = table["fidelia"][measure]
            print(f"{measure:18} fidelia {ours:8.3f} s", end="")
            for name in ("duckdb", "polars", "lifetimes"):
                if measure in table[name]:
                    theirs = table[name][measure]
                    print(f"   {name} {theirs:8.3f} s ({theirs / ours:5.1f}x)", end="")
            print()
        for measure in ("scores_ns", "scores_with_intervals_ns"):
            print(f"{measure:26} {table['fidelia'][measure]:8.1f} ns a customer, one thread")
        processes = whole_processes(folder, arguments.threads, arguments.runs)
        for name, seconds in processes.items():
            print(f"{name:18} {seconds:8.3f} s, whole process, Parquet to Parquet")


if __name__ == "__main__":
    main()
