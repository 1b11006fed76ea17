# SPDX-License-Identifier: Apache-2.0
"""Goal: purchase models other than BG/NBD find what is published, compare_purchase_models says of each
what an independent computation says, and --model auto chooses accordingly. Method: published values on
CDNOW; pandas for the hold-out, SciPy for likelihood, conditional probabilities and DERT."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from scipy.integrate import quad
from scipy.special import betaln, gammaln, hyp2f1

import fidelia

CUT = "1997-09-30"
END = "1998-06-30"
MBG = {"r": 0.52484319, "alpha": 6.1830852, "a": 0.8913595, "b": 1.6140023}


@pytest.fixture(scope="module")
def summary(cdnow: pa.Table) -> fidelia.Table:
    return fidelia.purchase_summary(cdnow, unit="W", merge="D", as_of=CUT, holdout_until=END)


@pytest.fixture(scope="module")
def compared(cdnow: pa.Table) -> Any:
    return fidelia.compare_purchase_models(orders=cdnow, as_of=CUT, holdout_until=END)


def test_mbg_nbd(summary: fidelia.Table) -> None:
    model = fidelia.MbgNbd().fit(summary)
    assert model.converged_
    assert model.log_likelihood_ == pytest.approx(-9582.135716, abs=1e-4)
    assert model.params_ == pytest.approx(MBG, rel=1e-4)
    predicted = model.predict(summary, horizon=39, level=0)
    assert math.fsum(predicted["expected_purchases"]) == pytest.approx(1576.712, abs=0.05)


def test_nbd(summary: fidelia.Table) -> None:
    model = fidelia.Nbd().fit(summary)
    assert model.converged_
    assert model.log_likelihood_ == pytest.approx(-9763.657615, abs=1e-4)
    assert model.params_ == pytest.approx({"r": 0.38476588, "alpha": 12.07201373}, rel=1e-5)
    predicted = model.predict(summary, horizon=39, level=0)
    assert math.fsum(predicted["expected_purchases"]) == pytest.approx(2929.820, abs=0.05)


def count_probability(n: int, x: float, t_x: float, T: float, t: float) -> float:
    """P(N = n | history) of MBG/NBD by Bayes: the joint of history and count over the history."""
    r, alpha, a, b = MBG.values()

    def beta_ratio(left: int, stayed: float) -> float:
        return float(np.exp(betaln(a + left, b + stayed) - betaln(a, b)))

    alive = beta_ratio(0, x + 1) * (alpha + T) ** -(r + x)
    left = beta_ratio(1, x) * (alpha + t_x) ** -(r + x)
    # Joint with n more purchases: alive at the end, or gone after the last of them at T + s.
    rest = np.exp(gammaln(r + x + n) - gammaln(r + x))
    joint = beta_ratio(0, x + 1 + n) * t**n / math.factorial(n)
    joint *= rest * (alpha + T + t) ** -(r + x + n)
    if n > 0:
        density = lambda s: s ** (n - 1) / math.factorial(n - 1) * (alpha + T + s) ** -(r + x + n)
        joint += beta_ratio(1, x + n) * rest * quad(density, 0, t, epsabs=0, epsrel=1e-12)[0]
    else:
        joint += left
    return float(joint / (alive + left))


def by_model(table: Any, column: str) -> dict[str, Any]:
    return dict(zip(table["model"], table[column]))


def test_log_score_is_that_of_bayes(summary: fidelia.Table, compared: Any) -> None:
    rows = summary.to_pandas()
    cells = rows.groupby(["frequency", "t_x", "T", "holdout_frequency"]).size()
    total = sum(
        customers * math.log(count_probability(int(n), x, t_x, T, 39))
        for (x, t_x, T, n), customers in cells.items()
    )
    score = by_model(compared["models"], "log_score")["mbg_nbd"]
    # Bayes at the published parameters, which are rounded.
    assert score == pytest.approx(total / len(rows), abs=2e-7)


def test_errors_and_tables_are_those_of_pandas(summary: fidelia.Table, compared: Any) -> None:
    rows = summary.to_pandas()
    model = fidelia.MbgNbd().fit(summary)
    rows["expected"] = model.predict(summary, horizon=39, level=0)["expected_purchases"]
    off = rows["expected"] - rows["holdout_frequency"]
    models = compared["models"]
    assert by_model(models, "mean_absolute_error")["mbg_nbd"] == pytest.approx(off.abs().mean())
    squared = by_model(models, "root_mean_squared_error")["mbg_nbd"]
    assert squared == pytest.approx(math.sqrt((off**2).mean()))
    assert by_model(models, "expected")["mbg_nbd"] == pytest.approx(rows["expected"].sum())
    assert by_model(models, "expected")["bg_nbd"] == pytest.approx(1653.392, abs=0.05)
    assert set(models["actual"]) == {1882.0}
    assert by_model(models, "bias")["mbg_nbd"] == pytest.approx(1576.712 / 1882 - 1, abs=1e-4)

    classes = rows.groupby(rows["frequency"].clip(upper=7).astype(int))
    ours = compared["by_frequency"].to_pandas().query("model == 'mbg_nbd'")
    assert list(ours["frequency"]) == ["0", "1", "2", "3", "4", "5", "6", "7+"]
    assert list(ours["customers"]) == list(classes.size())
    assert ours["actual"].to_numpy() == pytest.approx(classes["holdout_frequency"].mean())
    assert ours["expected"].to_numpy() == pytest.approx(classes["expected"].mean())

    periods = compared["by_period"].to_pandas().query("model == 'mbg_nbd'")
    assert len(periods) == 12 and str(periods["period_end"].iloc[-1])[:10] == END
    assert periods["actual"].sum() == periods["cumulative_actual"].iloc[-1] == 1882
    assert periods["expected"].sum() == pytest.approx(rows["expected"].sum())


def test_purchases_by_period_are_those_of_pandas(cdnow: pa.Table, compared: Any) -> None:
    orders = cdnow.to_pandas()[["customer_id", "date"]].drop_duplicates()
    orders["date"] = pd.to_datetime(orders["date"])
    known = set(orders[orders["date"] <= CUT]["customer_id"])
    later = orders[(orders["date"] > CUT) & orders["customer_id"].isin(known)]
    periods = compared["by_period"].to_pandas().query("model == 'bg_nbd'")
    ends = pd.to_datetime(periods["period_end"])
    counts = [(later["date"] <= end).sum() for end in ends]
    assert list(periods["cumulative_actual"]) == counts


def test_the_choice_says_why(compared: Any) -> None:
    models = compared["models"]
    assert list(models["chosen"]) == [True] + [False] * (len(models) - 1)
    assert list(models["log_score"]) == sorted(models["log_score"], reverse=True)
    assert models["reason"][0].startswith("chosen: the highest log score of the hold-out")
    assert all("standard error" in reason for reason in list(models["reason"])[1:])


def test_a_summary_gives_what_its_orders_give(summary: fidelia.Table, compared: Any) -> None:
    ours = fidelia.compare_purchase_models(summary=summary, horizon=39)
    for column in ("log_likelihood", "log_score", "expected", "mean_absolute_error"):
        want = by_model(compared["models"], column)
        got = by_model(ours["models"], column)
        assert got == pytest.approx(want, rel=1e-9)
    with pytest.raises(fidelia.FideliaError, match="give horizon"):
        fidelia.compare_purchase_models(summary=summary)
    with pytest.raises(fidelia.FideliaError, match="give the orders"):
        fidelia.compare_purchase_models()


def test_dert_discounts_all_that_is_expected(summary: fidelia.Table) -> None:
    r, alpha, a, b = 0.243, 4.414, 0.793, 2.426
    x, t_x, T = 2.0, 30.43, 38.86
    rate = math.log(1.15) / (365.25 / 7)

    def expected(t: float) -> float:
        f = hyp2f1(r + x, b + x, a + b + x - 1, t / (alpha + T + t))
        value = (a + b + x - 1) / (a - 1) * (1 - ((alpha + T) / (alpha + T + t)) ** (r + x) * f)
        left = a / (b + x - 1) * ((alpha + T) / (alpha + t_x)) ** (r + x)
        return float(value / (1 + left))

    # By parts: the integral of e^(-d t) dE(t).
    want = quad(lambda u: expected(u / rate) * math.exp(-u), 0, 60, epsrel=1e-10, limit=400)[0]
    one = {"customer_id": ["x"], "frequency": [x], "t_x": [t_x], "T": [T]}
    model = fidelia.BgNbd.from_params(r=r, alpha=alpha, a=a, b=b)
    got = model.dert(one, discount_rate=0.15, unit="W")
    assert list(got["customer_id"]) == ["x"]
    assert got["dert"][0] == pytest.approx(want, rel=1e-8)
    # Of a fitted model, where tables serve; and the later the less.
    fitted = fidelia.MbgNbd().fit(summary)
    low, high = (fitted.dert(summary, discount_rate=d)["dert"] for d in (0.1, 0.2))
    assert all(u > v > 0 for u, v in zip(low, high))
    alone = fitted.dert(summary.to_pandas().iloc[[100]], discount_rate=0.1)
    assert alone["dert"][0] == low[100]
