# SPDX-License-Identifier: Apache-2.0
"""The company report as one HTML page that needs nothing else.

The library writes the report as JSON: sentences, figures, charts as Vega-Lite specifications, tables.
This module only draws it. The page holds its style, its scripts and its data; it loads nothing from
anywhere, and a content security policy inside it forbids that anything be loaded.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from ._errors import InvalidDataError, UnsupportedError

__all__ = ["render_html"]

_FORMAT = "fidelia-report"
_VERSION = 1
_LEAST_TO_SAVE = 6  # rows from which a table can be saved
_NUMERIC = {"number", "money", "percent", "date"}
_WIDTHS = {
    **dict.fromkeys(("reasons", "reason", "meaning", "finding"), " wide"),
    **dict.fromkeys(("customer", "step", "duty", "at"), " middling"),
}
_DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
_SLOT = re.compile(r"\{\{([a-z_]+)\}\}")


def render_html(json_text: str) -> str:
    """Draw a company report as a self-contained HTML page.

    Parameters
    ----------
    json_text : str
        A document of the format ``fidelia-report``, as ``company_report`` returns it.

    Returns
    -------
    str
        The page. It is below 2 MB, needs no network, adapts to narrow screens, dark mode and paper.

    Raises
    ------
    InvalidDataError
        The text is not such a document.
    UnsupportedError
        The package vl-convert-python, which brings the chart library, is not installed.
    """
    document = _read(json_text)
    sections = document["sections"]
    charts = [chart for section in sections for chart in section["charts"]]
    return _fill(
        _asset("page.html"),
        {
            "language": _escape(document["language"]),
            "title": _escape(document["title"]),
            "style": _palette_css(document["palette"]) + _asset("page.css"),
            "header": _header(document),
            "figures": _figures(document["figures"]),
            "contents": _contents(sections, document["labels"]),
            "sections": _sections(sections, document["labels"]),
            "footer": _escape(document["generated_by"]),
            "skip": _escape(_label(document["labels"], "skip")),
            "charts": _script_json(
                {
                    "config": _with_variables(document["chart_config"], document["palette"]),
                    "specs": [_with_variables(c["spec"], document["palette"]) for c in charts],
                }
            ),
            "bundle": _bundle() if charts else "",
            "script": _asset("page.js"),
        },
    )


def _read(json_text: str) -> dict[str, Any]:
    try:
        document = json.loads(json_text)
    except ValueError as error:
        raise InvalidDataError(f"the report is not JSON: {error}") from error
    if not isinstance(document, dict) or document.get("format") != _FORMAT:
        raise InvalidDataError(f'the report is not a document of the format "{_FORMAT}"')
    if document.get("version") != _VERSION:
        raise InvalidDataError(
            f"the report has version {document.get('version')!r} of its format; "
            f"this fidelia draws version {_VERSION}"
        )
    return document


@lru_cache(maxsize=1)
def _bundle() -> str:
    """Vega, Vega-Lite and Vega-Embed in one script; making it takes some seconds, once."""
    try:
        import vl_convert
    except ImportError as error:
        raise UnsupportedError(
            "a report with charts needs the package vl-convert-python: "
            'pip install "fidelia[report]"'
        ) from error
    # A script ends at "</script" wherever that stands; in its code it can only stand in a string.
    # (The argument, a snippet of code, may be left out; some versions' type stubs forget that.)
    make_bundle: Callable[[], str] = getattr(vl_convert, "javascript_bundle")  # noqa: B009
    return re.sub(r"</(script)", r"<\\/\1", make_bundle(), flags=re.IGNORECASE)


@lru_cache(maxsize=8)
def _asset(name: str) -> str:
    return (Path(__file__).parent / "_report" / name).read_text(encoding="utf-8")


def _fill(page: str, slots: Mapping[str, str]) -> str:
    # In one pass, so that nothing put in is read as a slot again.
    return _SLOT.sub(lambda slot: slots[slot.group(1)], page)


def _escape(text: object) -> str:
    return html.escape("" if text is None else str(text), quote=True)


def _prose(text: object) -> str:
    """Escaped, with days of the form 2023-12-31 whole: browsers break lines after hyphens."""
    return _DAY.sub(r'<span class="day">\g<0></span>', _escape(text))


def _label(labels: Mapping[str, str], name: str) -> str:
    return labels.get(name, name.replace("_", " "))


def _script_json(value: object) -> str:
    """JSON that can stand in a script element: no character of it can end or open anything."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _palette_css(palette: Mapping[str, Mapping[str, str]]) -> str:
    def variables(scheme: str) -> str:
        colours = palette.get(scheme, {})
        return "".join(
            f"--{name}:{colour};"
            for name, colour in colours.items()
            if re.fullmatch(r"[a-z0-9-]+", name) and re.fullmatch(r"#[0-9a-f]{6}", colour)
        )

    return (
        f":root{{color-scheme:light;{variables('light')}}}"
        "@media screen and (prefers-color-scheme:dark){"
        f":root{{color-scheme:dark;{variables('dark')}}}}}\n"
    )


def _with_variables(spec: Any, palette: Mapping[str, Mapping[str, str]]) -> Any:
    """The specification with the palette's colours as CSS variables; its data stay untouched."""
    names = {colour: name for name, colour in palette["light"].items()}

    def walk(value: Any) -> Any:
        if isinstance(value, dict):
            return {
                key: (inner if key in ("values", "description") else walk(inner))
                for key, inner in value.items()
            }
        if isinstance(value, list):
            return [walk(inner) for inner in value]
        if isinstance(value, str) and value in names:
            return f"var(--{names[value]})"
        return value

    return walk(spec)


def _paragraphs(texts: Iterable[str]) -> str:
    return "".join(f"<p>{_prose(text)}</p>" for text in texts)


def _header(document: Mapping[str, Any]) -> str:
    sentences = document["headline"]
    lead = f'<p class="lead">{_prose(sentences[0])}</p>' if sentences else ""
    rest = "".join(f"<li>{_prose(sentence)}</li>" for sentence in sentences[1:])
    return (
        f"<h1>{_escape(document['title'])}</h1>"
        f'<p class="subtitle">{_escape(document["subtitle"])}</p>'
        f'<h2 class="quiet">{_escape(_label(document["labels"], "headline"))}</h2>'
        f'{lead}<ul class="headline">{rest}</ul>'
    )


def _figures(figures: Iterable[Mapping[str, str]]) -> str:
    items = "".join(
        f"<div><dt>{_escape(figure['label'])}</dt>"
        f'<dd class="value">{_escape(figure["value"])}</dd>'
        f'<dd class="note">{_escape(figure["note"])}</dd></div>'
        for figure in figures
    )
    return f'<dl class="figures">{items}</dl>' if items else ""


def _contents(sections: Iterable[Mapping[str, Any]], labels: Mapping[str, str]) -> str:
    links = "".join(
        f'<li><a href="#{_escape(section["id"])}">{_escape(section["title"])}</a></li>'
        for section in sections
    )
    return f'<nav aria-label="{_escape(_label(labels, "contents"))}"><ol>{links}</ol></nav>'


def _sections(sections: Iterable[Mapping[str, Any]], labels: Mapping[str, str]) -> str:
    parts = []
    number = 0
    for section in sections:
        charts = []
        for chart in section["charts"]:
            charts.append(_chart(chart, number, labels))
            number += 1
        tables = "".join(_table(table, labels) for table in section["tables"])
        note = f'<p class="section-note">{_escape(section["note"])}</p>' if section["note"] else ""
        name = _escape(section["id"])
        parts.append(
            f'<section id="{name}" aria-labelledby="{name}-title">'
            f'<h2 id="{name}-title">{_escape(section["title"])}</h2>'
            f"{_paragraphs(section['text'])}{note}{''.join(charts)}{tables}</section>"
        )
    return "".join(parts)


def _chart(chart: Mapping[str, Any], number: int, labels: Mapping[str, str]) -> str:
    alt = _escape(chart["alt"])
    return (
        f"<figure><figcaption>{_escape(chart['title'])}</figcaption>"
        f'<div class="chart" role="img" aria-label="{alt}" data-chart="{number}">'
        f'<noscript><p class="alt">{_escape(_label(labels, "no_script"))} {alt}</p></noscript>'
        "</div></figure>"
    )


def _cell(value: object, kind: str, labels: Mapping[str, str]) -> str:
    css = "n" if kind in _NUMERIC else "t"
    if value is None:
        missing = _escape(_label(labels, "missing"))
        return f'<td class="{css}"><span aria-hidden="true">–</span><span class="hidden">{missing}</span></td>'
    return f'<td class="{css}">{_prose(value)}</td>'


def _table(table: Mapping[str, Any], labels: Mapping[str, str]) -> str:
    columns, rows, first = table["columns"], table["rows"], table["first_rows"]
    kinds = [column["kind"] for column in columns]
    head = "".join(
        f'<th scope="col" class="{"n" if column["kind"] in _NUMERIC else "t"}'
        f'{_WIDTHS.get(column["name"], "")}">'
        f"{_escape(column['label'])}</th>"
        for column in columns
    )
    body = []
    for number, row in enumerate(rows):
        cells = "".join(_cell(value, kind, labels) for value, kind in zip(row, kinds, strict=True))
        later = ' class="later"' if first is not None and number >= first else ""
        body.append(f"<tr{later}>{cells}</tr>")
    caption = _escape(table["caption"])
    name = _escape(table["id"])
    tools = _table_tools(name, len(rows), first, labels) if len(rows) >= _LEAST_TO_SAVE else ""
    wide = any(_WIDTHS.get(column["name"]) == " wide" for column in columns)
    compact = " compact" if len(columns) <= 4 and not wide else ""
    return (
        f'<div class="table{compact}" id="table-{name}"><h3 id="caption-{name}">{caption}</h3>{tools}'
        f'<div class="scroll" tabindex="0" role="region" aria-labelledby="caption-{name}">'
        f'<table aria-labelledby="caption-{name}"><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(body)}</tbody></table></div></div>"
    )


def _table_tools(name: str, rows: int, first: int | None, labels: Mapping[str, str]) -> str:
    """What a script can do with a table; without one it stays hidden and all is there to read."""

    def attribute(label: str) -> str:
        return f'data-{label.replace("_", "-")}="{_escape(_label(labels, label))}"'

    save = (
        f'<button type="button" class="save" data-file="{name}.csv" '
        f'title="{_escape(_label(labels, "download_hint"))}" aria-describedby="caption-{name}">'
        f"{_escape(_label(labels, 'download'))}</button>"
    )
    if first is None:
        return f'<div class="tools" hidden>{save}</div>'
    search = _escape(_label(labels, "search"))
    hint = _escape(_label(labels, "search_hint"))
    return (
        f'<div class="tools" hidden data-first="{first}" data-rows="{rows}" '
        f"{attribute('show_all')} {attribute('show_first')} {attribute('rows_shown')} "
        f"{attribute('nothing_found')}>"
        f'<label for="search-{name}">{search}</label>'
        f'<input type="search" id="search-{name}" placeholder="{hint}" autocomplete="off">'
        '<button type="button" class="more"></button>'
        f"{save}"
        '<span class="count" role="status"></span></div>'
    )
