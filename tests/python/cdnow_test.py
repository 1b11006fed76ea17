# SPDX-License-Identifier: Apache-2.0
"""Goal: the models find on CDNOW what is published. Method: the values of Fader, Hardie and Lee (2005)
and Fader and Hardie (2013), recomputed to more digits with other software; log-likelihoods first, since
a likelihood is flat near its top."""

from __future__ import annotations

import math

import pyarrow as pa
import pytest

import fidelia

AS_OF = "1997-09-30"
REPEATS = 2457  # sum of frequency
LOG_LIKELIHOOD = -9582.4292
PUBLISHED = {"r": 0.24259453, "alpha": 4.4136020, "a": 0.7929219, "b": 2.4259062}


@pytest.fixture(scope="module")
def summary(cdnow: pa.Table) -> fidelia.Table:
    return fidelia.purchase_summary(cdnow, unit="W", merge="D", as_of=AS_OF)


@pytest.fixture(scope="module")
def model(summary: fidelia.Table) -> fidelia.Estimator:
    return fidelia.BgNbd().fit(summary)


def test_summary(summary: fidelia.Table) -> None:
    assert len(summary) == 2357
    assert sum(summary["frequency"]) == REPEATS
    assert math.fsum(summary["t_x"]) == pytest.approx(16135.571429, abs=1e-5)
    assert math.fsum(summary["T"]) == pytest.approx(77111.285714, abs=1e-5)
    assert sum(x == 0 for x in summary["frequency"]) == 1411
    first = summary.to_pyarrow().slice(0, 1).to_pylist()[0]
    assert (first["customer_id"], first["frequency"]) == (1, 2)
    assert first["t_x"] == pytest.approx(213 / 7)
    assert first["T"] == pytest.approx(272 / 7)
    assert first["monetary_value"] == pytest.approx(22.345)


def test_bg_nbd(model: fidelia.Estimator) -> None:
    assert model.converged_
    assert model.log_likelihood_ == pytest.approx(LOG_LIKELIHOOD, abs=1e-4)
    assert model.params_ == pytest.approx(PUBLISHED, rel=1e-4)
    errors = model.standard_errors_
    assert errors is not None
    assert errors["r"] == pytest.approx(0.01256, rel=0.02)
    assert errors["alpha"] == pytest.approx(0.3782, rel=0.02)


PARETO = {"r": 0.5532770, "alpha": 10.577684, "s": 0.6062401, "beta": 11.668738}


@pytest.mark.parametrize(("unit", "in_a_week"), [("W", 1), ("D", 7), ("S", 604_800)])
def test_pareto_nbd(cdnow: pa.Table, unit: str, in_a_week: int) -> None:
    summary = fidelia.purchase_summary(cdnow, unit=unit, merge="D", as_of=AS_OF)
    model = fidelia.ParetoNbd().fit(summary)
    assert model.converged_
    in_weeks = model.log_likelihood_ + REPEATS * math.log(in_a_week)
    assert in_weeks == pytest.approx(-9594.976179, abs=1e-4)
    scale = {"r": 1, "alpha": in_a_week, "s": 1, "beta": in_a_week}
    assert {n: v / scale[n] for n, v in model.params_.items()} == pytest.approx(PARETO, rel=2e-3)
    errors = model.standard_errors_
    assert errors is not None
    published = {"r": 0.0476, "alpha": 0.843, "s": 0.187, "beta": 6.20}
    assert {n: v / scale[n] for n, v in errors.items()} == pytest.approx(published, rel=0.01)


def test_known_pareto_nbd_predictions() -> None:
    model = fidelia.ParetoNbd.from_params(r=0.5533971, alpha=10.5801985, s=0.6060625, beta=11.6562237)
    rows = {"frequency": [26.0, 0.0, 2.0], "t_x": [30.86, 0.0, 30.43], "T": [31.0, 39.0, 38.86]}
    scores = model.predict(rows, horizon=39, level=0)
    expected = [0.997917896408, 0.294163343265, 0.869118205031]
    assert scores["p_alive"].to_list() == pytest.approx(expected, rel=1e-11)
    assert scores["expected_purchases"][2] == pytest.approx(1.4551201917, rel=1e-10)


def test_pareto_nbd_hold_out(summary: fidelia.Table) -> None:
    # By mpmath's 2F1 at the published parameters.
    known = fidelia.ParetoNbd.from_params(**PARETO).predict(summary, horizon=39, level=0)
    assert math.fsum(known["expected_purchases"]) == pytest.approx(1665.512981, abs=1e-5)
    fitted = fidelia.ParetoNbd().fit(summary).predict(summary, horizon=39)
    assert math.fsum(fitted["expected_purchases"]) == pytest.approx(1665.513, abs=0.01)


@pytest.mark.parametrize(("unit", "in_a_week"), [("D", 7), ("S", 604_800)])
def test_the_estimate_does_not_depend_on_the_unit(
    cdnow: pa.Table, unit: str, in_a_week: int
) -> None:
    summary = fidelia.purchase_summary(cdnow, unit=unit, merge="D", as_of=AS_OF)
    model = fidelia.BgNbd().fit(summary)
    in_weeks = model.log_likelihood_ + REPEATS * math.log(in_a_week)
    assert in_weeks == pytest.approx(LOG_LIKELIHOOD, abs=1e-4)
    expected = {**PUBLISHED, "alpha": PUBLISHED["alpha"] * in_a_week}
    assert model.params_ == pytest.approx(expected, rel=1e-4)


def test_gamma_gamma(summary: fidelia.Table) -> None:
    model = fidelia.GammaGamma().fit(summary)
    assert model.converged_
    assert model.log_likelihood_ == pytest.approx(-4055.917695, abs=1e-4)
    assert list(model.params_.values()) == pytest.approx([6.24957, 3.744224, 15.443518], rel=1e-4)


def test_known_predictions(summary: fidelia.Table) -> None:
    model = fidelia.BgNbd.from_params(r=0.243, alpha=4.414, a=0.793, b=2.426)
    one = {"customer_id": [1], "frequency": [2.0], "t_x": [30.43], "T": [38.86]}
    scores = model.predict(one, horizon=39, level=0)
    assert scores["p_alive"][0] == pytest.approx(0.726578570081, rel=1e-10)
    assert scores["expected_purchases"][0] == pytest.approx(1.22602817477, rel=1e-10)


def test_hold_out(cdnow: pa.Table, model: fidelia.Estimator) -> None:
    summary = fidelia.purchase_summary(
        cdnow, unit="W", merge="D", as_of=AS_OF, holdout_until="1998-06-30"
    )
    assert sum(summary["holdout_frequency"]) == 1882
    predicted = model.predict(summary, horizon=39)
    # By SciPy's 2F1 at the published parameters.
    assert math.fsum(predicted["expected_purchases"]) == pytest.approx(1653.4087, abs=0.01)


def test_every_cent_is_there(cdnow: pa.Table) -> None:
    summary = fidelia.purchase_summary(cdnow, unit="W", merge="D", as_of="1998-06-30")
    cents = sum(round(float(amount) * 100) for amount in cdnow["amount"].to_pylist())
    assert sum(summary["spend"]) * 100 == cents
