# SPDX-License-Identifier: Apache-2.0
"""Goal: what the report says of products, levels, overdue contacts, audiences and rows without a
customer is what the records say. Method: the same figures by DuckDB and in exact decimals, from
artificial companies and from raw lines with the headers of a shop's own export; the command line on
files of the same."""

from __future__ import annotations

import csv
import io
import json
import re
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
import pytest
from typer.testing import CliRunner

import fidelia
from fidelia.cli import app

AS_OF = "2022-12-31"


@pytest.fixture(scope="module")
def company() -> dict[str, pa.Table]:
    made = fidelia.simulate_company(customers=1500, years=2, seed=5)
    names = ("parties", "orders", "order_lines", "contacts", "consents", "answers")
    return {name: pa.table(made[name]) for name in names}


@pytest.fixture(scope="module")
def report(company: dict[str, pa.Table]) -> Any:
    rules = pd.DataFrame(
        {"audience": ["frequent"], "rule": ["orders >= 4 and stage >= 'participation'"]}
    )
    return fidelia.company_report(**company, rules=rules, as_of=AS_OF)


def section(report: Any, name: str) -> dict[str, Any]:
    document = json.loads(report["report"]["json"][0])
    return next(one for one in document["sections"] if one["id"] == name)


def rows(section: dict[str, Any], table: str) -> list[dict[str, Any]]:
    found = next(one for one in section["tables"] if one["id"] == table)
    names = [column["name"] for column in found["columns"]]
    return [dict(zip(names, row)) for row in found["rows"]]


def number(text: str) -> Decimal:
    return Decimal(re.sub(r"[^0-9.-]", "", text))


def test_products_are_the_sums_of_the_lines(company: dict[str, pa.Table], report: Any) -> None:
    orders, lines = company["orders"], company["order_lines"]  # noqa: F841 (DuckDB finds them)
    truth = duckdb.sql(f"""
        select product_id, sum(l.amount)::decimal(18, 2) as spend,
            count(distinct customer_id) filter (l.amount >= 0) as customers
        from lines l join (
            select order_id, any_value(customer_id) as customer_id from orders
            where ordered_at::date <= date '{AS_OF}' and status is distinct from 'cancelled'
            group by order_id) using (order_id)
        group by product_id""").fetchall()
    assert len(truth) > 20
    found = report["products"].to_pandas()
    got = dict(zip(found["product_id"], zip(found["spend"], found["customers"])))
    assert {p: (Decimal(s), c) for p, (s, c) in got.items()} == {p: (s, c) for p, s, c in truth}
    shown = rows(section(report, "products"), "products")
    best = sorted(truth, key=lambda row: -row[1])[: len(shown)]
    assert [row["product"] for row in shown] == [row[0] for row in best]
    assert [number(row["sales"]) for row in shown] == [row[1] for row in best]


def test_offers_are_of_products_never_bought(company: dict[str, pa.Table], report: Any) -> None:
    orders, lines = company["orders"], company["order_lines"]  # noqa: F841
    bought = set(
        duckdb.sql("""
            select distinct customer_id, product_id from lines join orders using (order_id)
            where status is distinct from 'cancelled'""").fetchall()
    )
    offers = report["offers"].to_pandas()
    assert len(offers) > 100
    assert not set(zip(offers["customer_id"], offers["product_id"])) & bought
    advised = report["advice"].to_pandas()
    advised = advised[advised["step"] == "cross_sell"]
    offered = set(zip(offers["customer_id"], offers["product_id"]))
    assert set(zip(advised["customer_id"], advised["product_id"])) <= offered


def test_levels_are_of_all_buyers(report: Any) -> None:
    levels = report["levels"].to_pandas()
    scores = report["scores"].to_pandas()
    assert list(levels["segment"]) == ["A", "B", "C"]
    assert levels["customers"].sum() == scores["frequency"].notna().sum()
    shown = section(report, "levels")
    assert [number(row["customers"]) for row in rows(shown, "levels")] == list(levels["customers"])
    text = " ".join(shown["text"])
    assert "as the orders' margins or costs say" in text
    cost = Decimal(levels["cost"].sum()).quantize(Decimal(1), ROUND_HALF_UP)
    assert f"costs EUR\u00a0{cost:,} a year" in text or f"costs {cost:,} a year" in text


def test_overdue_contacts_are_those_that_the_records_lack(
    company: dict[str, pa.Table], report: Any
) -> None:
    overdue = report["overdue"].to_pandas()
    contacts = company["contacts"].to_pandas()
    contacts["day"] = pd.to_datetime(contacts["contacted_at"]).dt.normalize()
    out = contacts[(contacts["direction"] == "outbound") & (contacts["day"] <= AS_OF)]
    last_out = out.groupby("customer_id")["day"].max()
    summary = report["summary"].to_pandas().set_index("customer_id")
    assert len(overdue) > 20
    for row in overdue.itertuples():
        last = last_out.get(row.customer_id)
        sale = pd.Timestamp(summary.loc[row.customer_id, "last_purchase"])
        if row.duty == "after_sale_message":
            assert last is None or last < sale
            due = sale + pd.Timedelta(days=14)
        elif row.duty == "after_sale_call":
            assert last is None or last <= sale
            due = sale + pd.Timedelta(days=14)
        else:
            every = {"proactive": 90, "partnership": 30}[row.level]
            due = max(sale, last if last is not None else sale) + pd.Timedelta(days=every)
        assert pd.Timestamp(row.due_at) == due <= pd.Timestamp(AS_OF)
    shown = section(report, "levels")
    assert f"{len(overdue):,} contacts that their levels oblige to are overdue" in " ".join(
        shown["text"]
    )
    assert len(overdue) == report["levels"].to_pandas()["overdue"].sum()


def test_without_contacts_nothing_is_overdue(company: dict[str, pa.Table]) -> None:
    made = fidelia.company_report(company["orders"], as_of=AS_OF, history=0)
    assert len(made["overdue"]) == 0
    text = " ".join(section(made, "levels")["text"])
    assert "is not judged, since no contact of yours with a customer is on record" in text


def test_audiences_are_those_of_the_tables(company: dict[str, pa.Table], report: Any) -> None:
    shown = {row["audience"]: row for row in rows(section(report, "audiences"), "audiences")}
    scores = report["scores"].to_pandas().set_index("customer_id")
    summary = report["summary"].to_pandas().set_index("customer_id")
    both = scores.join(summary[["orders", "spend"]])
    frequent = both[(both["orders"] >= 4) & both["stage"].isin(["participation", "loyalty"])]
    assert 0 < len(frequent)
    got = shown["Frequent"]
    assert number(got["members"]) == number(got["buyers"]) == len(frequent)
    assert number(got["spend"]) == sum(frequent["spend"])
    assert number(got["value"]) == Decimal(frequent["lifetime_value"].sum()).quantize(
        Decimal(1), ROUND_HALF_UP
    )
    share = Decimal(100 * len(frequent) / len(scores))
    assert abs(number(got["share"]) - share) <= Decimal("0.5")
    parties = company["parties"].to_pandas()
    for region, count in parties["region"].value_counts().head(5).items():
        assert number(shown[f"Region: {region}"]["members"]) == count


RAW = """Invoice,StockCode,Quantity,InvoiceDate,Price,Customer ID
1,A,2,2023-01-02T08:26,2.55,17850
1,B,6,2023-01-02T08:26,3.39,17850
2,A,1,2023-01-09T10:00,2.55,13047
3,A,10,2023-01-10T10:00,1.05,
3,C,3,2023-01-10T10:00,7.25,
C4,A,-1,2023-01-11T10:00,2.55,
5,B,1,2023-02-11T10:00,3.39,17850
6,B,1,never,100.00,13047
"""


def test_raw_lines_name_rows_without_a_customer(tmp_path: Path) -> None:
    table = pd.read_csv(io.StringIO(RAW), dtype={"Customer ID": "Int64", "Invoice": str})
    made = fidelia.company_report(table, strict=False)
    text = " ".join(section(made, "quality")["text"])
    cent = Decimal("0.01")
    without = Decimal("10.50") + Decimal("21.75") - Decimal("2.55")
    lines = [row.split(",") for row in RAW.splitlines()[1:]]
    whole = sum(
        (Decimal(row[2]) * Decimal(row[4])).quantize(cent, ROUND_HALF_UP) for row in lines
    )
    assert f"3 rows (38% of all), of {without} together, name no customer" in text
    assert f"{100 * without / whole:.0f}% of all amounts read" in text
    assert [row["product"] for row in rows(section(made, "products"), "products")] == ["B", "A"]


def run(*arguments: object) -> str:
    result = CliRunner().invoke(app, [str(a) for a in arguments], env={"COLUMNS": "200"})
    assert result.exit_code == 0, result.output
    return result.stdout


def test_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("vl_convert", reason="charts need the extra fidelia[report]")
    monkeypatch.chdir(tmp_path)
    said = run("sample", "data", "--customers", 600, "--years", 2, "--format", "csv")
    command = said[said.index("fidelia report") :].replace("\\\n", " ").split()
    assert "--order-lines" in command
    run(*command[1:], "--history", 0, "-q")
    page = (tmp_path / "data" / "report" / "report.html").read_text(encoding="utf-8")
    for name in ("levels", "audiences", "products"):
        assert f'<section id="{name}"' in page
    with open("data/report/overdue.csv", newline="") as file:
        overdue = list(csv.DictReader(file))
    assert f"{len(overdue):,} contacts that their levels oblige to are overdue" in page
    # An older list does not stay beside a newer report.
    run("report", "data/orders.csv", "-o", "data/report", "--history", 0, "-q")
    with open("data/report/overdue.csv", newline="") as file:
        assert list(csv.DictReader(file)) == []
    run("report", "data/orders.csv", "-o", "other", "--history", 0, "-q")
    assert not (tmp_path / "other" / "overdue.csv").exists()


def test_a_misspelt_stage_is_an_error(company: dict[str, pa.Table]) -> None:
    rules = pd.DataFrame({"audience": ["x"], "rule": ["orders > 1 and stage = 'loyalti'"]})
    with pytest.raises(fidelia.FideliaError, match="attention, permission, participation, loyalty"):
        fidelia.company_report(company["orders"], rules=rules, as_of=AS_OF, history=0)
