# SPDX-License-Identifier: Apache-2.0
"""The manual as a folder of HTML pages that need no network: ``fidelia manual --site DIR``.

Guides are written (``_guides/*.md``); the reference of the catalogue, of Python, of the command line,
of ``fidelia.h`` and of the C++ headers is read from what is installed, so that it cannot fall behind.
"""

from __future__ import annotations

import html
import inspect
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from . import _catalogue, _core
from ._errors import UnsupportedError

__all__ = ["GUIDES", "guide", "write_site"]

#: The written guides, in the order in which they are read.
GUIDES = ("index", "tutorial", "analyst", "erp_developer", "vendor", "rules")

_HERE = Path(__file__).parent
_SECTIONS = {
    "fact": "Facts",
    "measure": "Measures",
    "model": "Models",
    "score": "Scores",
    "advice": "Advice",
    "report": "Reports",
    "simulation": "Simulation",
}


@dataclass
class Page:
    """One page: where it stands, what it is called, and what it holds."""

    path: str  # a file of the site's folder, which has no others: it may be a folder in use
    title: str
    group: str
    body: str  # HTML
    summary: str = ""  # one sentence, for the search
    names: list[str] = field(default_factory=list)  # further words to find it by


def guide(name: str) -> str:
    """A written guide as Markdown.

    Examples
    --------
    >>> guide("tutorial").splitlines()[0].startswith("# ")
    True
    """
    return (_HERE / "_guides" / f"{name}.md").read_text(encoding="utf-8")


# -- Markdown and code ---------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _markdown() -> Any:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False, "highlight": _highlight}).enable("table")


@lru_cache(maxsize=1)
def _formatter() -> Any:
    from pygments.formatters import HtmlFormatter

    return HtmlFormatter(nowrap=True)


def _highlight(code: str, language: str, _attributes: str) -> str:
    from pygments import highlight
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        lexer = get_lexer_by_name({"c": "c", "cpp": "cpp"}.get(language, language or "text"))
    except ClassNotFound:
        lexer = get_lexer_by_name("text")
    return str(highlight(code, lexer, _formatter()))


def _anchor(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def _render(markdown: str) -> str:
    """HTML of a Markdown text; headings get anchors, tables scroll sideways by themselves."""
    body = str(_markdown().render(markdown))
    body = re.sub(
        r"<h([23])>(.*?)</h\1>",
        lambda m: f'<h{m[1]} id="{_anchor(re.sub("<[^>]+>", "", m[2]))}">{m[2]}</h{m[1]}>',
        body,
    )
    body = body.replace("<table>", '<div class="scroll" tabindex="0"><table>')
    return body.replace("</table>", "</table></div>")


def _escape(text: str) -> str:
    return html.escape(text, quote=True)


def _title_of(markdown: str) -> str:
    return markdown.splitlines()[0].lstrip("# ").strip()


# -- the pages -----------------------------------------------------------------------------------


def _guide_pages() -> Iterator[Page]:
    for name in GUIDES:
        text = guide(name)
        yield Page(f"{name}.html", _title_of(text), "Guides", _render(text))


def _entry_pages() -> Iterator[Page]:
    from ._manual import entry_lines, reading_lines

    listed = _catalogue.entries()
    for one in listed:
        entry = _catalogue.entry(one["name"])
        text = "\n".join(entry_lines(entry, "#"))
        names = [c["name"] for call in [entry, *entry["calls"]] for c in call["options"]]
        if one["kind"] == "model":
            names.append(_catalogue.class_name(one["name"]))
        yield Page(
            f"entry-{one['name']}.html",
            one["name"],
            _SECTIONS.get(one["kind"], one["kind"]),
            _render(text),
            one["help"],
            names,
        )
    reading = "\n".join(reading_lines(_catalogue.entry(listed[0]["name"]), "#"))
    yield Page("every_call.html", "Options of every call", "Reference", _render(reading))


def _signature(value: Any) -> str:
    try:
        return str(inspect.signature(value))
    except (TypeError, ValueError):
        return ""


def _docstring(name: str, value: Any, level: int) -> str:
    text = inspect.getdoc(value) or ""
    heading = _escape(name + (_signature(value) if callable(value) else ""))
    return (
        f'<h{level} id="{_anchor(name)}"><code>{heading}</code></h{level}>'
        f'<pre class="doc">{_escape(text)}</pre>'
    )


def _python_page() -> Page:
    import fidelia

    parts = [f"<h1>Python</h1><pre class='doc'>{_escape(fidelia.__doc__ or '')}</pre>"]
    names = []
    for name in sorted(vars(fidelia)["_STATIC"]):
        value = getattr(fidelia, name)
        if not (inspect.isclass(value) or inspect.isfunction(value)):
            continue
        names.append(name)
        parts.append(_docstring(name, value, 2))
        if inspect.isclass(value) and not issubclass(value, BaseException):
            members = inspect.getmembers(
                value, lambda m: inspect.isfunction(m) or isinstance(m, property)
            )
            parts += [_docstring(f"{name}.{m}", v, 3) for m, v in members if m[0] != "_"]
    return Page("python.html", "Python", "Reference", "".join(parts), "Classes and functions.", names)


def _command_page() -> Page:
    import typer

    from .cli import app

    group = typer.main.get_command(app)
    parts = ["<h1>The command line</h1>"]
    commands = getattr(group, "commands", {})
    for name, command in sorted(commands.items()):
        text = (command.help or "").replace("\b\n", "")
        parts.append(f'<h2 id="{name}">fidelia {name}</h2><pre class="doc">{_escape(text)}</pre>')
        rows = []
        for parameter in command.params:
            flags = ", ".join([*parameter.opts, *parameter.secondary_opts])
            about = getattr(parameter, "help", "") or ""
            rows.append(f"<tr><td><code>{_escape(flags)}</code></td><td>{_escape(about)}</td></tr>")
        parts.append(f'<div class="scroll" tabindex="0"><table>{"".join(rows)}</table></div>')
    return Page(
        "command_line.html",
        "The command line",
        "Reference",
        "".join(parts),
        "fidelia report, score, sample, list and the others.",
        [f"fidelia {name}" for name in commands],
    )


def _header_folder() -> Path:
    return _HERE / "_headers"


def _prose_and_code(text: str, comment: str) -> tuple[str, str]:
    """The comment that opens a header, as plain text, and the rest."""
    lines = text.splitlines()
    head = []
    while lines and (lines[0].startswith(comment) or lines[0].startswith("/*")):
        line = lines.pop(0)
        head.append(re.sub(r"^(/\*|//| \*/?| \*)\s?", "", line).removesuffix("*/"))
        if line.rstrip().endswith("*/"):
            break
    body = "\n".join(line for line in head if "SPDX-License" not in line).strip("\n")
    return body, "\n".join(lines).strip() + "\n"


def _header_page(path: Path, where: str, title: str, group: str, comment: str) -> Page:
    prose, code = _prose_and_code(path.read_text(encoding="utf-8"), comment)
    language = "c" if comment == " *" else "cpp"
    names = sorted(set(re.findall(r"\b(?:class|struct|enum class) (\w+)", code)))
    names += sorted(set(re.findall(r"\b(fidelia_\w+)\(", code)))
    body = (
        f"<h1><code>{_escape(title)}</code></h1><pre class='doc'>{_escape(prose)}</pre>"
        f'<pre class="code" tabindex="0">{_highlight(code, language, "")}</pre>'
    )
    return Page(where, title, group, body, prose.split("\n\n")[0].replace("\n", " "), names)


def _header_pages() -> Iterator[Page]:
    folder = _header_folder()
    if not folder.is_dir():
        return
    yield _header_page(folder / "fidelia.h", "c.html", "fidelia.h", "C", " *")
    for path in sorted((folder / "fidelia").rglob("*.h")):
        name = path.relative_to(folder).as_posix()
        where = f"cpp-{name.removeprefix('fidelia/').removesuffix('.h').replace('/', '-')}.html"
        yield _header_page(path, where, name, "C++", "//")


# -- the frame -----------------------------------------------------------------------------------


def _navigation(pages: list[Page], here: Page) -> str:
    groups: dict[str, list[Page]] = {}
    for page in pages:
        groups.setdefault(page.group, []).append(page)
    parts = []
    for group, members in groups.items():
        links = "".join(
            f'<li><a href="{page.path}"'
            f"{' aria-current=page' if page is here else ''}>{_escape(page.title)}</a></li>"
            for page in members
        )
        opened = " open" if group == here.group or group == "Guides" else ""
        parts.append(f"<details{opened}><summary>{_escape(group)}</summary><ul>{links}</ul></details>")
    return "".join(parts)


def _framed(page: Page, pages: list[Page]) -> str:
    frame = (_HERE / "_site" / "page.html").read_text(encoding="utf-8")
    slots = {
        "title": _escape(page.title),
        "version": _escape(_core.version()),
        "navigation": _navigation(pages, page),
        "body": page.body,
    }
    return re.sub(r"\{\{([a-z]+)\}\}", lambda slot: slots[slot.group(1)], frame)


def _index_script(pages: list[Page]) -> str:
    """The search's index as a script: a page opened from a folder may not fetch a file."""
    rows = [[p.title, p.path, p.group, p.summary, " ".join(p.names)] for p in pages]
    text = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
    return f"window.fideliaPages={text};\n"


def pages() -> list[Page]:
    """All pages of the site, in the order of its navigation."""
    try:
        import markdown_it  # noqa: F401
        import pygments  # noqa: F401
    except ImportError as error:
        raise UnsupportedError(f"the site of the manual needs the package {error.name}") from error
    return [
        *_guide_pages(),
        *_entry_pages(),
        _python_page(),
        _command_page(),
        *_header_pages(),
    ]


def write_site(folder: str) -> list[str]:
    """Write the whole site into an existing folder.

    Returns
    -------
    list of str
        The files written, relative to the folder.
    """
    from pygments.formatters import HtmlFormatter

    every = pages()
    files = {page.path: _framed(page, every) for page in every}
    style = (_HERE / "_site" / "site.css").read_text(encoding="utf-8")
    light = HtmlFormatter(style="friendly").get_style_defs("pre")
    files["site.css"] = f"{style}\n{light}\n"
    files["site.js"] = (_HERE / "_site" / "site.js").read_text(encoding="utf-8")
    files["pages.js"] = _index_script(every)
    for path, text in files.items():
        with open(os.path.join(folder, path), "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
    return sorted(files)
