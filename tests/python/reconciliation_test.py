# SPDX-License-Identifier: Apache-2.0
"""Goal: every cent of the orders is found again in the report, and where one is not, the report says
so. Method: the terms of the report's reconciliation are worked out by DuckDB or in exact decimals from
the input itself: CDNOW, an artificial company with currencies, returns and bad rows, and any files:

    python tests/python/reconciliation_test.py orders.csv credit-notes.csv
"""

from __future__ import annotations

import datetime
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, fields
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

import fidelia

CENT = Decimal("0.01")
LABELS = {
    "spend": "Spend in this report, after refunds",
    "unmatched": "Refunds that match no purchase",
    "after": "Orders after the as-of date",
    "rejected": "Rows set aside",
    "cancelled": "Cancelled orders",
    "repeated": "Repeated orders",
    "superseded": "Corrected, retracted or not yet known",
    "without": "Customers without a purchase",
    "difference": "Not accounted for",
    "input": "All amounts of the input",
}


@dataclass
class Terms:
    """Of a reconciliation; those that the report leaves out are 0."""

    spend: Decimal = Decimal(0)
    unmatched: Decimal = Decimal(0)
    after: Decimal = Decimal(0)
    rejected: Decimal = Decimal(0)
    cancelled: Decimal = Decimal(0)
    repeated: Decimal = Decimal(0)
    superseded: Decimal = Decimal(0)
    without: Decimal = Decimal(0)
    difference: Decimal = Decimal(0)
    input: Decimal = Decimal(0)

    def parts(self) -> Decimal:
        values = [getattr(self, f.name) for f in fields(self) if f.name != "input"]
        return sum(values, Decimal(0))


def number(text: str) -> Decimal:
    """The amount of "EUR −1,234.50"."""
    plain = text.replace("\u2212", "-").replace(",", "")
    return Decimal("".join(c for c in plain if c.isdigit() or c in "-."))


def quality_of(report: Any) -> dict[str, Any]:
    document = json.loads(report["report"]["json"][0])
    found = [section for section in document["sections"] if section["id"] == "quality"]
    return dict(found[0])


def terms_of(report: Any) -> Terms:
    """As the report shows them."""
    quality = quality_of(report)
    table = next(table for table in quality["tables"] if table["id"] == "reconciliation")
    by_label = {row[0]: number(row[1]) for row in table["rows"]}
    assert set(by_label) <= set(LABELS.values())
    terms = Terms(**{name: by_label.get(label, Decimal(0)) for name, label in LABELS.items()})
    assert terms.parts() == terms.input
    return terms


def check(report: Any, expected: Terms) -> Terms:
    """The report's terms, which must be those expected, and come to the input."""
    terms = terms_of(report)
    text = " ".join(quality_of(report)["text"])
    assert "The amounts reconcile to the last unit" in text
    assert terms.difference == 0
    # What of a customer's returns is matched is the summary's business: the two are one amount here.
    net = Terms(**{**vars(terms), "spend": terms.spend + terms.unmatched, "unmatched": Decimal(0)})
    assert net == expected
    summary = report["summary"]
    bought = [orders > 0 for orders in summary["orders"].to_list()]
    for name, shown in (("spend", terms.spend), ("refunds_unmatched", -terms.unmatched)):
        values = zip(summary[name].to_list(), bought)
        assert sum((Decimal(str(v)) for v, b in values if b), Decimal(0)) == shown
    return terms


def plain_terms(table: pa.Table, as_of: str | None) -> Terms:
    """Of rows with customer_id, date and amount (text), one currency, by DuckDB."""
    orders = table  # noqa: F841 (DuckDB finds it by its name)
    found = duckdb.sql(f"""
        with typed as (
            select nullif(customer_id, '') as who, try_cast(date as timestamp) as placed,
                round(try_cast(amount as decimal(38, 9)), 2) as cents
            from orders),
        kept as (
            select *, who is null or placed is null or cents is null as bad,
                placed::date > coalesce(date '{as_of or "2199-12-31"}') as later
            from typed),
        bought as (
            select distinct who from kept where not bad and not later and cents >= 0)
        select
            coalesce(sum(cents), 0),
            coalesce(sum(cents) filter (bad), 0),
            coalesce(sum(cents) filter (not bad and later), 0),
            coalesce(sum(cents) filter (
                not bad and not later and who not in (select who from bought)), 0)
        from kept""").fetchall()
    total, bad, later, without = (Decimal(value).quantize(CENT) for value in found[0])
    return Terms(
        spend=total - bad - later - without, after=later, rejected=bad, without=without, input=total
    )


def texts(rows: Sequence[tuple[str, str, str]]) -> pa.Table:
    names = ("customer_id", "date", "amount")
    return pa.table({name: [row[i] for row in rows] for i, name in enumerate(names)})


def check_plain(table: pa.Table, as_of: str | None) -> Terms:
    options = {} if as_of is None else {"as_of": as_of}
    report = fidelia.company_report(table, strict=False, **options)
    return check(report, plain_terms(table, as_of))


# -- the tests -----------------------------------------------------------------------------------


def in_text(cdnow: pa.Table) -> pa.Table:
    return texts([tuple(str(v) for v in row.values()) for row in cdnow.to_pylist()])  # type: ignore[misc]


@pytest.mark.parametrize("as_of", [None, "1997-09-30", "1997-02-01"])
def test_cdnow(cdnow: pa.Table, as_of: str | None) -> None:
    terms = check_plain(in_text(cdnow), as_of)
    assert terms.input == Decimal("244091.94")
    assert (terms.after > 0) == (as_of is not None)


def test_rows_that_cannot_be_used() -> None:
    rows = [
        ("a", "2024-01-01", "100.00"),
        ("a", "2024-01-05", "-30.00"),
        ("b", "2024-01-02", "20.25"),
        ("b", "2024-02-31", "7.77"),  # no such day
        ("", "2024-01-03", "-1.10"),  # nobody
        ("c", "2024-01-04", "a lot"),  # not known what
        ("d", "2024-01-06", "-500.00"),  # never bought
        ("e", "2024-01-07", "-60.00"),  # bought later only
        ("e", "2024-03-01", "80.00"),
        ("b", "2024-01-01", "-9.00"),  # before the purchase
    ]
    terms = check_plain(texts(rows), "2024-01-31")
    assert terms == Terms(
        spend=Decimal("90.25"),
        unmatched=Decimal("-9.00"),
        after=Decimal("80.00"),
        rejected=Decimal("6.67"),
        without=Decimal("-560.00"),
        input=Decimal("-392.08"),
    )


def simulated_terms(tables: Any, as_of: datetime.date) -> Terms:
    """Of an artificial company's orders, in euro, row by row."""
    rates: dict[str, list[tuple[datetime.date, float]]] = {}
    for row in pa.table(tables["exchange_rates"]).to_pylist():
        rates.setdefault(row["from_currency"], []).append((row["rated_at"], row["rate"]))
    terms, seen, net = Terms(), set(), {}
    bought: set[Any] = set()
    for row in pa.table(tables["orders"]).to_pylist():
        amount, code = Decimal(row["amount"]), row.get("currency") or "EUR"
        day = row["ordered_at"]
        day = day.date() if isinstance(day, datetime.datetime) else day
        if code != "EUR":
            rate = max(one for one in rates[code] if one[0] <= day)[1]
            amount = amount * Decimal(rate)
        amount = amount.quantize(CENT, ROUND_HALF_UP)
        terms.input += amount
        if row.get("status") == "cancelled":
            terms.cancelled += amount
            continue
        if amount >= 0 and row.get("order_id") is not None:
            if row["order_id"] in seen:
                terms.repeated += amount
                continue
            seen.add(row["order_id"])
        if day > as_of:
            terms.after += amount
            continue
        net[row["customer_id"]] = net.get(row["customer_id"], Decimal(0)) + amount
        if amount >= 0:
            bought.add(row["customer_id"])
    terms.spend = sum((v for k, v in net.items() if k in bought), Decimal(0))
    terms.without = sum((v for k, v in net.items() if k not in bought), Decimal(0))
    return terms


@pytest.mark.parametrize("as_of", [datetime.date(2021, 6, 30), datetime.date(2022, 12, 31)])
def test_an_artificial_company(as_of: datetime.date) -> None:
    tables = fidelia.simulate_company(customers=400, foreign_currency="USD")
    orders = pa.table(tables["orders"])
    report = fidelia.company_report(
        orders, exchange_rates=tables["exchange_rates"], currency="EUR", as_of=as_of, strict=False
    )
    terms = check(report, simulated_terms(tables, as_of))
    assert terms.input > 0 and terms.after > 0


def files_table(paths: Sequence[str]) -> pa.Table:
    names = [str(Path(path)) for path in paths]
    return duckdb.sql(
        f"select customer_id, date, amount from read_csv({names}, all_varchar=true, "
        "union_by_name=true)"
    ).to_arrow_table()


def main(paths: Sequence[str]) -> None:
    table = files_table(paths)
    days = sorted(day for day in table["date"].to_pylist() if day)
    for as_of in (None, days[len(days) // 2][:10]):
        terms = check_plain(table, as_of)
        print(f"as of {as_of or 'the last day'}, {len(table):,} rows:")
        for name, label in LABELS.items():
            print(f"  {label:42} {getattr(terms, name):>16,}")


if __name__ == "__main__":
    main(sys.argv[1:])
