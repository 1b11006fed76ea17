# SPDX-License-Identifier: Apache-2.0
"""Goal: rules select the rows that pandas selects, and audiences come out of files and calls alike.

Method: the same conditions as pandas expressions over the CDNOW customers; the command line on the
same orders."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

import fidelia

AS_OF = pd.Timestamp("1997-09-30")


@pytest.fixture(scope="module")
def summary(cdnow: pa.Table) -> pd.DataFrame:
    table = fidelia.purchase_summary(cdnow, as_of="1997-09-30", unit="W")
    return table.to_pandas()


def members(summary: pd.DataFrame, rule: str, **options: object) -> list[int]:
    made = fidelia.audiences(summary=summary, rule=rule, standard=False, groups=0, **options)
    return sorted(made["members"]["party_id"].to_list())


def wanted(frame: pd.DataFrame, condition: pd.Series) -> list[int]:
    return sorted(frame.loc[condition, "customer_id"].tolist())


def test_rules_select_what_pandas_selects(summary: pd.DataFrame) -> None:
    f = summary.assign(
        spend=summary["spend"].astype(float),
        first=pd.to_datetime(summary["first_purchase"]),
        last=pd.to_datetime(summary["last_purchase"]),
    )
    cases = {
        "orders >= 3": f.orders >= 3,
        "orders >= 3 and spend > 100.50": (f.orders >= 3) & (f.spend > 100.50),
        "orders = 1 or not spend < 500": (f.orders == 1) | ~(f.spend < 500),
        "orders in (2, 4, 6)": f.orders.isin([2, 4, 6]),
        "orders not between 2 and 5": ~f.orders.between(2, 5),
        "spend / orders >= 40": f.spend / f.orders >= 40,
        "last_purchase >= as_of - 3 months": f["last"] >= AS_OF - pd.DateOffset(months=3),
        "last_purchase - first_purchase > 90": (f["last"] - f["first"]).dt.days > 90,
        "days_since(last_purchase) <= 30": (AS_OF - f["last"]).dt.days <= 30,
        "month(first_purchase) = 2": f["first"].dt.month == 2,
        "weekday(first_purchase) in (6, 7)": f["first"].dt.day_of_week >= 5,
    }
    for rule, condition in cases.items():
        found = members(summary, rule, as_of="1997-09-30")
        assert found == wanted(f, condition), rule
        assert 0 < len(found) < len(f), rule


def test_faults_say_where(summary: pd.DataFrame) -> None:
    with pytest.raises(fidelia.InvalidArgumentError, match="line 1, column 12, at .spnd"):
        members(summary, "orders > 3 spnd")


def test_standard_publics_are_rules_to_copy() -> None:
    parties = pd.DataFrame(
        {
            "party_id": ["a", "b", "c", "d"],
            "roles": ["distributor", "distributor|press", "consumer", None],
            "size": ["large", "small", None, None],
            "region": ["Jilin", "Hebei", "Jilin", None],
        }
    )
    made = fidelia.audiences(parties, rule="audience('press') and size = 'small'", explain="b")
    table = made["audiences"].to_pandas().set_index("audience")
    assert table.loc["large distributors", "members"] == 1
    assert table.loc["region: Jilin", "share"] == 0.5
    assert table.loc["rule", "members"] == 1
    for name, rule in table["rule"].items():
        again = fidelia.audiences(parties, rule=rule, name="again", standard=False, groups=0)
        assert again["audiences"]["members"][0] == table.loc[name, "members"], name
    reasons = made["reasons"].to_pandas()
    own = reasons[reasons["audience"] == "rule"]
    assert own["values"].tolist() == ["press = true", "size = small"]


def test_command_line(cdnow_csv: Path, tmp_path: Path) -> None:
    out = tmp_path / "members.csv"
    command = [sys.executable, "-m", "fidelia", "audience"]
    rule = "orders >= 10 and stage = 'loyalty'"
    run = subprocess.run(
        [*command, rule, str(cdnow_csv), "--as-of", "1997-09-30", "-o", str(out)],
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    found = pd.read_csv(out)
    frame = fidelia.company_scores(pd.read_csv(cdnow_csv), as_of="1997-09-30").to_pandas()
    loyal = set(frame.loc[frame["stage"] == "loyalty", "customer_id"])
    assert 0 < len(found) and set(found["party_id"]) <= loyal
    wrong = subprocess.run(
        [*command, "ordrs > 1", str(cdnow_csv), "-o", str(tmp_path / "none.csv")],
        capture_output=True,
        text=True,
    )
    assert wrong.returncode != 0 and "did you mean orders?" in wrong.stderr
    assert not (tmp_path / "none.csv").exists()
