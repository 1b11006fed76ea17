# SPDX-License-Identifier: Apache-2.0
"""Goal: large orders that were soon taken back are found, and the report names them. Method: an
artificial company with mistaken orders put in, and any files, against the rules in pandas:

    python tests/python/reversed_orders_test.py orders.csv credit-notes.csv
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence

import pandas as pd
import pyarrow as pa

import fidelia


def by_pandas(frame: pd.DataFrame) -> pd.DataFrame:
    """The rules once more: columns customer_id, date, amount, order_id; no return names its order."""
    frame = frame.assign(row=range(len(frame)))
    orders = frame[frame["amount"] > 0]
    large = orders[orders["amount"] >= 20 * orders["amount"].median()]
    returns = frame[frame["amount"] < 0].sort_values(["date", "amount", "row"])
    taken: set[int] = set()
    found = []
    for back in returns.itertuples():
        age = back.date - large["date"]
        fits = large[
            (large["customer_id"] == back.customer_id)
            & (age >= pd.Timedelta(0))
            & (age <= pd.Timedelta(days=7))
            & (-back.amount >= 0.95 * large["amount"])
            & (-back.amount <= large["amount"])
            & ~large["row"].isin(taken)
        ].sort_values(["date", "amount"])
        if fits.empty:
            continue
        order = fits.iloc[-1]
        taken.add(order["row"])
        found.append(
            (order["customer_id"], order["order_id"], order["date"], order["amount"],
             back.order_id, back.date, -back.amount)
        )  # fmt: skip
    names = ["customer_id", "order_id", "ordered_at", "amount", "return_id", "returned_at", "returned"]
    made = pd.DataFrame(found, columns=names)
    return made.sort_values(["amount", "ordered_at"], ascending=[False, True]).reset_index(drop=True)


def check(frame: pd.DataFrame) -> pd.DataFrame:
    """What the library finds, which must be what pandas finds."""
    columns = ["customer_id", "date", "amount", "order_id"]
    given = pa.Table.from_pandas(frame[columns], preserve_index=False)
    got = pa.table(fidelia.reversed_orders(given)).to_pandas()
    expected = by_pandas(frame).head(20)
    assert len(got) == len(expected)
    for name in expected.columns:
        if name in ("amount", "returned"):
            assert (got[name].astype(float) - expected[name]).abs().max() < 0.005
        else:
            assert got[name].tolist() == expected[name].tolist(), name
    return got


def company_with_mistakes() -> pd.DataFrame:
    made = pa.table(fidelia.simulate_company(customers=300)["orders"]).to_pandas()
    frame = pd.DataFrame(
        {
            "customer_id": made["customer_id"].astype(str),
            "date": pd.to_datetime(made["ordered_at"]),
            "amount": made["amount"].astype(float).round(2),
            "order_id": [f"o{i}" for i in range(len(made))],
        }
    )
    frame = frame[frame["amount"] != 0]
    typical = frame.loc[frame["amount"] > 0, "amount"].median()
    mistakes = []
    for i in range(25):
        order = frame.iloc[i * 3 + 1]
        amount = round(typical * (25 + i), 2)
        mistakes.append((order["customer_id"], order["date"], amount, f"m{i}"))
        back = -round(amount * (0.96 if i % 3 else 0.9), 2)
        later = order["date"] + pd.Timedelta(days=i % 10)
        mistakes.append((order["customer_id"], later, back, f"c{i}"))
    return pd.concat([frame, pd.DataFrame(mistakes, columns=frame.columns)], ignore_index=True)


def test_an_artificial_company_with_mistakes() -> None:
    frame = company_with_mistakes()
    got = check(frame)
    # Of 25, every third comes back in part only, and some come back late.
    assert {f"m{i}" for i in range(25) if i % 3 and i % 10 <= 7} <= set(got["order_id"])


def test_the_report_names_them() -> None:
    frame = company_with_mistakes()
    found = by_pandas(frame)
    given = pa.Table.from_pandas(frame, preserve_index=False)
    document = json.loads(fidelia.company_report(given)["report"]["json"][0])
    quality = next(one for one in document["sections"] if one["id"] == "quality")
    table = next(one for one in quality["tables"] if one["id"] == "reversed")
    assert [row[1] for row in table["rows"]] == found["order_id"].head(20).tolist()
    text = next(one for one in quality["text"] if "taken back soon after" in one)
    assert text.startswith(f"{len(found)} large orders, worth")
    assert f"{found['amount'].sum():,.2f}" in text


def main(paths: Sequence[str]) -> None:
    frames = [
        pd.read_csv(path, dtype={"customer_id": str, "order_id": str}, parse_dates=["date"])
        for path in paths
    ]
    got = check(pd.concat(frames, ignore_index=True))
    print(got.to_string())
    print(f"{len(got)} orders, {got['amount'].astype(float).sum():,.2f} in all")


if __name__ == "__main__":
    main(sys.argv[1:])
