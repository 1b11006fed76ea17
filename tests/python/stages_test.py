# SPDX-License-Identifier: Apache-2.0
"""Goal: moves, histories and levels are what the same tables give in pandas, and the one pass of
company_stages sees at an earlier day what company_scores sees when asked for that day alone."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import fidelia

STAGES = ["attention", "permission", "participation", "loyalty"]
FACTS = ["parties", "contacts", "consents", "answers"]


@pytest.fixture(scope="module")
def company() -> dict[str, pa.Table]:
    """A simulated company's records."""
    made = fidelia.simulate_company(customers=700, years=3, seed=5)
    return {name: getattr(made, name).to_pyarrow() for name in ["orders", *FACTS]}


@pytest.fixture(scope="module")
def over_time(company: dict[str, pa.Table]):
    facts = {name: company[name] for name in FACTS}
    return fidelia.company_stages(
        company["orders"], **facts, as_of="2023-06-30", history=5, draws=200
    )


def frame(table) -> pd.DataFrame:
    out = table.to_pyarrow().to_pandas()
    for name in out.columns:
        if isinstance(out[name].dtype, pd.CategoricalDtype):
            out[name] = out[name].astype(object)
    return out


def test_moves_are_pandas_crosstab() -> None:
    random = np.random.default_rng(3)
    before = pd.DataFrame({"customer_id": np.arange(300), "stage": random.choice(STAGES, 300)})
    after = pd.DataFrame({"customer_id": np.arange(40, 380), "stage": random.choice(STAGES, 340)})
    worth = pd.DataFrame(
        {"customer_id": np.arange(380), "lifetime_value": random.exponential(100, 380)}
    )
    words = ["gift", "price", "quality"]
    won = pd.DataFrame({"customer_id": np.arange(380), "incentive": random.choice(words, 380)})
    result = fidelia.stage_moves(before, after, won, worth)

    both = before.merge(after, on="customer_id", how="outer", suffixes=("_before", "_after"))
    both = both.merge(worth, on="customer_id").merge(won, on="customer_id")
    pairs = both.fillna({"stage_before": "new", "stage_after": "gone"})
    cells = pairs.groupby(["stage_before", "stage_after"])["lifetime_value"].agg(["size", "sum"])
    moves = frame(result.transitions)
    assert moves["customers"].sum() == len(both)
    for row in moves.itertuples():
        size, value = cells.loc[(row.from_stage, row.to_stage)]
        assert row.customers == size
        assert row.lifetime_value == pytest.approx(value)
    assert moves.groupby("from_stage")["share"].sum().to_numpy() == pytest.approx(1)

    shares = pd.crosstab(both["incentive"], both["stage_after"], normalize="index")
    for row in frame(result.incentives).itertuples():
        assert row.share == pytest.approx(shares.loc[row.incentive, row.stage])
        rest = both[(both["incentive"] != row.incentive) & both["stage_after"].notna()]
        difference = row.share - (rest["stage_after"] == row.stage).mean()
        assert row.difference == pytest.approx(difference)
        assert row.difference_low <= row.difference <= row.difference_high


def test_one_pass_sees_the_past_as_it_was(company, over_time) -> None:
    facts = {name: company[name] for name in FACTS}
    moves = frame(over_time.moves)
    for column, as_of in {"from_stage": "2023-03-30", "to_stage": "2023-06-30"}.items():
        then = fidelia.company_scores(company["orders"], **facts, as_of=as_of)
        stages = frame(then).set_index("customer_id")["stage"]
        seen = moves.dropna(subset=[column]).set_index("customer_id")[column]
        assert seen.sort_index().equals(stages.sort_index().rename(column).astype(seen.dtype))


def test_without_as_of_the_last_day_counts(company) -> None:
    orders = company["orders"].filter(pa.compute.less(company["orders"]["ordered_at"], _day(2022)))
    given = fidelia.company_stages(orders, as_of=_last(orders), history=3, draws=100)
    found = fidelia.company_stages(orders, history=3, draws=100)
    for name in given.keys():
        assert given[name].to_dict() == found[name].to_dict()


def test_forecast_starts_from_what_was_observed(over_time) -> None:
    observed = frame(over_time.observed)
    assert observed["as_of"].nunique() == 6
    stages = frame(over_time.stages)["stage"].value_counts()
    last = observed[observed["as_of"] == observed["as_of"].max()].set_index("stage")["customers"]
    assert last.to_dict() == {name: stages.get(name, 0) for name in STAGES}
    forecast = frame(over_time.forecast)
    assert (forecast["customers_low"] <= forecast["customers"]).all()
    assert (forecast["customers"] <= forecast["customers_high"]).all()
    flows = frame(over_time.flows)
    first = forecast[forecast["period"] == 1].set_index("stage")["customers"]
    arrived = flows[flows["to_stage"] != "gone"].groupby("to_stage")["customers"].sum()
    for name in STAGES:
        assert arrived[name] == pytest.approx(first[name])
    outlook = frame(over_time.outlook)
    assert len(outlook) == last.sum()
    assert (outlook["p_forward"] + outlook["p_back"] <= 1 + 1e-12).all()


def test_levels_are_pandas_sums(over_time) -> None:
    stages = frame(over_time.stages)
    random = np.random.default_rng(9)
    customers = stages[["customer_id", "stage"]].rename(columns={"stage": "segment"})
    customers["margin"] = random.exponential(300, len(customers))
    customers["purchases"] = random.poisson(3, len(customers))
    result = fidelia.relationship_level(customers, call_cost=7.5, gain_accountable=0.08)
    means = customers.groupby("segment")["margin"].agg(["size", "sum"])
    calls = customers.groupby("segment")["purchases"].sum()
    every = frame(result.alternatives)
    for row in every[every["level"] == "accountable"].itertuples():
        assert row.cost == pytest.approx(7.5 * calls[row.segment])
        assert row.gain == pytest.approx(0.08 * means.loc[row.segment, "sum"])
    segments = frame(result.segments).set_index("segment")
    best = every.sort_values("returns").groupby("segment").tail(1).set_index("segment")["level"]
    assert segments["best_level"].to_dict() == best.to_dict()
    assert every[every["chosen"]].set_index("segment")["level"].to_dict() == (
        segments["level"].to_dict()
    )
    assert segments["customers"].to_dict() == means["size"].to_dict()


def _day(year: int) -> pa.Scalar:
    return pa.scalar(pd.Timestamp(year, 1, 1)).cast(pa.timestamp("us"))


def _last(orders: pa.Table) -> str:
    return str(pa.compute.max(orders["ordered_at"]).as_py())[:10]
