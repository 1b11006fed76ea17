# SPDX-License-Identifier: Apache-2.0
"""Goal: a table in a database gives what the same table gives as a CSV file, and every fault is one
clear line. Method: CDNOW in SQLite, DuckDB and a PostgreSQL server of the test's own, scored by the
command line; the files of scores are compared byte by byte. Databases must not change."""

from __future__ import annotations

import csv
import glob
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

import fidelia
from fidelia.cli import app

CDNOW_OPTIONS = ["--as-of", "1997-09-30", "--unit", "W", "--horizon", "39"]
ROWS = [
    ("0001", "2023-01-01", "10.00"),
    ("0001", "2023-02-01", "20.50"),
    ("0002", "2023-02-05", "5.25"),
    ("0001", "2023-03-01", "30.00"),
    ("0002", "2023-04-01", "6.75"),
]
AS_OF = ["--as-of", "2023-04-30"]


@dataclass
class Ran:
    code: int
    out: str
    err: str


def run(*arguments: object) -> Ran:
    result = CliRunner().invoke(app, [str(a) for a in arguments], env={"COLUMNS": "200"})
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Ran(result.exit_code, result.stdout, result.stderr)


def scores_of(*arguments: object) -> bytes:
    ran = run("score", *arguments, "-o", "scores.parquet")
    assert ran.code == 0, ran.err
    data = Path("scores.parquet").read_bytes()
    os.remove("scores.parquet")
    return data


def failure_of(*arguments: object) -> str:
    ran = run("score", *arguments, *AS_OF, "-o", "scores.csv")
    assert ran.code != 0
    assert "Traceback" not in ran.err and len(ran.err.splitlines()) == 1
    assert not Path("scores.csv").exists()
    return ran.err


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def orders(cdnow: pa.Table) -> list[tuple[str, str, str]]:
    """CDNOW as text."""
    return [
        (str(row["customer_id"]), str(row["date"]), row["amount"]) for row in cdnow.to_pylist()
    ]


def sqlite_shop(path: str, rows: list[tuple[str, str, str]], types: str) -> str:
    with sqlite3.connect(path) as database:
        database.execute(f"create table orders ({types})")
        database.executemany("insert into orders values (?, ?, ?)", rows)
        database.execute("create table notes (text text)")
    database.close()
    return path


@pytest.fixture
def shop() -> str:
    return sqlite_shop("shop.sqlite", ROWS, "customer_id text, date text, amount text")


# -- SQLite --------------------------------------------------------------------------------------


@pytest.mark.parametrize("amount", ["text", "real"])
def test_sqlite_gives_the_bytes_of_csv(
    cdnow_csv: Path, orders: list[tuple[str, str, str]], amount: str
) -> None:
    sqlite_shop("shop.sqlite", orders, f"customer_id text, date text, amount {amount}")
    before = Path("shop.sqlite").read_bytes()
    expected = scores_of(cdnow_csv, *CDNOW_OPTIONS)
    assert scores_of("shop.sqlite", *CDNOW_OPTIONS) == expected
    assert scores_of("shop.sqlite::orders", *CDNOW_OPTIONS) == expected
    query = "select * from orders where amount >= 0; -- all of them"
    assert scores_of("shop.sqlite", "--query", query.replace(";", ""), *CDNOW_OPTIONS) == expected
    assert Path("shop.sqlite").read_bytes() == before
    assert os.listdir() == ["shop.sqlite"]


def test_integers_of_sqlite_stay_integers(
    cdnow: pa.Table, orders: list[tuple[str, str, str]]
) -> None:
    sqlite_shop("shop.sqlite", orders, "customer_id integer, date text, amount real")
    run("score", "shop.sqlite", *CDNOW_OPTIONS, "-o", "scores.parquet")
    expected = fidelia.company_scores(cdnow, as_of="1997-09-30", unit="W", horizon=39)
    assert pq.read_table("scores.parquet").to_pylist() == pa.table(expected).to_pylist()


def test_values_of_several_types_are_text(shop: str) -> None:
    with sqlite3.connect(shop) as database:
        database.execute("create table mixed (customer_id, date, amount)")
        database.executemany(
            "insert into mixed values (?, ?, ?)",
            [(1, "2023-01-01", 10), ("b", "2023-01-02", 2.5), (1, "2023-02-01", "much")],
        )
    database.close()
    ran = run("score", f"{shop}::mixed", *AS_OF, "-o", "scores.csv")
    assert ran.code == 0, ran.err
    with open("rejected.csv", newline="") as file:
        bad = list(csv.DictReader(file))
    assert [(r["file"], r["line"], r["column"], r["value"]) for r in bad] == [
        ("shop.sqlite::mixed", "3", "amount", "much")
    ]
    with open("scores.csv", newline="") as file:
        assert [r["customer_id"] for r in csv.DictReader(file)] == ["1", "b"]
    os.remove("scores.csv")
    strict = failure_of(f"{shop}::mixed", "--strict")
    assert "shop.sqlite::mixed, row 3: amount" in strict


def test_a_query_may_say_what_columns_mean(shop: str, here: Path) -> None:
    expected = scores_of(shop, *AS_OF)
    query = 'select "customer_id" as client, date, amount * 1 as total from orders'
    assert scores_of(shop, "--query", query, *AS_OF) == expected
    assert scores_of(f"{shop}::{query}", *AS_OF) == expected


def test_other_tables_come_from_databases_too(shop: str) -> None:
    with sqlite3.connect(shop) as database:
        database.execute("create table parties (party_id text, account_id text)")
        database.executemany("insert into parties values (?, ?)", [("0001", "A"), ("0002", "A")])
    database.close()
    ran = run("score", shop, "--parties", shop, "--customer", "account", *AS_OF, "-o", "s.csv")
    assert ran.code == 0, ran.err
    assert "1 customers scored" in ran.out


def test_faults_of_sqlite(shop: str) -> None:
    assert "has no table sales; it has: notes, orders" in failure_of(f"{shop}::sales")
    assert "no such column: vat" in failure_of(shop, "--query", "select vat from orders")
    assert "no such table: sales" in failure_of(shop, "--query", "select * from sales")
    assert "syntax error" in failure_of(shop, "--query", "delete from orders")
    assert "has no table consents; it has: notes, orders" in failure_of(shop, "--consents", shop)
    assert "there is no file none.sqlite" in failure_of("none.sqlite::orders")
    Path("plain.csv").write_text("customer_id,date,amount\n")
    assert "plain.csv is no SQLite or DuckDB file" in failure_of("plain.csv::orders")
    assert "--query reads from one database" in failure_of(
        "plain.csv", "--query", "select * from orders"
    )
    assert "both say what to read" in failure_of(f"{shop}::orders", "--query", "select 1")
    assert "customer_id" in failure_of(f"{shop}::notes")
    with sqlite3.connect(shop) as database:
        assert database.execute("select count(*) from orders").fetchone() == (len(ROWS),)
    database.close()


# -- DuckDB --------------------------------------------------------------------------------------


def duckdb_shop(path: str, rows: list[tuple[str, str, str]]) -> str:
    with duckdb.connect(path) as database:
        table = pa.table(dict(zip(("customer_id", "date", "amount"), map(list, zip(*rows)))))
        database.register("arrived", table)
        database.execute(
            "create table orders as select customer_id, date::date as date, "
            "amount::decimal(10, 2) as amount from arrived"
        )
        database.execute("create view late as select * from orders where date > '2000-01-01'")
    return path


def test_duckdb_gives_the_bytes_of_csv(
    cdnow_csv: Path, orders: list[tuple[str, str, str]]
) -> None:
    duckdb_shop("shop.duckdb", orders)
    expected = scores_of(cdnow_csv, *CDNOW_OPTIONS)
    assert scores_of("shop.duckdb", *CDNOW_OPTIONS) == expected
    query = "from orders -- DuckDB's short form"
    assert scores_of("shop.duckdb", "--query", query, *CDNOW_OPTIONS) == expected


def test_faults_of_duckdb(monkeypatch: pytest.MonkeyPatch) -> None:
    duckdb_shop("shop.duckdb", ROWS)
    assert "has no table sales; it has: late, orders" in failure_of("shop.duckdb::sales")
    assert "nothing" in failure_of("shop.duckdb", "--query", "select nothing from orders")
    monkeypatch.setitem(sys.modules, "duckdb", None)
    assert "pip install 'fidelia[duckdb]'" in failure_of("shop.duckdb")


# -- PostgreSQL ----------------------------------------------------------------------------------


def _program(name: str) -> str | None:
    installed = sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"))
    return installed[-1] if installed else shutil.which(name)


@pytest.fixture(scope="module")
def server(orders: list[tuple[str, str, str]]) -> Iterator[str]:
    """URL of a server that lives as long as these tests, with CDNOW in it."""
    psycopg = pytest.importorskip("psycopg", reason="PostgreSQL is read with psycopg")
    initdb, control = _program("initdb"), _program("pg_ctl")
    if initdb is None or control is None:
        pytest.skip("there is no PostgreSQL server on this machine (Debian's postgresql)")
    # PostgreSQL does not run as root, and pytest's own folders are closed to others.
    user = "nobody" if os.getuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="fidelia-pg-"))
    if user is not None:
        shutil.chown(folder, user)
    data, log = folder / "data", folder / "log"
    start = f"-k {folder} -c listen_addresses='' -c fsync=off"

    def call(*words: object) -> None:
        subprocess.run(
            [str(word) for word in words], check=True, capture_output=True, user=user, cwd=folder
        )

    call(initdb, "-D", data, "-U", "fidelia", "-A", "trust", "--no-sync")
    call(control, "-D", data, "-l", log, "-o", start, "-w", "start")
    try:
        url = f"postgresql://fidelia@/postgres?host={folder}"
        with psycopg.connect(url) as database:
            database.execute(
                "create table orders (customer_id text, date date, amount numeric(10, 2))"
            )
            with database.cursor() as cursor:
                cursor.executemany("insert into orders values (%s, %s, %s)", orders)
            database.execute("create schema old")
            database.execute(
                "create table old.sales as select customer_id::int as id, date::timestamp as at, "
                "amount::float8 as total from orders"
            )
        yield url
    finally:
        call(control, "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def test_postgresql_gives_the_bytes_of_csv(server: str, cdnow_csv: Path) -> None:
    expected = scores_of(cdnow_csv, *CDNOW_OPTIONS)
    assert scores_of(f"{server}::orders", *CDNOW_OPTIONS) == expected
    query = "select customer_id, date, amount from orders"
    assert scores_of(server, "--query", query, *CDNOW_OPTIONS) == expected


def test_types_of_postgresql_stay(server: str, cdnow: pa.Table) -> None:
    run("score", f"{server}::old.sales", "--map", "customer_id=id,ordered_at=at", *CDNOW_OPTIONS)
    expected = fidelia.company_scores(cdnow, as_of="1997-09-30", unit="W", horizon=39)
    assert pq.read_table("scores.parquet").to_pylist() == pa.table(expected).to_pylist()


def test_faults_of_postgresql(server: str) -> None:
    assert "has no table sales; it has: old.sales, orders" in failure_of(f"{server}::sales")
    assert "nothing" in failure_of(server, "--query", "select nothing from orders")
    assert "" != failure_of(server, "--query", "select * from pg_terminate_backend(0), nowhere")


def test_a_password_is_not_shown() -> None:
    pytest.importorskip("psycopg", reason="PostgreSQL is read with psycopg")
    said = failure_of("postgresql://ann:secret@[::1]:1/shop::orders")
    assert "postgresql://ann@[::1]:1/shop cannot be opened" in said
    assert "secret" not in said


def test_postgresql_says_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    assert "pip install 'fidelia[postgresql]'" in failure_of("postgresql://ann@db/shop::orders")
