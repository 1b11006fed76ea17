# SPDX-License-Identifier: Apache-2.0
"""Goal: nothing of a Spanish or Chinese report or card is left in English, also where records are
faulty, models fail or there is hardly any data; and all texts can be read. Method: words of English
are sought in every text of the documents, without what came with the data; contrasts are computed
from the page's colours by the formula of WCAG 2."""

from __future__ import annotations

import json
import re
from typing import Any

import pyarrow as pa
import pytest

import fidelia

ENGLISH = set(
    "the of and to is are was were for with that this they who what how by from at in on it their "
    "all been stage spend customer customers purchase purchases share month week order orders rows "
    "row not than must be which has have its after before same another last first number missing "
    "amount date model data model likelihood grows falls".split()
)
# Not English there: names of models, papers and journals, options, and words of Spanish.
NOT_TEXT = re.compile(
    r"Int\. J\. of Research in Marketing|Permission Marketing|Marketing (Science|Management)"
    r"|Management Science|Strategic Database Marketing|model = auto|\w+_\w+"  # columns
)
SPELLED_ALIKE = {"es": {"has", "in"}, "zh": set()}


def texts(value: Any) -> list[str]:
    """All that a reader sees: not the codes, specifications and settings."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, list):
        return [text for one in value for text in texts(one)]
    if isinstance(value, dict):
        skipped = {"id", "name", "kind", "spec", "format", "language", "palette", "chart_config"}
        return [t for k, one in value.items() if k not in skipped for t in texts(one)]
    return []


def english_in(document: dict[str, Any], data: set[str]) -> list[str]:
    found = []
    for text in texts(document):
        words = set(re.findall(r"[a-z]{2,}", NOT_TEXT.sub("", text)))
        words -= SPELLED_ALIKE[document["language"]] | data
        if words & ENGLISH:
            found.append(f"{sorted(words & ENGLISH)} in: {text}")
    return found


def faulty() -> dict[str, Any]:
    """Forty customers and a fault of nearly every kind."""
    rows = []
    for c in range(40):
        for k in range(1 + c % 4):
            day = f"2022-{1 + (c + 3 * k) % 12:02}-{1 + c % 28:02}"
            rows.append((f"c{c}", day, "10.50", f"o{c}-{k}", "EUR", "completed"))
    rows += [
        ("c1", "2022-13-45", "1", "f1", "EUR", "completed"),
        (None, "2022-03-01", "1", "f2", "EUR", "completed"),
        ("c2", "2022-03-01", "1,5", "f3", "EUR", "completed"),
        ("c3", "2022-03-01", "99999999999999999", "f4", "EUR", "completed"),
        ("c4", "2022-03-01", "5", "f5", "XQX", "completed"),
        ("c5", "2022-03-01", "5", "f6", "USD", "completed"),
        ("c6", "1066-10-14", "5", "f7", "EUR", "completed"),
        ("c7", "2022-03-02", None, "f8", "EUR", "completed"),
        ("c0", "2022-05-05", "7", "o1-0", "EUR", "completed"),
        ("c8", "2022-03-03", "5", "f9", "EUR", "cancelled"),
        ("c9", "2022-03-03", "5", "f10", "EUR", "returned"),
        ("c9", "2022-03-03", "5", "f11", "EUR", "lost"),
        ("c9", "2023-03-03", "5", "f12", "EUR", "completed"),
        ("c9", "2022-03-04", "5.12345", "f13", "EUR", "completed"),
    ]
    names = ["customer_id", "ordered_at", "amount", "order_id", "currency", "status"]
    return {"orders": pa.table({n: [row[i] for row in rows] for i, n in enumerate(names)})}


def plain(rows: list[tuple[str, str, float]]) -> dict[str, Any]:
    return {
        "orders": pa.table(
            {
                "customer_id": [r[0] for r in rows],
                "ordered_at": [r[1] for r in rows],
                "amount": [r[2] for r in rows],
            }
        )
    }


ODD: dict[str, dict[str, Any]] = {
    "one customer": plain([("c1", "2022-01-05", 10.0)]),
    "nobody repeats": plain([(f"c{i}", f"2022-0{1 + i % 9}-05", 10.0) for i in range(30)]),
    "no model fits": plain(
        [("c1", "2022-01-01", 1.0), ("c1", "2022-04-11", 2.0), ("c2", "2022-01-11", 1.0)]
        + [("c2", "2022-02-20", 2.0), ("c2", "2022-04-11", 3.0)]
        + [("c3", "2022-01-21", 1.0), ("c3", "2022-04-11", 2.0)]
    ),
    "faulty rows": faulty(),
}


@pytest.fixture(scope="module")
def artificial() -> dict[str, Any]:
    made = fidelia.simulate_company(customers=300)
    names = ("orders", "parties", "contacts", "consents", "answers", "exchange_rates")
    return {name: made[name] for name in names}


def documents(tables: dict[str, Any], language: str, card_of: str, **options: Any) -> list[dict[str, Any]]:
    options = {"as_of": "2022-12-31", "currency": "EUR", "strict": False, **options}
    report = fidelia.company_report(**tables, **options, language=language)["report"]["json"][0]
    card = fidelia.customer_card(**tables, **options, language=language, card_of=card_of)
    return [json.loads(report), json.loads(card["json"][0])]


@pytest.mark.parametrize("language", ["es", "zh"])
@pytest.mark.parametrize("case", ODD)
@pytest.mark.parametrize("model", ["bg_nbd", "auto"])
def test_odd_inputs_leave_no_english(case: str, language: str, model: str) -> None:
    data = {"amount", "status", "date", "order", "customer"}  # the columns' names
    for document in documents(ODD[case], language, "c1", model=model):
        assert document["language"] == language
        assert english_in(document, data) == []


@pytest.mark.parametrize("language", ["es", "zh"])
def test_an_artificial_company_leaves_no_english(artificial: dict[str, Any], language: str) -> None:
    customers = pa.table(artificial["orders"]).column("customer_id").to_pylist()
    for document in documents(artificial, language, str(customers[0])):
        assert english_in(document, set()) == []
    card = documents(artificial, language, str(customers[-1]))[1]
    assert english_in(card, set()) == []


def test_the_search_finds_english_where_it_is(artificial: dict[str, Any]) -> None:
    customers = pa.table(artificial["orders"]).column("customer_id").to_pylist()
    for document in documents(artificial, "en", str(customers[0])):
        assert len(english_in({**document, "language": "es"}, set())) > 10


def test_faults_that_read_the_same_are_one_reason() -> None:
    report = documents(ODD["faulty rows"], "en", "c1")[0]
    quality = next(one for one in report["sections"] if one["id"] == "quality")
    reasons = next(one for one in quality["tables"] if one["id"] == "rejected")["rows"]
    assert sum(int(row[3]) for row in reasons) == sum(
        int(row[2].replace(",", ""))
        for row in next(one for one in quality["tables"] if one["id"] == "intake")["rows"]
    )
    assert len({(row[0], row[1], row[2]) for row in reasons}) == len(reasons)


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_texts_have_enough_contrast() -> None:
    palette = documents(ODD["one customer"], "en", "c1")[0]["palette"]
    for colours in palette.values():
        for text in ("ink", "muted", "blue"):
            assert contrast(colours[text], colours["paper"]) >= 4.5, (text, colours)
        assert contrast(colours["ink"], colours["surface"]) >= 4.5
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("language", ["en", "es", "zh"])
def test_the_page_can_be_read_without_eyes(artificial: dict[str, Any], language: str) -> None:
    pytest.importorskip("vl_convert")
    from fidelia.report import render_html

    customers = pa.table(artificial["orders"]).column("customer_id").to_pylist()
    for document in documents(artificial, language, str(customers[0])):
        page = render_html(json.dumps(document))
        body = page[page.index("<body") : page.index('<script type="application/json"')]
        assert f'<html lang="{language}">' in page
        levels = [int(level) for level in re.findall(r"<h([1-6])", body)]
        assert levels[0] == 1 and levels.count(1) == 1
        assert all(b <= a + 1 for a, b in zip(levels, levels[1:], strict=False))
        heads = re.findall(r"<th[ >][^>]*>", body)
        assert heads and all("scope=" in head for head in heads)
        charts = re.findall(r"<[^>]*data-chart[^>]*>", body)
        assert len(charts) == sum(len(section["charts"]) for section in document["sections"])
        assert all(re.search(r'aria-label="[^"]{10,}"', chart) for chart in charts)
