# SPDX-License-Identifier: Apache-2.0
"""Goal: the measures of purchases are what their headers say. Method: every one is worked out a
second time with pandas, NumPy and SciPy, from orders whose returns are netted by a loop written from the
documented rule alone, on CDNOW and on an artificial company with returns of every kind. Run as a
program it does the same with files: measures_test.py ORDERS [CREDIT_NOTES [LINES]]."""

from __future__ import annotations

import sys
from collections import defaultdict
from typing import Any

import numpy as np
import pandas as pd
import pytest

import fidelia

NANOSECONDS = "datetime64[ns]"


def minor(amounts: Any) -> pd.Series:
    """Amounts as whole minor units."""
    return pd.Series([round(float(amount) * 100) for amount in amounts], dtype="int64")


def frame_of(table: Any) -> pd.DataFrame:
    """A result as pandas has it: days as timestamps, amounts as floats."""
    frame = table.to_pandas()
    for name in frame.columns:
        values = frame[name]
        if values.dtype != object or not len(values.dropna()):
            continue
        first = values.dropna().iloc[0]
        if hasattr(first, "isoformat"):
            frame[name] = pd.to_datetime(values)
        elif type(first).__name__ == "Decimal":
            frame[name] = values.astype(float)
    return frame


def net_customer(rows: list[tuple[Any, int, Any, Any]]) -> tuple[dict[Any, list[int]], int]:
    """Purchases by day, [amount, net], and what of the returns found none. Rows are (day, amount,
    order, order returned), in any order."""
    days: dict[Any, list[int]] = defaultdict(lambda: [0, 0])
    left: dict[Any, dict[Any, int]] = defaultdict(lambda: defaultdict(int))
    for day, amount, order, _ in rows:
        if amount < 0:
            continue
        days[day][0] += amount
        days[day][1] += amount
        if order is not None:
            left[order][day] += amount
    unnamed: dict[Any, int] = defaultdict(int)
    for day, amount, _, returned in sorted(rows, key=lambda row: row[0]):
        if amount >= 0:
            continue
        rest = -amount
        if returned is not None:
            for bought in sorted(left[returned], reverse=True):
                taken = min(rest, left[returned][bought])
                left[returned][bought] -= taken
                days[bought][1] -= taken
                rest -= taken
        unnamed[day] += rest
    unmatched = 0
    for day in sorted(unnamed):
        rest = unnamed[day]
        for bought in sorted(days, reverse=True):
            if bought > day:
                continue
            taken = min(rest, days[bought][1])
            days[bought][1] -= taken
            rest -= taken
        unmatched += rest
    return days, unmatched


def reference_purchases(orders: pd.DataFrame, as_of: str) -> pd.DataFrame:
    """One row a purchase day: customer_id, day, amount and net in minor units."""
    seen = orders[orders["day"] <= pd.Timestamp(as_of)]
    by_customer: dict[Any, list[tuple[Any, int, Any, Any]]] = defaultdict(list)
    for row in seen.itertuples(index=False):
        by_customer[row.customer_id].append((row.day, row.amount, row.order_id, row.returned))
    out = []
    for customer in sorted(by_customer):
        days, _ = net_customer(by_customer[customer])
        out += [(customer, day, *days[day]) for day in sorted(days)]
    return pd.DataFrame(out, columns=["customer_id", "day", "amount", "net"])


class Case:
    """Orders as the library gets them and as the reference reads them."""

    def __init__(self, table: Any, orders: pd.DataFrame, as_of: str) -> None:
        self.table = table
        self.orders = orders
        self.as_of = as_of
        self.end = pd.Timestamp(as_of)
        self.purchases = reference_purchases(orders, as_of)
        self.summary = fidelia.purchase_summary(table, as_of=as_of, unit="D")


def cdnow_case(cdnow: Any) -> Case:
    frame = cdnow.to_pandas()
    orders = pd.DataFrame(
        {
            "customer_id": frame["customer_id"],
            "day": pd.to_datetime(frame["date"]),
            "amount": minor(frame["amount"]),
            "order_id": None,
            "returned": None,
        }
    )
    return Case(cdnow, orders, "1998-05-20")


def standing(orders: Any) -> pd.DataFrame:
    """Orders without those that were cancelled."""
    frame = orders.to_pandas()
    return frame[frame["status"] != "cancelled"].reset_index(drop=True)


def company_case() -> Case:
    """An artificial company; a return names its order or none."""
    table = fidelia.simulate_company(customers=700, years=3, seed=11).orders
    orders = standing(table).rename(columns={"ordered_at": "date"})
    plain = pd.DataFrame(
        {
            "customer_id": orders["customer_id"],
            "day": pd.to_datetime(orders["date"]).dt.normalize(),
            "amount": minor(orders["amount"]),
            "order_id": orders["order_id"],
            "returned": orders["returns_order_id"].fillna(orders["order_id"]).astype(object),
        }
    )
    return Case(table, plain, "2023-10-14")


@pytest.fixture(scope="module", params=["cdnow", "company"])
def case(request: pytest.FixtureRequest) -> Case:
    if request.param == "company":
        return company_case()
    return cdnow_case(request.getfixturevalue("cdnow"))


# ---- purchases ---------------------------------------------------------------------------------


def check_purchases(case: Case) -> None:
    got = frame_of(fidelia.purchases(case.table, as_of=case.as_of))
    want = case.purchases
    assert got["customer_id"].tolist() == want["customer_id"].tolist()
    assert (got["purchased_at"].to_numpy(NANOSECONDS) == want["day"].to_numpy(NANOSECONDS)).all()
    assert minor(got["amount"]).tolist() == want["amount"].tolist()
    assert minor(got["spend"]).tolist() == want["net"].tolist()
    assert got["number"].tolist() == (want.groupby("customer_id").cumcount() + 1).tolist()
    assert want["net"].sum() == minor(case.summary["spend"]).sum()


def test_purchases(case: Case) -> None:
    check_purchases(case)


def test_purchases_refuses_times_of_day(case: Case) -> None:
    with pytest.raises(fidelia.InvalidArgumentError, match="merge by D"):
        fidelia.purchases(case.table, merge="h")


# ---- cohorts -----------------------------------------------------------------------------------


def check_cohorts(case: Case, code: str, period: str) -> None:
    got = fidelia.cohorts(case.table, as_of=case.as_of, period=period)
    table = frame_of(got.cohorts)
    p = case.purchases.assign(period=case.purchases["day"].dt.to_period(code))
    p["cohort"] = p.groupby("customer_id")["period"].transform("min")
    p["age"] = [(a - b).n for a, b in zip(p["period"], p["cohort"])]
    sizes = p.groupby("cohort")["customer_id"].nunique()
    want = p.groupby(["cohort", "age"]).agg(
        active=("customer_id", "nunique"), purchases=("day", "size"), net=("net", "sum")
    )
    last = case.end.to_period(code)
    index = [(c, a) for c in sizes.index for a in range((last - c).n + 1)]
    want = want.reindex(pd.MultiIndex.from_tuples(index), fill_value=0)
    cohorts = want.index.get_level_values(0)
    ages = want.index.get_level_values(1)
    periods = [c + int(a) for c, a in zip(cohorts, ages)]
    assert table["cohort"].tolist() == [c.start_time.normalize() for c in cohorts]
    assert table["period_number"].tolist() == list(ages)
    assert table["period_start"].tolist() == [x.start_time.normalize() for x in periods]
    assert table["customers"].tolist() == [sizes[c] for c in cohorts]
    assert table["active"].tolist() == want["active"].tolist()
    assert table["purchases"].tolist() == want["purchases"].tolist()
    assert minor(table["spend"]).tolist() == want["net"].tolist()
    shares = want["active"].to_numpy() / table["customers"]
    assert np.allclose(table["retention"], shares, rtol=1e-15)
    complete = [x.end_time.normalize() <= case.end for x in periods]
    assert table["complete"].tolist() == complete
    whole = want.assign(customers=[sizes[c] for c in cohorts], age=list(ages))[complete]
    sums = whole.groupby("age")[["customers", "active", "purchases", "net"]].sum()
    ages_table = frame_of(got.retention)
    assert ages_table["period_number"].tolist() == sums.index.tolist()
    assert ages_table["cohorts"].tolist() == whole.groupby("age").size().tolist()
    for column in ["customers", "active", "purchases"]:
        assert ages_table[column].tolist() == sums[column].tolist()
    assert minor(ages_table["spend"]).tolist() == sums["net"].tolist()


@pytest.mark.parametrize(("code", "period"), [("W", "W"), ("M", "M"), ("Q", "Q"), ("Y", "Y")])
def test_cohorts(case: Case, code: str, period: str) -> None:
    check_cohorts(case, code, period)


# ---- rfm ---------------------------------------------------------------------------------------


def rfm_values(case: Case) -> pd.DataFrame:
    values = case.purchases.groupby("customer_id").agg(
        last=("day", "max"), purchases=("day", "size"), net=("net", "sum")
    )
    values["days"] = (case.end - values["last"]).dt.days
    return values


def check_rfm(case: Case, n: int) -> None:
    got = fidelia.rfm(case.summary, as_of=case.as_of, n=n)
    scores = frame_of(got.scores).set_index("customer_id")
    scored = scores[scores["rfm"].notna()]
    values = rfm_values(case)
    assert scored.index.tolist() == values.index.tolist()
    assert scored["days_since_last"].tolist() == values["days"].tolist()
    assert scored["purchases"].tolist() == values["purchases"].tolist()
    assert minor(scored["monetary"]).tolist() == values["net"].tolist()
    for column, good in [
        ("recency_score", -values["days"]),
        ("frequency_score", values["purchases"]),
        ("monetary_score", values["net"]),
    ]:
        # Twice the mid-rank is a whole number, so the floor is exact.
        twice = (2 * good.rank(method="average") - 1).astype(int)
        assert scored[column].astype(int).tolist() == (1 + n * twice // (2 * len(good))).tolist()
    segments = frame_of(got.segments)
    counts = scored["segment"].value_counts()
    assert segments["customers"].tolist() == [counts.get(s, 0) for s in segments["segment"]]
    net = values["net"].groupby(scored["segment"]).sum()
    assert minor(segments["spend"]).tolist() == [net.get(s, 0) for s in segments["segment"]]


@pytest.mark.parametrize("n", [2, 5, 10])
def test_rfm(case: Case, n: int) -> None:
    check_rfm(case, n)


def test_rfm_with_fixed_cuts(case: Case) -> None:
    got = fidelia.rfm(
        case.summary,
        as_of=case.as_of,
        cuts="fixed",
        recency_cuts="30,90,180,365",
        frequency_cuts="2,3,5,10",
        monetary_cuts="20, 50, 100, 500",
    )
    scores = frame_of(got.scores)
    scores = scores[scores["rfm"].notna()]
    edges = [-np.inf, 30, 90, 180, 365, np.inf]
    want = pd.cut(scores["days_since_last"], edges, labels=[5, 4, 3, 2, 1]).astype(int)
    assert scores["recency_score"].astype(int).tolist() == want.tolist()
    for column, of, cuts in [
        ("frequency_score", "purchases", [2, 3, 5, 10]),
        ("monetary_score", "monetary", [20, 50, 100, 500]),
    ]:
        edges = [-np.inf, *cuts, np.inf]
        want = pd.cut(scores[of], edges, labels=[1, 2, 3, 4, 5], right=False).astype(int)
        assert scores[column].astype(int).tolist() == want.tolist()


def best_classes(values: np.ndarray, n: int) -> float:
    """Least sum of squares of n classes on a line, by trying every begin of the last one."""
    x, weights = np.unique(values, return_counts=True)
    x = x - x.mean()
    w, wx, wxx = (np.concatenate([[0], np.cumsum(weights * x**k)]) for k in (0, 1, 2))

    def spread(begin: np.ndarray, end: int) -> np.ndarray:
        mass = w[end] - w[begin]
        return wxx[end] - wxx[begin] - (wx[end] - wx[begin]) ** 2 / mass

    size = len(x)
    cost = np.array([spread(np.array([0]), end + 1)[0] for end in range(size)])
    for layer in range(1, min(n, size)):
        longer = np.full(size, np.inf)
        for last in range(layer, size):
            begins = np.arange(layer, last + 1)
            longer[last] = (cost[begins - 1] + spread(begins, last + 1)).min()
        cost = longer
    return float(cost[-1])


def test_rfm_by_kmeans(case: Case) -> None:
    scores = frame_of(fidelia.rfm(case.summary, as_of=case.as_of, cuts="kmeans").scores)
    scores = scores[scores["rfm"].notna()]
    for column, of in [
        ("recency_score", "days_since_last"),
        ("frequency_score", "purchases"),
        ("monetary_score", "monetary"),
    ]:
        values = scores[of].astype(float)
        groups = values.groupby(scores[column].astype(int))
        got = sum(((group - group.mean()) ** 2).sum() for _, group in groups)
        assert got == pytest.approx(best_classes(values.to_numpy(), 5), rel=1e-9, abs=1e-6)


# ---- times between purchases -------------------------------------------------------------------


def check_interpurchase_times(case: Case) -> None:
    from scipy import special
    from scipy.optimize import brentq

    got = fidelia.interpurchase_times(case.table, as_of=case.as_of)
    table = frame_of(got.customers).set_index("customer_id")
    p = case.purchases
    gap = p.groupby("customer_id")["day"].diff().dt.days
    gaps = gap.dropna().groupby(p["customer_id"])
    last = p.groupby("customer_id")["day"].max()
    silence = (case.end - last).dt.days
    assert table.index.tolist() == last.index.tolist()
    assert table["days_since_last"].tolist() == silence.tolist()
    assert table["gaps"].tolist() == (p.groupby("customer_id").size() - 1).tolist()
    for column, want in [
        ("mean_gap", gaps.mean()),
        ("median_gap", gaps.median()),
        ("sd_gap", gaps.std()),
        ("cv_gap", gaps.std() / gaps.mean()),
        ("silence_in_medians", silence / gaps.median()),
    ]:
        want = want.reindex(table.index).astype(float)
        assert np.allclose(table[column].astype(float), want, rtol=1e-12, equal_nan=True), column
    own = {customer: values.to_numpy() for customer, values in gaps}
    for customer in list(own)[:200]:
        x = own[customer]
        if len(x) < 2 or (x == x[0]).all():
            assert pd.isna(table.loc[customer, "regularity"])
            continue
        spread = np.log(x.mean()) - np.log(x).mean()
        shape = brentq(lambda k: np.log(k) - special.digamma(k) - spread, 1e-6, 1e9, xtol=1e-12)
        assert table.loc[customer, "regularity"] == pytest.approx(shape, rel=1e-6)
    many = [x for x in own.values() if len(x) >= 2]
    first = np.array([x[0] / (x[0] + x[1]) for x in many])
    variance = first.var(ddof=1)
    overall = frame_of(got.regularity).iloc[0]
    assert overall["pairs"] == len(many)
    assert overall["median_gap"] == gap.median()
    assert overall["wheat_morrison"] == pytest.approx((1 - 4 * variance) / (8 * variance), rel=1e-9)

    def slope(k: float) -> float:
        n = np.array([len(x) for x in many])
        logs = sum(np.log(x / x.sum()).sum() for x in many)
        return float((n * (special.digamma(n * k) - special.digamma(k))).sum() + logs)

    assert overall["shape"] == pytest.approx(brentq(slope, 1e-3, 1e3, xtol=1e-13), rel=1e-8)
    rows = frame_of(got.distribution)
    ends = rows["to_days"].fillna(10**9).astype(float)
    counts = [int(((gap >= a) & (gap <= b)).sum()) for a, b in zip(rows["from_days"], ends)]
    assert rows["gaps"].tolist() == counts


def test_interpurchase_times(case: Case) -> None:
    check_interpurchase_times(case)


def test_regularity_finds_the_shape_of_simulated_gaps() -> None:
    # Gamma gaps of shape 3 whose customers differ in rate by a factor of a hundred.
    random = np.random.default_rng(5)
    rows = []
    for customer in range(2000):
        gaps = random.gamma(3.0, 10 ** random.uniform(1.5, 3.5), size=6)
        days = np.unique(np.round(np.cumsum(gaps)).astype(int))
        rows += [(customer, pd.Timestamp("1950-01-01") + pd.Timedelta(days=int(d))) for d in days]
    rows = [row for row in rows if row[1].year < 2150]
    orders = pd.DataFrame(rows, columns=["customer_id", "date"]).assign(amount="1.00")
    overall = frame_of(fidelia.interpurchase_times(orders).regularity).iloc[0]
    assert overall["shape"] == pytest.approx(3.0, rel=0.05)
    assert overall["wheat_morrison"] == pytest.approx(3.0, rel=0.1)


# ---- concentration -----------------------------------------------------------------------------


def check_concentration(case: Case) -> None:
    got = fidelia.concentration(case.summary)
    figures = frame_of(got.figures).set_index("measure")
    summary = frame_of(case.summary)
    summary = summary[summary["last_purchase"].notna()]
    for measure, factor in [("spend", 100), ("orders", 1)]:
        x = np.sort((summary[measure] * factor).round().to_numpy(dtype="int64"))
        n, total = len(x), x.sum()
        row = figures.loc[measure]
        assert row["customers"] == n
        gini = 2 * (np.arange(1, n + 1) * x.astype(float)).sum() / (n * total) - (n + 1) / n
        assert row["gini"] == pytest.approx(gini, rel=1e-9, abs=1e-12)
        assert row["herfindahl"] == pytest.approx(((x / total) ** 2).sum(), rel=1e-12)
        # The Lorenz curve is linear between customers.
        curve = np.concatenate([[0], np.cumsum(x)]) / total
        at = np.arange(n + 1) / n
        for percent in [1, 5, 10, 20, 50]:
            top = 1 - np.interp(1 - percent / 100, at, curve)
            assert row[f"top_{percent}"] == pytest.approx(top, rel=1e-9)
        fewest = int(np.searchsorted(np.cumsum(x[::-1]) * 10, total * 8) + 1)
        assert row["customers_for"] == fewest
        lorenz = frame_of(got.lorenz)
        lorenz = lorenz[lorenz["measure"] == measure]
        want = np.interp(lorenz["customer_share"], at, curve)
        assert np.allclose(lorenz["value_share"], want, rtol=1e-9, atol=1e-12)


def test_concentration(case: Case) -> None:
    check_concentration(case)


# ---- seasons -----------------------------------------------------------------------------------


def check_seasonality(case: Case) -> None:
    from scipy import stats

    got = fidelia.seasonality(case.table, as_of=case.as_of)
    p = case.purchases
    years = 0
    while case.end - pd.DateOffset(years=years + 1) + pd.Timedelta(days=1) >= p["day"].min():
        years += 1
    start = p["day"].min()
    if years:
        start = case.end - pd.DateOffset(years=years) + pd.Timedelta(days=1)
    window = frame_of(got.window).iloc[0]
    assert (window["first_day"], window["years"]) == (start, years)
    seen = p[p["day"] >= start]
    calendar = frame_of(got.calendar).set_index(["dimension", "number"])
    seasons = (seen["day"].dt.month % 12 // 3).map({1: 1, 2: 2, 3: 3, 0: 4})
    for dimension, number in [
        ("month", seen["day"].dt.month),
        ("season", seasons),
        ("weekday", seen["day"].dt.day_of_week + 1),
    ]:
        net = seen["net"].groupby(number).sum()
        rows = calendar.loc[dimension]
        assert minor(rows["spend"]).tolist() == [net.get(i, 0) for i in rows.index]
        shares = minor(rows["spend"]) / seen["net"].sum()
        assert np.allclose(rows["spend_share"], shares, rtol=1e-14)
        counts = number.value_counts()
        assert rows["purchases"].tolist() == [counts.get(i, 0) for i in rows.index]
    months = calendar.loc["month"]
    if years < 2:
        assert months["index"].isna().all()
        assert set(months["index_reason"]) == {"under_min_years"}
    else:
        whole = [
            seen[(seen["day"] > case.end - pd.DateOffset(years=y + 1))
                 & (seen["day"] <= case.end - pd.DateOffset(years=y))]
            for y in range(years)
        ]
        shares = [y["net"].groupby(y["day"].dt.month).sum() / y["net"].sum() for y in whole]
        index = pd.concat(shares, axis=1).fillna(0).mean(axis=1) * 12
        assert np.allclose(months["index"].astype(float), index.reindex(range(1, 13)).fillna(0))
    customers = frame_of(got.customers).set_index("customer_id")
    net = seen.groupby("customer_id")["net"].sum()
    autumn = seen[seasons == 3].groupby("customer_id")["net"].sum()
    want = (autumn.reindex(net.index).fillna(0) / net.where(net > 0)).reindex(customers.index)
    assert np.allclose(customers["autumn_share"].astype(float), want, rtol=1e-12, equal_nan=True)
    length = np.where(seen["day"].dt.is_leap_year, 366, 365)
    angle = (seen["day"].dt.day_of_year - 1) / length * 2 * np.pi
    for customer, own in list(angle.groupby(seen["customer_id"]))[:100]:
        row = customers.loc[customer]
        assert row["concentration"] == pytest.approx(1 - stats.circvar(own), abs=1e-9)
        if row["concentration"] > 1e-6:
            mean = 1 + 365.25 * stats.circmean(own) / (2 * np.pi)
            assert abs((row["mean_day"] - mean + 182) % 365.25 - 182) < 1e-6


def test_seasonality(case: Case) -> None:
    check_seasonality(case)


# ---- margin ------------------------------------------------------------------------------------


def test_customer_margin() -> None:
    company = fidelia.simulate_company(customers=400, years=2, seed=3)
    orders = standing(company.orders)
    contacts = company.contacts.to_pandas()
    got = fidelia.customer_margin(
        company.orders,
        contacts=company.contacts,
        return_cost=2.5,
        as_of="2022-12-31",
    )
    table = frame_of(got.customers).set_index("customer_id")
    orders["minor"] = minor(orders["amount"]).to_numpy()
    net = orders.groupby("customer_id")["minor"].sum()
    assert table.index.tolist() == net.index.tolist()
    assert minor(table["net_spend"]).tolist() == net.tolist()
    left = orders["minor"].to_numpy() - minor(orders["cost"]).to_numpy()
    margin = pd.Series(left).groupby(orders["customer_id"]).sum()
    assert minor(table["margin"]).tolist() == margin.tolist()
    price = pd.Series(minor(contacts["cost"]).to_numpy())
    cost = price.groupby(contacts["customer_id"]).sum().reindex(net.index).fillna(0).astype(int)
    assert cost.sum() > 0
    assert minor(table["contact_cost"]).tolist() == cost.tolist()
    returns = (orders["minor"] < 0).groupby(orders["customer_id"]).sum()
    assert table["returns"].tolist() == returns.tolist()
    assert minor(table["return_cost"]).tolist() == (returns * 250).tolist()
    result = minor(table["margin"]).to_numpy() - cost.to_numpy() - returns.to_numpy() * 250
    assert minor(table["customer_margin"]).tolist() == result.tolist()
    ranks = pd.Series(result).rank(ascending=False, method="min").astype(int)
    assert table["margin_rank"].tolist() == ranks.tolist()


# ---- products ----------------------------------------------------------------------------------


def check_product_mix(
    got: Any, lines: pd.DataFrame, min_baskets: int, min_lift: float, pairs: int
) -> None:
    """Lines are customer_id, day, product_id, quantity and amount in minor units."""
    import duckdb

    bought = lines[(lines["amount"] >= 0) & ~(lines["quantity"] < 0)]
    products = frame_of(got.products).set_index("product_id")
    net = lines.groupby("product_id")["amount"].sum()
    assert products.index.tolist() == sorted(net.index)
    assert minor(products["spend"]).tolist() == net.reindex(products.index).tolist()
    quantity = lines.groupby("product_id")["quantity"].sum().reindex(products.index)
    assert np.allclose(products["quantity"].astype(float), quantity)
    basket = bought.drop_duplicates(["customer_id", "day", "product_id"])
    sold = basket.groupby(["product_id", "customer_id"]).size()
    for column, want in [
        ("baskets", basket.groupby("product_id").size()),
        ("lines", bought.groupby("product_id").size()),
        ("customers", sold.groupby("product_id").size()),
        ("repeat_customers", (sold > 1).groupby("product_id").sum()),
    ]:
        assert products[column].tolist() == want.reindex(products.index).fillna(0).tolist(), column
    ordered = basket.sort_values(["product_id", "customer_id", "day"])
    gap = ordered.groupby(["product_id", "customer_id"])["day"].diff().dt.days
    median = gap.groupby(ordered["product_id"]).median().reindex(products.index)
    assert np.allclose(products["reorder_days"].astype(float), median, equal_nan=True)
    customers = frame_of(got.customers).set_index("customer_id")
    size = bought.groupby(["customer_id", "day"]).agg(
        lines=("product_id", "size"), products=("product_id", "nunique"), items=("quantity", "sum")
    )
    means = size.groupby("customer_id").mean()
    assert customers.index.tolist() == means.index.tolist()
    for column in ["lines", "products", "items"]:
        assert np.allclose(customers[f"mean_{column}"].astype(float), means[column], rtol=1e-12)
    n = int(customers["baskets"].sum())
    assert n == len(size)
    want = duckdb.sql(
        f"""
        WITH b AS (SELECT DISTINCT customer_id, day, product_id AS p FROM basket),
             c AS (SELECT p, count(*) AS n FROM b GROUP BY p HAVING count(*) >= {min_baskets}),
             f AS (SELECT * FROM b SEMI JOIN c USING (p))
        SELECT x.p AS a, y.p AS b, count(*) AS both,
               count(*) / any_value(ca.n)::DOUBLE AS confidence,
               count(*) / any_value(ca.n)::DOUBLE / (any_value(cb.n) / {n}::DOUBLE) AS lift
        FROM f x JOIN f y USING (customer_id, day) JOIN c ca ON ca.p = x.p JOIN c cb ON cb.p = y.p
        WHERE x.p <> y.p GROUP BY x.p, y.p
        HAVING count(*) >= {min_baskets} AND lift >= {min_lift} ORDER BY a, b
        """
    ).df()
    found = frame_of(got.pairs)
    assert len(found) == len(want) >= pairs
    assert found["product_id"].tolist() == want["a"].tolist()
    assert found["with_product_id"].tolist() == want["b"].tolist()
    assert found["baskets"].tolist() == want["both"].tolist()
    assert np.allclose(found["lift"], want["lift"], rtol=1e-12)
    assert np.allclose(found["confidence"], want["confidence"], rtol=1e-12)
    check_offers(got, basket, want, n)


def check_offers(got: Any, basket: pd.DataFrame, rules: pd.DataFrame, n: int) -> None:
    owned = basket[["customer_id", "product_id"]].drop_duplicates()
    share = basket.groupby("product_id").size() / n
    rules = rules.assign(score=rules["confidence"] - rules["b"].map(share))
    offers = frame_of(got.offers)
    mine = {c: set(p) for c, p in owned.groupby("customer_id")["product_id"]}
    by_product = {a: list(zip(r["b"], r["score"])) for a, r in rules.groupby("a")}
    score_of = {(a, b): s for a, b, s in zip(rules["a"], rules["b"], rules["score"])}
    rows = {c: r for c, r in offers.groupby("customer_id")}
    for customer, products in list(mine.items())[:400]:
        best: dict[Any, float] = {}
        for a in products:
            for b, score in by_product.get(a, []):
                if b not in products and score > 0:
                    best[b] = max(best.get(b, 0.0), score)
        want = sorted(best.values(), reverse=True)[:3]
        if not want:
            assert customer not in rows
            continue
        got_rows = rows[customer]
        assert np.allclose(got_rows["score"], want, rtol=1e-9)
        for row in got_rows.itertuples():
            assert row.because_product_id in products and row.product_id not in products
            assert score_of[row.because_product_id, row.product_id] == pytest.approx(row.score)


def test_product_mix() -> None:
    company = fidelia.simulate_company(customers=700, years=3, seed=11)
    got = fidelia.product_mix(
        company.orders, order_lines=company.order_lines, min_baskets=3, min_lift=1.0
    )
    orders = standing(company.orders)
    lines = company.order_lines.to_pandas().merge(
        orders[["order_id", "customer_id", "ordered_at"]], on="order_id"
    )
    lines["day"] = pd.to_datetime(lines["ordered_at"]).dt.normalize()
    lines["amount"] = minor(lines["amount"]).to_numpy()
    lines["quantity"] = lines["quantity"].astype(float)
    check_product_mix(got, lines, 3, 1.0, 1)


# ---- Real files --------------------------------------------------------------------------------


def read_orders(path: str) -> pd.DataFrame:
    frame = pd.read_csv(path, dtype={"order_id": str})
    return frame[["customer_id", "date", "amount", "order_id"]]


def main(arguments: list[str]) -> int:
    """The same checks on files of orders, credit notes and order lines."""
    orders = pd.concat([read_orders(path) for path in arguments[:2]], ignore_index=True)
    orders["date"] = pd.to_datetime(orders["date"])
    plain = pd.DataFrame(
        {
            "customer_id": orders["customer_id"],
            "day": orders["date"].dt.normalize(),
            "amount": minor(orders["amount"]),
            "order_id": orders["order_id"],
            "returned": orders["order_id"].where(orders["amount"] < 0, None),
        }
    )
    plain["returned"] = plain["returned"].where(plain["returned"].notna(), None)
    case = Case(orders, plain, str(plain["day"].max().date()))
    check_purchases(case)
    for code in ["W", "M", "Q", "Y"]:
        check_cohorts(case, code, code)
    check_rfm(case, 5)
    check_interpurchase_times(case)
    check_concentration(case)
    check_seasonality(case)
    show(case)
    if len(arguments) > 2:
        check_lines(arguments[2])
    return 0


def check_lines(path: str) -> None:
    lines = pd.read_csv(path, dtype={"StockCode": str, "Invoice": str})
    lines = lines[lines["Customer ID"].notna()]
    lines["Customer ID"] = lines["Customer ID"].astype("int64")
    lines["InvoiceDate"] = pd.to_datetime(lines["InvoiceDate"])
    names = {
        "Customer ID": "customer_id",
        "InvoiceDate": "date",
        "StockCode": "product_id",
        "Quantity": "quantity",
        "Price": "unit_price",
    }
    table = lines.rename(columns=names)[list(names.values())]
    got = fidelia.product_mix(table, min_baskets=20, offers=3, max_products=5000)
    table["day"] = table["date"].dt.normalize()
    # Prices have up to three decimals: the library rounds price times quantity once.
    exact = (table["unit_price"] * 1000).round().astype("int64") * table["quantity"]
    table["amount"] = np.sign(exact) * ((exact.abs() + 5) // 10)
    table["quantity"] = table["quantity"].astype(float)
    check_product_mix(got, table, 20, 1.2, 1000)
    print(frame_of(got.products).sort_values("spend", ascending=False).head(5).to_string())
    print(frame_of(got.pairs).sort_values("baskets", ascending=False).head(6).to_string())
    print(frame_of(got.offers).head(6).to_string())
    print(f"{len(got.products)} products, {len(got.pairs)} pairs, {len(got.offers)} offers")


def show(case: Case) -> None:
    """What the measures say, for a look."""
    print(f"{len(case.purchases)} purchases, spend {case.purchases['net'].sum() / 100:,.2f}")
    for table in [
        frame_of(fidelia.cohorts(case.table, as_of=case.as_of).cohorts).head(14),
        frame_of(fidelia.rfm(case.summary, as_of=case.as_of).segments),
        frame_of(fidelia.interpurchase_times(case.table, as_of=case.as_of).distribution),
        frame_of(fidelia.interpurchase_times(case.table, as_of=case.as_of).regularity),
        frame_of(fidelia.concentration(case.summary).figures).T,
        frame_of(fidelia.seasonality(case.table, as_of=case.as_of).calendar),
        frame_of(fidelia.seasonality(case.table, as_of=case.as_of).window),
    ]:
        print(table.to_string())


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
