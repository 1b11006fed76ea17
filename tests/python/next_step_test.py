# SPDX-License-Identifier: Apache-2.0
"""Goal: the advice is what its manual says. Method: worked out again here, rule by rule and factor by
factor, from the same evidence, stages and scores of an artificial company, with offers made up; step,
channel, due date, gain, bounds and reasons must agree for every customer."""

from __future__ import annotations

import datetime
import math
from typing import Any

import pandas as pd
import pytest

import fidelia

AS_OF = datetime.date(2022, 6, 30)
COST = {"email": 0.1, "chat": 0.1, "message": 0.1, "mail": 1.2, "phone": 6.0, "visit": 60.0}
NEXT = "next_contact"
URGENT = {"hand_over", "apologise"}
STEPS = [
    "hand_over",
    "apologise",
    "call_after_sale",
    "thank",
    "welcome",
    "second_purchase",
    "replenishment",
    "cross_sell",
    "win_back",
    "ask_for_referral",
    "ask_permission",
]
Row = dict[str, Any]


def make_company() -> dict[str, pd.DataFrame]:
    facts = fidelia.simulate_company(customers=3000, years=3, seed=5)
    used = {name: facts[name] for name in ("orders", "parties", "contacts", "consents", "answers")}
    evidence = fidelia.relationship_evidence(**used, as_of=AS_OF)
    summary = fidelia.purchase_summary(facts["orders"], as_of=AS_OF)
    scores = fidelia.customer_scores(
        summary,
        purchase_model=fidelia.BgNbd().fit(summary),
        spend_model=fidelia.GammaGamma().fit(summary),
    )
    stages = fidelia.relationship_stage(evidence, scores=scores, as_of=AS_OF)
    tables = {"evidence": evidence, "scores": scores, "stages": stages}
    frames = {name: table.to_pandas() for name, table in tables.items()}
    buyers = frames["scores"]["customer_id"]
    some = buyers[::3].reset_index(drop=True)
    frames["offers"] = pd.DataFrame(
        {
            "customer_id": pd.concat([some, some], ignore_index=True),
            "product_id": [f"P{k % 7}" for k in range(2 * len(some))],
            "lift": [1.0 + (k * 37 % 50) / 10 for k in range(2 * len(some))],
            "support": [(k * 11 % 13) / 100 for k in range(2 * len(some))],
            "because_product_id": ["P8"] * (2 * len(some)),
        }
    )
    return frames


@pytest.fixture(scope="module")
def company() -> dict[str, pd.DataFrame]:
    return make_company()


def joined(company: dict[str, pd.DataFrame]) -> list[Row]:
    table = company["evidence"].merge(
        company["stages"][["customer_id", "stage", "presence", "attachment"]],
        on="customer_id",
        how="left",
    )
    table = table.merge(company["scores"], on="customer_id", how="left")
    offers = company["offers"][company["offers"]["lift"] >= 1.2]
    # The largest lift, then support, then the first.
    best = offers.sort_values(["lift", "support"], ascending=False, kind="stable")
    table = table.merge(best.drop_duplicates("customer_id"), on="customer_id", how="left")
    rows: list[Row] = []
    for row in table.to_dict("records"):
        known = {name: None if pd.isna(value) else value for name, value in row.items()}
        rows.append({str(name): value for name, value in known.items()})
    return rows


def days(row: Row, name: str) -> int | None:
    """Days from that day to AS_OF."""
    if row[name] is None:
        return None
    return int((pd.Timestamp(AS_OF) - pd.Timestamp(row[name])).days)


def within(age: int | None, most: float) -> bool:
    return age is not None and age <= most


class Adviser:
    """The manual of next_step at its default options."""

    def __init__(self, rows: list[Row]) -> None:
        buyers = [row for row in rows if row["last_order"] is not None]
        self.alive = sum(row["presence"] for row in buyers) / len(buyers)
        worths = [(self.worth(row), row["presence"]) for row in buyers]
        self.typical = sum(w * a for w, a in worths) / sum(a for _, a in worths)
        ordered = sorted((w for w, _ in worths), reverse=True)
        self.valuable = ordered[int(0.05 * len(worths)) - 1]
        tries = sum(row["tries_year"] for row in rows)
        self.answered = sum(row["reached_year"] for row in rows) / tries

    def worth(self, row: Row, bound: str = "") -> float:
        return float(row["lifetime_value" + bound] / max(row["p_alive" + bound], 1e-9))

    # -- facts

    def response(self, row: Row) -> float:
        tries = row["tries_year"]
        if tries == 0:
            return 1.0
        share = (row["reached_year"] + 4 * self.answered) / (tries + 4)
        return min(1.5, max(0.5, 0.5 + 0.5 * share / self.answered))

    def channels(self, row: Row, selling: bool) -> list[str]:
        """One of each kind of contact, the first that is named; e-mail and chat are one kind."""
        kinds: dict[float, str] = {}
        for one in (row["consents"] or "").split("|"):
            if not one:
                continue
            channel, purpose = one.split("/")
            assert channel != "*"  # The artificial company gives none for all.
            if not selling or purpose in ("offer", "news", "*"):
                kinds.setdefault(COST[channel], channel)
        return list(kinds.values())

    # -- rules: (step, effect, channels, due from, fixed value)

    def proposals(self, row: Row) -> list[tuple[str, float, list[str], int]]:
        out: list[tuple[str, float, list[str], int]] = []
        bought = row["last_order"] is not None
        silence = days(row, "last_order") or 0
        alive = row["presence"] if bought else 1.0
        purchases = int(row["frequency"]) + 1 if bought else 0
        withdrawn = row["withdrawn_at"] is not None
        anything = self.channels(row, selling=False)
        selling = self.channels(row, selling=True)
        spoken = [c for c in anything if c in ("phone", "visit")]
        complaint_open = bool(row["complaint_open"])
        complaint_age = days(row, "last_complaint")
        complaint = complaint_open and within(complaint_age, 90)
        service = days(row, "last_service")
        late_age = days(row, "last_late_delivery")
        late = bought and within(late_age, 30)
        slipping = bought and self.worth(row) >= self.valuable and 0.5 <= alive < 0.7
        risk = 0.4 if complaint else 0.2 if late else 0.3 if slipping else None
        if risk is not None:
            out.append(("hand_over", 0.5 * risk, anything, 1))
            if not spoken and (complaint or (late and not withdrawn)):
                out.append(("hand_over", 0.5 * risk, ["phone"], 1))
        if complaint:
            return out
        if bought:
            unspoken = late and not (service is not None and service <= late_age)
            out_age = days(row, "last_contact_out")
            solved = (
                not complaint_open
                and service is not None
                and within(complaint_age, 30)
                and service <= complaint_age
                and out_age >= service
            )
            if unspoken or solved:
                letter = [] if withdrawn else ["mail"]
                out.append(("apologise", 0.3 * (0.2 if unspoken else 0.1), anything or letter, 1))
            called = service is not None and service <= silence
            if silence <= 45 and not complaint_open and not called:
                out.append(("call_after_sale", 0.04, spoken, 7 - silence))
            thanked = days(row, "last_thank_you")

            def unthanked(age: int | None) -> bool:
                return within(age, 21) and (thanked is None or thanked > age)

            promoter = row["nps"] is not None and row["nps"] >= 9
            if unthanked(days(row, "last_referral")) or (promoter and unthanked(days(row, "last_answer"))):
                out.append(("thank", 0.02, anything, 1))
            elif unthanked(silence):
                letter = [] if withdrawn else ["mail"]
                out.append(("thank", 0.02, anything or letter, 1))
        new = [days(row, "first_order")] if purchases == 1 else []
        new += [days(row, "consent_since")] if row["consents_in_force"] > 0 else []
        contact = days(row, "last_contact_out")
        if any(within(age, 21) and (contact is None or contact >= age) for age in new):
            out.append(("welcome", 0.03, anything, 1))
        if complaint_open:
            return out
        if purchases == 1 and silence <= 365:
            out.append(("second_purchase", 0.08, selling, 14 - silence))
        if purchases >= 4 and alive >= 0.5:
            gap = (days(row, "first_order") - silence) / (purchases - 1)
            if gap > 0 and gap - 7 <= silence <= 2 * gap:
                day = working(pd.Timestamp(AS_OF) - pd.Timedelta(days=silence - math.ceil(gap)))
                out.append(("replenishment", 0.05, selling, (day - pd.Timestamp(AS_OF)).days))
        if row["lift"] is not None and bought and silence <= 180:
            out.append(("cross_sell", 0.06 * (1 - 1 / row["lift"]), selling, 1))
        if purchases >= 2 and alive < 0.5 and silence <= 1095:
            out.append(("win_back", math.nan, selling, 1))
        if row["stage"] == "loyalty" and not late:
            happy = row["nps"] >= 9 if row["nps"] is not None else row["attachment"] >= 0.7
            asked = within(days(row, "last_asked_referral"), 180)
            if happy and not asked and not within(days(row, "last_referral"), 180):
                out.append(("ask_for_referral", 0.04, selling, 1))
        refused = row["consents_in_force"] == 0
        if refused and not within(days(row, "last_asked_permission"), 180):
            if not within(days(row, "withdrawn_at"), 730):
                out.append(("ask_permission", 0.35 * 0.08, [NEXT], 1))
        return out

    # -- gains

    def gain(self, row: Row, step: str, effect: float, channel: str, bound: str = "") -> float:
        bought = row["last_order"] is not None
        value = self.worth(row, bound) if bought else 0.05 * self.typical
        alive = self.alive_at(row, bound) if bought else 1.0
        chance = alive
        if step == "ask_for_referral":
            value = self.typical
        if step == "win_back":
            years = (days(row, "first_order") - days(row, "last_order")) / 365.25
            value = min(value, row["frequency"] * row["monetary_value"] / max(1.0, years))
            chance = 1 - alive
            effect = 0.08 * 0.5 ** (days(row, "last_order") / 180) * (0.25 + 0.75 * min(1, alive / 0.5))
        if step == "hand_over" and channel not in ("phone", "visit"):
            effect /= 2
        response = 1.0 if step in URGENT else self.response(row)
        fresh = 1.0
        if row["last_contact_out"] is not None and step not in URGENT and channel != NEXT:
            fresh = 1 - 0.5 ** (max(0, days(row, "last_contact_out")) / 14) / 2
        return value * chance * effect * response * fresh - COST.get(channel, 0.1)

    def alive_at(self, row: Row, bound: str) -> float:
        """The bound of p_alive moved, in log-odds, as far as presence is from p_alive."""
        if not bound or row["presence"] == row["p_alive"]:
            return float(row["p_alive" + bound] if bound else row["presence"])

        def odds(p: float) -> float:
            p = min(1 - 1e-12, max(1e-12, p))
            return p / (1 - p)

        moved = odds(row["p_alive" + bound]) * odds(row["presence"]) / odds(row["p_alive"])
        return moved / (1 + moved)

    def advise(self, row: Row) -> Row:
        best: Row = {"step": "leave_alone", "gain": 0.0, "low": None}
        found: list[Row] = []
        for step, effect, channels, due in self.proposals(row):
            for channel in channels:
                gain = self.gain(row, step, effect, channel)
                found.append({"step": step, "channel": channel, "gain": gain, "due": due, "effect": effect})
        complaint = bool(row["complaint_open"]) and within(days(row, "last_complaint"), 90)
        found.sort(key=lambda one: (-one["gain"], STEPS.index(one["step"])))
        if found and (found[0]["gain"] > 0 or complaint):
            best = {**found[0], "low": None}
            if row["last_order"] is not None:
                bounds = [
                    self.gain(row, best["step"], best["effect"], best["channel"], bound)
                    for bound in ("_low", "_high")
                ]
                best["low"] = min([best["gain"], *bounds])
                best["high"] = max([best["gain"], *bounds])
            due = max(1, best["due"])
            contact = days(row, "last_contact_out")
            if contact is not None and best["step"] not in URGENT and best["channel"] != NEXT:
                due = max(due, 7 - max(0, contact))
            best["day"] = working(pd.Timestamp(AS_OF) + pd.Timedelta(days=due))
        return best


def working(day: pd.Timestamp) -> pd.Timestamp:
    return day + pd.Timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


def test_advice_is_what_the_manual_says(company: dict[str, pd.DataFrame]) -> None:
    steps = fidelia.next_step(**company, as_of=AS_OF)
    advice = steps["advice"].to_pandas()
    rows = joined(company)
    adviser = Adviser(rows)
    seen: set[str] = set()
    for row, given in zip(rows, advice.to_dict("records"), strict=True):
        mine = adviser.advise(row)
        assert given["customer_id"] == row["customer_id"]
        assert given["expected_gain"] == pytest.approx(mine["gain"], rel=1e-9, abs=1e-9), (row, mine, given)
        assert given["step"] == mine["step"], (row, mine, given)
        seen.add(given["step"])
        if mine["step"] == "leave_alone":
            assert pd.isna(given["due_at"]) and pd.isna(given["channel"]) and pd.isna(given["rank"])
            continue
        assert given["channel"] == mine["channel"]
        assert pd.Timestamp(given["due_at"]) == mine["day"], (row, mine, given)
        assert (given["step"] == "cross_sell") == (not pd.isna(given["product_id"]))
        if given["step"] == "cross_sell":
            assert given["product_id"] == row["product_id"]
        if mine["low"] is None:
            assert pd.isna(given["expected_gain_low"])
        else:
            assert given["expected_gain_low"] == pytest.approx(mine["low"], rel=1e-9, abs=1e-9)
            assert given["expected_gain_high"] == pytest.approx(mine["high"], rel=1e-9, abs=1e-9)
    assert seen == {"leave_alone", *STEPS}


def test_reasons_add_up_and_ranks_follow_gains(company: dict[str, pd.DataFrame]) -> None:
    steps = fidelia.next_step(**company, as_of=AS_OF)
    advice = steps["advice"].to_pandas().set_index("customer_id")
    reasons = steps["advice_reasons"].to_pandas()
    sums = reasons.groupby("customer_id")["contribution"].sum()
    difference = (sums - advice["expected_gain"].reindex(sums.index)).abs()
    assert len(sums) == len(advice) and difference.max() < 1e-6
    ranked = advice.dropna(subset=["rank"]).sort_values("rank")
    assert list(ranked["rank"]) == list(range(1, len(ranked) + 1))
    assert ranked["expected_gain"].is_monotonic_decreasing
    assert (advice["expected_gain_low"].fillna(-math.inf) <= advice["expected_gain"]).all()


def test_capacity_is_kept_week_by_week(company: dict[str, pd.DataFrame]) -> None:
    options: dict[str, Any] = {"as_of": AS_OF, "answer_every_complaint": False}
    free = fidelia.next_step(**company, **options)["advice"].to_pandas()
    totals = []
    for calls, messages in ((0, 0), (2, 10), (5, 40), (50, 400)):
        steps = fidelia.next_step(
            **company,
            **options,
            calls_per_week=calls,
            messages_per_week=messages,
            capacity_weeks=4,
        )
        advice = steps["advice"].to_pandas()
        acts = advice[advice["step"] != "leave_alone"]
        week = (pd.to_datetime(acts["due_at"]) - pd.Timestamp(AS_OF)).dt.days.sub(1) // 7
        for channel, most in (("phone", calls), ("email", messages)):
            used = week[acts["channel"] == channel].value_counts()
            assert used.empty or (used.max() <= most and used.index.max() < 4)
        totals.append(acts["expected_gain"].sum())
        refused = steps["advice_reasons"].to_pandas().query("reason == 'capacity'")
        assert (len(refused) > 0) == (calls < 50)
    assert totals == sorted(totals)
    assert totals[-1] <= free["expected_gain"].sum() + 1e-6


@pytest.mark.parametrize(
    ("language", "word"), [("en", "expected to gain"), ("es", "ganancia esperada"), ("zh", "预期收益")]
)
def test_reasons_in_words(company: dict[str, pd.DataFrame], language: str, word: str) -> None:
    advice = fidelia.next_step(**company, as_of=AS_OF, language=language)["advice"].to_pandas()
    acts = advice[advice["step"] != "leave_alone"]
    assert acts["reasons"].str.contains(word).all()
    # Every name in a sentence has found its value.
    assert not advice["reasons"].str.contains(r"[{}]").any()
