# SPDX-License-Identifier: Apache-2.0
"""Goal: the README's Python program runs. Method: its block, word for word, on a simulated company."""

import re
from pathlib import Path

import pyarrow.csv
import pytest

import fidelia

README = Path(__file__).parents[2] / "README.md"


@pytest.mark.skipif(not README.exists(), reason="the package is tested without its source")
def test_the_python_block_runs(tmp_path, monkeypatch, capsys):
    code = re.search(r"^```python\n(.*?)^```$", README.read_text(), re.DOTALL | re.MULTILINE)[1]
    company = fidelia.simulate_company(customers=500, years=1, seed=2)
    orders = company.orders.to_pyarrow().select(["customer_id", "ordered_at", "amount"])
    pyarrow.csv.write_csv(
        orders.rename_columns(["customer_id", "date", "amount"]), tmp_path / "orders.csv"
    )
    monkeypatch.chdir(tmp_path)
    exec(compile(code.replace("1997-09-30", "2021-12-31"), "README.md", "exec"), {})
    printed = capsys.readouterr().out.splitlines()
    assert "alpha" in printed[0]
    assert printed[-1] == "True"
