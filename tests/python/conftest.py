# SPDX-License-Identifier: Apache-2.0
"""What several tests share: the CDNOW sample, and small tables by hand."""

from __future__ import annotations

import datetime
import importlib.metadata
from pathlib import Path

import pyarrow as pa
import pytest

# CDNOW, 1/10 sample: master id, customer, date, pieces, dollars. It comes with the PyPI package
# lifetimes, whose code need not run for that.
CDNOW = "lifetimes/datasets/CDNOW_sample.txt"


def _cdnow_path() -> Path:
    return Path(str(importlib.metadata.distribution("lifetimes").locate_file(CDNOW)))


@pytest.fixture(scope="session")
def cdnow() -> pa.Table:
    """The 6,919 orders of 2,357 customers; amounts as exact text, ids as whole numbers."""
    rows = [line.split() for line in _cdnow_path().read_text().splitlines() if line.strip()]
    days = [datetime.datetime.strptime(row[2], "%Y%m%d").date() for row in rows]
    return pa.table(
        {
            "customer_id": pa.array([int(row[1]) for row in rows], pa.int64()),
            "date": pa.array(days, pa.date32()),
            "amount": pa.array([row[4] for row in rows], pa.string()),
        }
    )


@pytest.fixture(scope="session")
def cdnow_csv(cdnow: pa.Table, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same as a CSV file."""
    path = tmp_path_factory.mktemp("cdnow") / "orders.csv"
    lines = ["customer_id,date,amount"]
    for row in cdnow.to_pylist():
        lines.append(f"{row['customer_id']},{row['date']},{row['amount']}")
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.fixture
def orders() -> pa.Table:
    """Seven orders of three customers."""
    day = datetime.date
    return pa.table(
        {
            "customer_id": ["a", "a", "b", "a", "c", "b", "a"],
            "ordered_at": [
                day(2023, 1, 1),
                day(2023, 2, 1),
                day(2023, 2, 5),
                day(2023, 3, 1),
                day(2023, 3, 3),
                day(2023, 4, 1),
                day(2023, 4, 2),
            ],
            "amount": ["10.00", "20.50", "5.25", "30.00", "7.00", "6.75", "40.00"],
        }
    )


@pytest.fixture
def summary() -> dict[str, list[object]]:
    """Purchase histories as the models read them."""
    return {
        "customer_id": ["a", "b", "c", "d", "e", "f"],
        "frequency": [3.0, 1.0, 0.0, 2.0, 5.0, 0.0],
        "t_x": [20.0, 8.0, 0.0, 30.0, 35.0, 0.0],
        "T": [38.0, 39.0, 37.0, 36.0, 38.5, 20.0],
        "monetary_value": [22.5, 6.75, None, 31.0, 18.25, None],
    }
