# SPDX-License-Identifier: Apache-2.0
"""Goal: the command line does the main job on real records, and every fault of a file ends in one
clear line, or in rejected.csv, never in a trace. Method: CDNOW and small files by hand, one fault each;
outputs are read back, and after a failure nothing may have been left behind."""

from __future__ import annotations

import csv
import gzip
import math
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

import fidelia
from fidelia.cli import app

AS_OF = ["--as-of", "2023-04-30"]
HEADER = "customer_id,date,amount\n"
ROWS = [
    "0001,2023-01-01,10.00",
    "0001,2023-02-01,20.50",
    "0002,2023-02-05,5.25",
    "0001,2023-03-01,30.00",
    "0003,2023-03-03,7.00",
    "0002,2023-04-01,6.75",
    "0001,2023-04-02,40.00",
]
GOOD = HEADER + "\n".join(ROWS) + "\n"


@dataclass
class Ran:
    code: int
    out: str
    err: str


def fidelia_run(*arguments: object) -> Ran:
    result = CliRunner().invoke(app, [str(a) for a in arguments], env={"COLUMNS": "200"})
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Ran(result.exit_code, result.stdout, result.stderr)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def score(here: Path, text: str | bytes, *more: str, name: str = "orders.csv") -> Ran:
    path = here / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return fidelia_run("score", name, *AS_OF, "-o", "scores.csv", *more)


def scores(here: Path) -> dict[str, dict[str, str]]:
    with open(here / "scores.csv", newline="") as file:
        return {row["customer_id"]: row for row in csv.DictReader(file)}


def rejected(path: Path) -> list[dict[str, str]]:
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


# -- the main job --------------------------------------------------------------------------------


def test_score_of_cdnow(cdnow_csv: Path, here: Path) -> None:
    ran = fidelia_run(
        "score", cdnow_csv, "--as-of", "1997-09-30", "--unit", "W", "--model", "bg_nbd",
        "--horizon", "39", "-o", "scores.parquet",
    )  # fmt: skip
    assert ran.code == 0, ran.err
    assert ran.err == ""
    assert "2,357 customers scored" in ran.out and "scores.parquet" in ran.out
    table = pq.read_table("scores.parquet")
    assert len(table) == 2357
    for name in (
        "customer_id", "frequency", "t_x", "T", "monetary_value", "p_alive", "expected_purchases",
        "expected_spend", "lifetime_value", "stage",
    ):  # fmt: skip
        assert name in table.column_names
    total = math.fsum(table["expected_purchases"].to_pylist())
    assert total == pytest.approx(1653.4087, abs=0.01)
    assert sorted(os.listdir()) == ["scores.parquet"]


def test_score_is_what_python_says(cdnow: pa.Table, cdnow_csv: Path, here: Path) -> None:
    fidelia_run("score", cdnow_csv, "--as-of", "1997-09-30", "-o", "scores.parquet")
    expected = fidelia.company_scores(cdnow, as_of="1997-09-30")
    # Identifiers of a CSV file are text: they come in another order.
    ids = pq.read_table("scores.parquet", columns=["customer_id"])["customer_id"].to_pylist()
    written = pq.read_table("scores.parquet").take(
        sorted(range(len(ids)), key=lambda i: int(ids[i]))
    )
    for name in ("frequency", "t_x", "T", "p_alive", "expected_purchases", "lifetime_value"):
        assert written[name].to_pylist() == expected[name].to_list(), name


def test_report_of_cdnow(cdnow_csv: Path, here: Path) -> None:
    pytest.importorskip("vl_convert", reason="charts need the extra fidelia[report]")
    ran = fidelia_run(
        "report", cdnow_csv, "--as-of", "1997-09-30", "--holdout-until", "1998-06-30", "-o", "out"
    )
    assert ran.code == 0, ran.err
    assert sorted(os.listdir("out")) == [
        "advice.csv", "rejected.csv", "report.html", "scores.parquet",
    ]  # fmt: skip
    for name in os.listdir("out"):
        assert os.path.join("out", name) in ran.out
    page = (here / "out" / "report.html").read_text()
    assert page.lower().startswith("<!doctype html>") and len(page) < 2_000_000
    assert not re.search(r"""(src|href)\s*=\s*["']?https?://""", page)
    assert len(pq.read_table("out/scores.parquet")) == 2357
    assert rejected(here / "out" / "rejected.csv") == []
    # It can be run again, over what is there.
    assert fidelia_run("report", cdnow_csv, "--as-of", "1997-09-30", "-o", "out", "-q").out == ""


def test_sample_then_report(here: Path) -> None:
    pytest.importorskip("vl_convert", reason="charts need the extra fidelia[report]")
    ran = fidelia_run("sample", "data", "--customers", 400, "--years", 2, "--seed", 7)
    assert ran.code == 0, ran.err
    command = ran.out[ran.out.index("fidelia report") :].replace("\\\n", " ").split()
    assert "--as-of" in command and "2022-12-31" in command
    ran = fidelia_run(*command[1:])
    assert ran.code == 0, ran.err
    assert (here / "data" / "report" / "report.html").exists()


def test_samples_do_not_depend_on_slices(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fidelia_run("sample", "a", "--customers", 300, "--years", 1, "-q")
    monkeypatch.setattr("fidelia.cli._SLICE", 70)
    fidelia_run("sample", "b", "--customers", 300, "--years", 1, "-q")
    assert sorted(os.listdir("a")) == sorted(os.listdir("b"))
    for name in os.listdir("a"):
        left, right = (pq.read_table(f"{folder}/{name}").to_pylist() for folder in "ab")
        assert left == right, name


def test_samples_as_csv_are_the_same_company(here: Path) -> None:
    fidelia_run("sample", "p", "--customers", 200, "--years", 1, "-q")
    fidelia_run("sample", "c", "--customers", 200, "--years", 1, "--format", "csv", "-q")
    for kind, name in (("parquet", "p"), ("csv", "c")):
        ran = fidelia_run(
            "score", f"{name}/orders.{kind}", "--parties", f"{name}/parties.{kind}",
            "--contacts", f"{name}/contacts.{kind}", "--consents", f"{name}/consents.{kind}",
            "--as-of", "2021-12-31", "--currency", "EUR", "-o", f"{name}.csv",
        )  # fmt: skip
        assert ran.code == 0, ran.err
    left, right = (pa.csv.read_csv(f"{name}.csv") for name in "pc")
    assert left["customer_id"].cast(pa.string()) == right["customer_id"].cast(pa.string())
    assert left.drop_columns("customer_id").equals(right.drop_columns("customer_id"))


# -- files ---------------------------------------------------------------------------------------

SAME = {
    "bom": b"\xef\xbb\xbf" + GOOD.encode(),
    "crlf": GOOD.replace("\n", "\r\n").encode(),
    "semicolons": GOOD.replace(",", ";").encode(),
    "tabs": GOOD.replace(",", "\t").encode(),
    "utf-16": GOOD.encode("utf-16"),
    "gzip": gzip.compress(GOOD.encode()),
    "quotes": re.sub(r"[^,\n]+", lambda m: f'"{m[0]}"', GOOD).encode(),
    "blank lines": b"\n" + GOOD.replace("\n", "\n\n").encode(),
    "no last newline": GOOD.rstrip("\n").encode(),
    "other names": GOOD.replace(HEADER, "CustomerID,Order Date,TOTAL\n").encode(),
    "more columns": "\n".join(line + ",x" for line in GOOD.splitlines()).encode(),
}


@pytest.mark.parametrize("kind", SAME)
def test_dialects_of_csv(here: Path, kind: str) -> None:
    assert score(here, GOOD, "-q").code == 0
    expected = (here / "scores.csv").read_bytes()
    assert b"0001" in expected  # identifiers keep their zeros
    ran = score(here, SAME[kind], "-q")
    assert ran.code == 0, ran.err
    assert (here / "scores.csv").read_bytes() == expected


def test_several_files_of_both_kinds(here: Path) -> None:
    score(here, GOOD, "-q")
    expected = (here / "scores.csv").read_bytes()
    (here / "b.csv").write_text("amount,date,note,customer_id\n" + "\n".join(
        ",".join([r.split(",")[2], r.split(",")[1], "", r.split(",")[0]]) for r in ROWS[4:]
    ))  # fmt: skip
    (here / "a.csv").write_text(HEADER + "\n".join(ROWS[:4]))
    assert fidelia_run("score", "a.csv", "b.csv", *AS_OF, "-o", "scores.csv", "-q").code == 0
    assert (here / "scores.csv").read_bytes() == expected
    text = pa.csv.read_csv(
        "b.csv",
        convert_options=pa.csv.ConvertOptions(
            column_types={name: pa.string() for name in ("amount", "date", "customer_id")}
        ),
    )
    pq.write_table(text, "b.parquet")
    assert fidelia_run("score", "a.csv", "b.parquet", *AS_OF, "-o", "scores.csv", "-q").code == 0
    assert (here / "scores.csv").read_bytes() == expected


def test_columns_can_be_mapped(here: Path) -> None:
    score(here, GOOD, "-q")
    expected = (here / "scores.csv").read_bytes()
    odd = GOOD.replace(HEADER, "Wer,Wann,Wieviel\n")
    ran = score(
        here,
        odd,
        "--map",
        "customer_id=Wer,ordered_at=Wann",
        "--map",
        "orders.amount=Wieviel",
        "-q",
    )
    assert ran.code == 0, ran.err
    assert (here / "scores.csv").read_bytes() == expected


def test_one_map_may_serve_several_tables(here: Path) -> None:
    (here / "contacts.csv").write_text("Wer,date,direction\n0001,2023-01-05,out\n")
    odd = GOOD.replace("customer_id", "Wer")
    ran = score(here, odd, "--contacts", "contacts.csv", "--map", "customer_id=Wer")
    assert ran.code == 0, ran.err
    assert "contacts: 1 rows read" in ran.out


def test_what_is_written_as(here: Path) -> None:
    (here / "orders.csv").write_text(GOOD)
    for name in ("s.parquet", "s.csv", "s.csv.gz", "s.tsv"):
        assert fidelia_run("score", "orders.csv", *AS_OF, "-o", name, "-q").code == 0
    assert gzip.open("s.csv.gz").read() == (here / "s.csv").read_bytes()
    comma, tab = (here / "s.csv").read_text(), (here / "s.tsv").read_text()
    assert list(csv.reader(comma.splitlines())) == list(
        csv.reader(tab.splitlines(), delimiter="\t")
    )
    ran = fidelia_run("score", "orders.csv", *AS_OF, "-o", "s.xlsx")
    assert ran.code == 2 and ".parquet, .csv" in ran.err


# -- bad input: the call fails -------------------------------------------------------------------

REFUSED: dict[str, tuple[str | bytes, str]] = {
    "empty": ("", "orders.csv is empty"),
    "blank": ("\n\n  \n", "orders.csv is empty"),
    "header only": (HEADER, "orders.csv has a header and no rows"),
    "no header": ("\n".join(ROWS), "no column customer_id"),
    "missing column": (GOOD.replace("amount", "pigs"), "amount"),
    "workbook": (b"PK\x03\x04" + bytes(100), "save the table as CSV or Parquet"),
    "binary": (b"\x01\x00\x02\x00\x03" * 20, "neither CSV nor Parquet"),
    "latin header": ("Kundennummer,Größe\n1,2\n".encode("latin-1"), "--encoding latin-1"),
}


@pytest.mark.parametrize("fault", REFUSED)
def test_refused(here: Path, fault: str) -> None:
    text, message = REFUSED[fault]
    ran = score(here, text)
    assert ran.code == 1
    assert message in ran.err and "orders.csv" in ran.err
    assert "Traceback" not in ran.err and len(ran.err.strip().splitlines()) == 1
    assert sorted(os.listdir()) == ["orders.csv"]


def test_missing_columns_say_how_to_map(here: Path) -> None:
    ran = score(here, GOOD.replace("customer_id", "Wer"))
    assert ran.code == 1
    for word in ("it has: Wer, date, amount", "--map customer_id=<column>"):
        assert word in ran.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--unit", "fortnight"], "unit"),
        (["--horizon", "far"], "horizon"),
        (["--horizon", "-1"], "horizon"),
        (["--as-of", "yesterday"], "as_of"),
        (["--map", "customer_id"], "OURS=THEIRS"),
        (["--map", "pigs=date"], "no column pigs; there are: "),
        (["--map", "parties.party_id=x"], "no table parties was given"),
        (["--encoding", "klingon"], "no encoding klingon"),
        (["--threads", "0"], "threads"),
        (["--pigs"], "pigs"),
        (["--parties", "nowhere.csv"], "no file nowhere.csv"),
        (["--parties", "."], "is a folder"),
    ],
)
def test_wrong_usage(here: Path, arguments: list[str], message: str) -> None:
    ran = score(here, GOOD, *arguments)
    assert ran.code == 2
    assert message in ran.err and "Traceback" not in ran.err
    assert not (here / "scores.csv").exists()


def test_columns_that_are_not_sure(here: Path) -> None:
    text = "Customer-ID,CustomerId,date,amount\n1,1,2023-01-01,1\n"
    ran = score(here, text)
    assert ran.code == 2
    for word in ("orders.csv has two columns that could be customer_id", "--map customer_id="):
        assert word in ran.err


def test_a_map_to_nothing(here: Path) -> None:
    ran = score(here, GOOD, "--map", "amount=Total")
    assert ran.code == 1
    assert "no column Total; orders.csv has customer_id, date, amount" in ran.err


# -- bad input: rows are set aside ---------------------------------------------------------------

BAD_ROWS: dict[str, tuple[str | bytes, str, str]] = {
    "date": ("0001,2023-13-01,1.00", "date", "2023-13-01"),
    "no date": ("0001,,1.00", "date", ""),
    "amount": ("0001,2023-01-05,ten", "amount", "ten"),
    "NaN": ("0001,2023-01-05,NaN", "amount", "NaN"),
    "infinite": ("0001,2023-01-05,inf", "amount", "inf"),
    "absurd": ("0001,2023-01-05,99999999999999999999", "amount", "99999999999999999999"),
    "no customer": (",2023-01-05,1.00", "customer_id", ""),
    "fewer fields": ("0001,2023-01-05", "", "0001,2023-01-05"),
    "more fields": ("0001,2023-01-05,1,2", "", "0001,2023-01-05,1,2"),
    "encoding": ("José,2023-01-05,1.00".encode("latin-1"), "customer_id", ""),
}


def with_bad_row(row: str | bytes) -> bytes:
    bad = row if isinstance(row, bytes) else row.encode()
    lines = [line.encode() for line in ROWS]
    return HEADER.encode() + b"\n".join([*lines[:3], bad, *lines[3:]]) + b"\n"


@pytest.mark.parametrize("fault", BAD_ROWS)
def test_bad_rows_are_set_aside(here: Path, fault: str) -> None:
    row, column, value = BAD_ROWS[fault]
    score(here, GOOD, "-q")
    expected = (here / "scores.csv").read_bytes()
    ran = score(here, with_bad_row(row))
    assert ran.code == 0, ran.err
    assert (here / "scores.csv").read_bytes() == expected
    (found,) = rejected(here / "rejected.csv")
    assert (found["file"], found["line"], found["column"]) == ("orders.csv", "5", column)
    assert found["reason"] and value in found["value"]
    assert "1 rows were set aside" in ran.out and "rejected.csv" in ran.out
    if fault == "encoding":
        assert "--encoding latin-1" in ran.out
        ran = score(here, with_bad_row(row), "--encoding", "latin-1", "-q")
        assert "José" in scores(here)


@pytest.mark.parametrize("fault", BAD_ROWS)
def test_strict_refuses_them(here: Path, fault: str) -> None:
    row, column, value = BAD_ROWS[fault]
    ran = score(here, with_bad_row(row), "--strict")
    assert ran.code == 1
    assert "orders.csv, line 5" in ran.err and column in ran.err and value in ran.err
    assert not (here / "scores.csv").exists() and not (here / "rejected.csv").exists()


def test_lines_are_the_files_own(here: Path) -> None:
    text = '\n"customer\nid",date,amount\n\n"a\nb",2023-01-01,1\n\nc,oops,1\nd,2023-01-02\n'
    ran = score(here, text, "--map", "customer_id=customer\nid")
    assert ran.code == 0, ran.err
    assert [(r["line"], r["column"]) for r in rejected(here / "rejected.csv")] == [
        ("8", "date"),
        ("9", ""),
    ]


def test_faults_in_the_second_file_and_in_parquet(here: Path) -> None:
    (here / "a.csv").write_text(GOOD)
    (here / "b.csv").write_text(HEADER + "x,nonsense,1\n")
    pq.write_table(
        pa.table({"customer_id": ["y", None], "date": ["2023-01-01"] * 2, "amount": ["1", "1"]}),
        "c.parquet",
    )
    ran = fidelia_run("score", "a.csv", "b.csv", "c.parquet", *AS_OF, "-o", "scores.csv")
    assert ran.code == 0, ran.err
    found = [(r["file"], r["line"], r["column"]) for r in rejected(here / "rejected.csv")]
    assert found == [("b.csv", "2", "date"), ("c.parquet", "2", "customer_id")]
    ran = fidelia_run("score", "a.csv", "c.parquet", *AS_OF, "-o", "scores.csv", "--strict")
    assert ran.code == 1 and "c.parquet, row 2" in ran.err


def test_nothing_but_bad_lines(here: Path) -> None:
    ran = score(here, HEADER + "1,2\n1,2,3,4\n")
    assert ran.code == 1
    assert "none of its 2 rows has as many fields as the header" in ran.err


def test_currencies(here: Path) -> None:
    text = "customer_id,date,amount,currency\na,2023-01-01,10,EUR\na,2023-01-08,10,USD\n"
    ran = score(here, text, "--currency", "EUR", "--strict")
    assert ran.code == 1 and "orders.csv, line 3" in ran.err and "USD" in ran.err
    (here / "rates.csv").write_text(
        "from_currency,to_currency,rated_at,rate\nUSD,EUR,2023-01-01,0.5\n"
    )
    ran = score(here, text, "--currency", "EUR", "--strict", "--exchange-rates", "rates.csv")
    assert ran.code == 0, ran.err
    ran = score(here, text.replace("USD", "XQX"), "--currency", "EUR")
    assert ran.code == 0, ran.err
    assert rejected(here / "rejected.csv")[0]["value"] == "XQX"


def test_few_customers(here: Path) -> None:
    assert score(here, HEADER + ROWS[0] + "\n").code == 0  # one customer
    assert list(scores(here)) == ["0001"]
    once = [f"{i:04},2023-01-{i:02},5.00" for i in range(1, 29)]  # nobody repeats
    ran = score(here, HEADER + "\n".join(once) + "\n")
    assert ran.code == 0, ran.err
    assert len(scores(here)) == 28


def test_an_old_file_stays_when_a_run_fails(here: Path) -> None:
    (here / "scores.csv").write_text("old")
    assert score(here, HEADER + "a,b,c\n", "--strict").code == 1
    assert (here / "scores.csv").read_text() == "old"
    assert sorted(os.listdir()) == ["orders.csv", "scores.csv"]


def test_a_failed_report_leaves_no_folder(here: Path) -> None:
    (here / "orders.csv").write_text(HEADER)
    assert fidelia_run("report", "orders.csv", "-o", "out").code == 1
    assert not (here / "out").exists()


# -- the terminal --------------------------------------------------------------------------------


def test_list() -> None:
    ran = fidelia_run("list")
    assert ran.code == 0
    for listed in fidelia.entries():
        assert re.search(rf"^{listed['name']}\s+{listed['kind']}\s", ran.out, re.MULTILINE)


@pytest.mark.parametrize("name", [listed["name"] for listed in fidelia.entries()])
def test_list_of_one(name: str) -> None:
    ran = fidelia_run("list", name)
    entry = fidelia.describe(name)
    assert ran.code == 0
    words = [option["name"] for option in entry["options"]]
    tables = [entry["fact"]] if entry["fact"] else []
    tables += [slot["table"] for slot in [*entry["inputs"], *entry["outputs"]]]
    words += [column["name"] for table in tables for column in table["columns"]]
    words += [call["name"] for call in entry["calls"]]
    for word in words:
        assert re.search(rf"^{word}\b", ran.out, re.MULTILINE), word


def test_list_of_nothing() -> None:
    ran = fidelia_run("list", "bg_nbdd")
    assert ran.code == 2 and "did you mean bg_nbd?" in ran.err


@pytest.mark.parametrize("command", [[], ["report"], ["score"], ["sample"], ["list"]])
def test_help(command: list[str]) -> None:
    ran = fidelia_run(*command, "--help")
    assert ran.code == 0 and "Usage" in ran.out
    if command:
        assert f"fidelia {command[0]}" in ran.out  # an example


def test_options_are_the_catalogues() -> None:
    shown = fidelia_run("report", "--help").out
    for option in fidelia.describe("company_report")["options"]:
        assert "--" + option["name"].replace("_", "-") in shown
    for slot in fidelia.describe("company_report")["inputs"][1:]:
        assert "--" + slot["name"].replace("_", "-") in shown


def test_version() -> None:
    assert fidelia_run("--version").out == f"fidelia {fidelia.__version__}\n"


def test_as_a_program(here: Path) -> None:
    (here / "orders.csv").write_text(GOOD)
    command = [sys.executable, "-m", "fidelia", "score", "orders.csv", *AS_OF, "-o", "scores.csv"]
    ran = subprocess.run(command, capture_output=True, text=True)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert len(scores(here)) == 3
    bad = subprocess.run([*command, "--horizon", "-1"], capture_output=True, text=True)
    assert bad.returncode == 2 and bad.stderr.startswith("fidelia: ")


def test_control_c(here: Path) -> None:
    rows = "".join(f"{i % 9999},2023-0{i % 9 + 1}-0{i % 7 + 1},{i}.00\n" for i in range(400_000))
    (here / "orders.csv").write_text(HEADER + rows)
    files = ["orders.csv"] * 40
    command = [sys.executable, "-m", "fidelia", "score", *files, "-o", "scores.csv"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    ticks = 0.0
    while ticks < 1.2 * os.sysconf("SC_CLK_TCK"):  # until it is well within the files
        time.sleep(0.02)
        assert process.poll() is None, "it ended too early"
        fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
        ticks = float(fields[11]) + float(fields[12])  # user and system time
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "stopped; nothing was written" in err and "Traceback" not in err
    assert sorted(os.listdir()) == ["orders.csv"]
