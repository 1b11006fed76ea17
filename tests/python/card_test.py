# SPDX-License-Identifier: Apache-2.0
"""Goal: a customer's card says what the tables say of this customer, and its reasons add up. Method: an
artificial company; every number of the card is looked up in company_report's tables or counted in the
orders with pandas."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

import fidelia
from fidelia.cli import app

OPTIONS: dict[str, Any] = {"as_of": "2022-12-31", "currency": "EUR"}
TABLES = ("exchange_rates", "parties", "party_names", "contacts", "consents", "answers")


@pytest.fixture(scope="module")
def company() -> dict[str, Any]:
    made = fidelia.simulate_company(customers=300)
    return {name: made[name] for name in ("orders", *TABLES)}


@pytest.fixture(scope="module")
def report(company: dict[str, Any]) -> Any:
    return fidelia.company_report(**company, **OPTIONS)


@pytest.fixture(scope="module")
def best(report: Any) -> str:
    """Whose advice comes first."""
    advice = pa.table(report["advice"]).to_pandas()
    return str(advice.sort_values("rank").iloc[0]["customer_id"])


def card_of(company: dict[str, Any], customer: str) -> dict[str, Any]:
    found = fidelia.customer_card(**company, **OPTIONS, card_of=customer)
    return dict(json.loads(found["json"][0]))


def section(card: dict[str, Any], name: str) -> dict[str, Any]:
    return next(one for one in card["sections"] if one["id"] == name)


def money(text: str) -> Decimal:
    plain = text.replace("\u2212", "-")
    return Decimal("".join(c for c in plain if c.isdigit() or c in "-."))


def test_reasons_add_up_to_the_gain(company: dict[str, Any], report: Any, best: str) -> None:
    rows = section(card_of(company, best), "advice")["tables"][0]["rows"]
    parts = [money(row[1]) for row in rows[:-1]]
    assert sum(parts) == money(rows[-1][1])
    advice = pa.table(report["advice"]).to_pandas().astype({"customer_id": str})
    gain = advice.set_index("customer_id").loc[best, "expected_gain"]
    assert float(money(rows[-1][1])) == pytest.approx(gain, abs=0.0051)


def test_history_is_that_of_the_orders(company: dict[str, Any], best: str) -> None:
    orders = pa.table(company["orders"]).to_pandas().astype({"customer_id": str})
    own = orders[(orders["customer_id"] == best) & (orders["status"] != "cancelled")].copy()
    own = own[pd.to_datetime(own["ordered_at"]) < "2023-01-01"]
    own["period"] = pd.to_datetime(own["ordered_at"]).dt.strftime("%Y-%m")
    bought = own[own["amount"] >= 0].groupby("period")["amount"].agg(["count", "sum"])
    rows = section(card_of(company, best), "history")["tables"][0]["rows"]
    shown = {row[0]: (int(row[1]), money(row[2])) for row in rows if row[1] != "0"}
    expected = {period: (int(r["count"]), Decimal(r["sum"])) for period, r in bought.iterrows()}
    assert shown == expected


def test_ranks_and_stage(company: dict[str, Any], report: Any, best: str) -> None:
    card = card_of(company, best)
    scores = pa.table(report["scores"]).to_pandas().astype({"customer_id": str})
    scores = scores.set_index("customer_id")
    own = scores.loc[best]
    text = " ".join(section(card, "rank")["text"])
    # A company too small for a model of spend is ranked by purchases.
    in_money = bool(scores["lifetime_value"].notna().any())
    by, words = ("lifetime_value", "value") if in_money else ("expected_purchases", "purchases")
    rank = int((scores[by] > own[by]).sum()) + 1
    of = int(scores["frequency"].notna().sum())
    assert f"Rank {rank} of {of} by the {words} expected" in text
    assert str(own["stage"]) in section(card, "stage")["text"][0].lower()
    assert str(own["stage_since"]) in section(card, "stage")["text"][0]
    names = pa.table(company["party_names"]).to_pandas().astype({"party_id": str})
    assert card["title"] == names.set_index("party_id").loc[best, "name"]


def test_everybody_has_a_card(company: dict[str, Any], report: Any) -> None:
    ids = [str(i) for i in report["scores"]["customer_id"].to_list()]
    never = [str(i) for i, x in zip(ids, report["scores"]["frequency"].to_list()) if x is None]
    for customer in [ids[0], ids[-1], never[0]]:
        card = card_of(company, customer)
        assert len(card["headline"]) >= 3
    assert "Has bought nothing" in card_of(company, never[0])["headline"][0]
    with pytest.raises(fidelia.NotFoundError, match="no record names a customer nobody"):
        card_of(company, "nobody")
    with pytest.raises(fidelia.InvalidArgumentError, match="card_of"):
        fidelia.customer_card(company["orders"])


def test_the_command(
    company: dict[str, Any], best: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("orders", "party_names", "exchange_rates"):
        pq.write_table(pa.table(company[name]), f"{name}.parquet")
    words = ["card", best, "orders.parquet", "--party-names", "party_names.parquet",
             "--exchange-rates", "exchange_rates.parquet", "--as-of", "2022-12-31",
             "--currency", "EUR"]  # fmt: skip
    shown = CliRunner().invoke(app, words)
    assert shown.exit_code == 0, shown.stderr
    for part in ("What to do", "What was bought", "Among all customers", "Stage of the"):
        assert part in shown.stdout
    pytest.importorskip("vl_convert", reason="charts need the extra fidelia[report]")
    written = CliRunner().invoke(app, [*words, "-o", "card.html"])
    assert written.exit_code == 0, written.stderr
    assert "<html" in Path("card.html").read_text(encoding="utf-8")
    wrong = CliRunner().invoke(app, [*words, "-o", "card.pdf"])
    assert wrong.exit_code == 2 and ".html" in wrong.stderr
