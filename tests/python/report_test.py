# SPDX-License-Identifier: Apache-2.0
"""The page of a report needs nothing else and lets no data become markup or code.

Goal: one HTML file below 2 MB that loads nothing, shows every figure, sentence and row, and in which a
customer's name is text wherever it stands.
Method: documents made by hand, with names that try to break out of text, attributes and scripts; the
page is read back with the standard library's HTML parser and its data with the JSON parser.
"""

from __future__ import annotations

import copy
import json
import re
from html.parser import HTMLParser

import pytest

pytest.importorskip("vl_convert")

from fidelia import InvalidDataError  # noqa: E402
from fidelia.report import render_html  # noqa: E402

HOSTILE = "</script><script>alert(1)</script><img src=x onerror='alert(2)'>\" & {{script}} \u2028"


def chart(label: str) -> dict:
    return {
        "title": f"Chart of {label}",
        "alt": f"One bar: {label}",
        "spec": {
            "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
            "width": "container",
            "height": 40,
            "data": {"values": [{"label": label, "length": 3, "hue": "#1d5c9e"}]},
            "mark": {"type": "bar", "color": "#1d5c9e"},
            "encoding": {
                "y": {"field": "label", "type": "nominal"},
                "x": {"field": "length", "type": "quantitative"},
            },
        },
    }


def table(label: str, rows: int = 3, first: int | None = None) -> dict:
    return {
        "id": "advice",
        "caption": f"Advice for {label}",
        "columns": [
            {"name": "customer", "label": "Customer", "kind": "text"},
            {"name": "gain", "label": "Gain", "kind": "money"},
        ],
        "rows": [[f"{label} {i}", None if i == 1 else f"EUR {i}"] for i in range(rows)],
        "first_rows": first,
    }


def document(label: str = "Acme", **changes: object) -> dict:
    made = {
        "format": "fidelia-report",
        "version": 1,
        "language": "en",
        "title": label,
        "subtitle": "As of the end of 2023-06-30",
        "as_of": "2023-06-30",
        "currency": "EUR",
        "generated_by": "Fidelia",
        "headline": [f"First {label}", "Second sentence"],
        "figures": [{"label": "Customers", "value": "2,357", "note": "946 bought again"}],
        "sections": [
            {
                "id": "stages",
                "title": "Stages",
                "text": [f"Text on {label}"],
                "charts": [chart(label), chart("other")],
                "tables": [table(label, rows=30, first=20)],
                "note": f"Note on {label}",
            },
            {"id": "empty", "title": "Empty", "text": ["Nothing."], "charts": [], "tables": [], "note": None},
        ],
        "labels": {"search": "Search", "show_all": "Show all {n} rows"},
        "palette": {"light": {"blue": "#1d5c9e"}, "dark": {"blue": "#6cabec"}},
        "chart_config": {"bar": {"color": "#1d5c9e"}},
    }
    made.update(changes)
    return made


def render(made: dict) -> str:
    return render_html(json.dumps(made))


class Reader(HTMLParser):
    """Collects elements, attributes and the texts of scripts and of everything else."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self.text: list[str] = []
        self._in: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag in ("script", "style"):
            self._in.append(tag)
            if tag == "script":
                self.scripts.append("")

    def handle_endtag(self, tag: str) -> None:
        if self._in and self._in[-1] == tag:
            self._in.pop()

    def handle_data(self, data: str) -> None:
        if self._in and self._in[-1] == "script":
            self.scripts[-1] += data
        elif not self._in:
            self.text.append(data)


def test_page_is_one_small_file_that_loads_nothing() -> None:
    page = render(document())
    assert len(page.encode()) < 2_000_000
    reader = Reader(page)
    for tag, attributes in reader.elements:
        assert tag not in ("link", "iframe", "object", "embed", "img", "base")
        for name, value in attributes.items():
            assert name not in ("src", "srcset", "action", "background"), (tag, name)
            if name == "href":
                assert value is not None and value.startswith("#")
            assert not name.startswith("on")
    style = re.search(r"<style>(.*?)</style>", page, re.S).group(1)
    assert "url(" not in style and "@import" not in style
    policy = [a["content"] for t, a in reader.elements if a.get("http-equiv") == "Content-Security-Policy"]
    assert policy and "default-src 'none'" in policy[0] and "http" not in policy[0]


def test_page_has_one_bundle_for_all_charts() -> None:
    reader = Reader(render(document()))
    assert len(reader.scripts) == 3
    assert sum(len(script) > 500_000 for script in reader.scripts) == 1
    assert len(json.loads(reader.scripts[0])["specs"]) == 2


def test_page_shows_every_sentence_figure_and_row() -> None:
    made = document()
    reader = Reader(render(made))
    text = " ".join(reader.text)
    for wanted in ["Acme", "As of the end of 2023-06-30", "First Acme", "Second sentence", "Customers",
                   "2,357", "946 bought again", "Stages", "Text on Acme", "Note on Acme", "Chart of Acme",
                   "Advice for Acme", "Acme 29", "EUR 29", "Nothing.", "missing"]:
        assert wanted in text, wanted
    later = [a for t, a in reader.elements if t == "tr" and a.get("class") == "later"]
    assert len(later) == 10


def test_charts_have_text_alternatives_and_tables_headers() -> None:
    reader = Reader(render(document()))
    charts = [a for t, a in reader.elements if "data-chart" in a]
    assert [a["aria-label"] for a in charts] == ["One bar: Acme", "One bar: other"]
    assert all(a["role"] == "img" for a in charts)
    headers = [a for t, a in reader.elements if t == "th"]
    assert headers and all(a["scope"] == "col" for a in headers)
    assert dict(reader.elements)["html"]["lang"] == "en"


def test_tables_can_be_saved_and_short_ones_have_no_tools() -> None:
    reader = Reader(render(document()))
    saves = [a for t, a in reader.elements if t == "button" and a.get("class") == "save"]
    assert [a["data-file"] for a in saves] == ["advice.csv"]
    made = document()
    made["sections"][0]["tables"] = [table("short", rows=3), table("middling", rows=8)]
    elements = Reader(render(made)).elements
    assert sum(a.get("class") == "tools" for _, a in elements) == 1
    assert not [a for t, a in elements if t == "input"]


def test_data_never_become_markup_or_code() -> None:
    harmless = Reader(render(document()))
    hostile = Reader(render(document(HOSTILE)))
    # The same elements with the same attributes' names: only texts differ.
    assert [(t, sorted(a)) for t, a in hostile.elements] == [(t, sorted(a)) for t, a in harmless.elements]
    assert len(hostile.scripts) == len(harmless.scripts)
    assert hostile.scripts[1:] == harmless.scripts[1:]
    specs = json.loads(hostile.scripts[0])["specs"]
    assert specs[0]["data"]["values"][0]["label"] == HOSTILE
    assert not set("<>&\u2028") & set(hostile.scripts[0])
    assert f"First {HOSTILE}" in "".join(hostile.text)


@pytest.mark.parametrize("place", ["language", "generated_by", "subtitle"])
def test_every_text_is_escaped(place: str) -> None:
    page = render(document(**{place: HOSTILE}))
    assert len(Reader(page).elements) == len(Reader(render(document())).elements)


def test_identifiers_and_labels_are_escaped() -> None:
    made = document()
    made["sections"][0]["id"] = '"><b>'
    made["sections"][0]["tables"][0]["id"] = '"><b>'
    made["labels"] = {"search": '"><b>', "show_all": '"><b>', "contents": '"><b>', "missing": "<b>"}
    assert "b" not in [t for t, _ in Reader(render(made)).elements]


def test_colours_become_variables_of_both_schemes_but_data_stay() -> None:
    page = render(document())
    shown = json.loads(Reader(page).scripts[0])
    assert shown["specs"][0]["mark"]["color"] == "var(--blue)"
    assert shown["specs"][0]["data"]["values"][0]["hue"] == "#1d5c9e"
    assert shown["config"]["bar"]["color"] == "var(--blue)"
    assert "--blue:#1d5c9e;" in page and "--blue:#6cabec;" in page


def test_a_palette_cannot_write_style() -> None:
    made = document(palette={"light": {"blue": "red;} body{display:none", "x;y": "#123456"}, "dark": {}})
    assert "display:none}" not in render(made).split("color-scheme", 2)[1]


def test_without_charts_the_bundle_is_left_out() -> None:
    made = document()
    for section in made["sections"]:
        section["charts"] = []
    assert len(render(made)) < 100_000


def test_the_same_document_gives_the_same_page() -> None:
    made = document()
    assert render(made) == render(copy.deepcopy(made))


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": "other", "version": 1}', "not json"])
def test_what_is_not_a_report_is_refused(text: str) -> None:
    with pytest.raises(InvalidDataError, match="report"):
        render_html(text)


def test_another_version_is_refused_by_number() -> None:
    with pytest.raises(InvalidDataError, match="version 2"):
        render_html(json.dumps(document(version=2)))
