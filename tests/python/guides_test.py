# SPDX-License-Identifier: Apache-2.0
"""Goal: every example of the manual's guides runs and prints what the guide says.

Method: the fenced blocks of a guide in their order, in one folder and one namespace: `python` blocks are
executed, `sql` blocks are run by DuckDB, the lines of `console` blocks that begin with "$ " are run by a shell; what each prints is compared
with the `text` block, or the rest of the `console` block, that follows ("..." stands for anything, as in
doctest). C and C++ blocks are compiled by tests/packaging/readme_test.py. The tutorial's data do not come with
us: its queries run where FIDELIA_ONLINE_RETAIL names the folder that holds them.
"""

from __future__ import annotations

import contextlib
import doctest
import io
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import fidelia
from fidelia._pages import GUIDES, guide, pages, write_site

BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
COMPILED = {"c", "cpp", "cmake"}


def same(wanted: str, printed: str) -> bool:
    checker = doctest.OutputChecker()
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    return checker.check_output(wanted, printed, flags)


def python_block(code: str, names: dict[str, object], where: str) -> str:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, where, "exec"), names)
    return printed.getvalue()


def console_block(text: str, folder: Path) -> None:
    """Each "$ command" with the lines that follow it up to the next."""
    environment = {**os.environ, "COLUMNS": "100", "TERM": "dumb"}
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        match = re.match(r"((?:.*\\\n)*.*\n)", part)
        command, wanted = match[1], part[match.end() :]
        done = subprocess.run(
            command, shell=True, cwd=folder, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, f"{command}{done.stderr}"
        assert not wanted.strip() or same(wanted, done.stdout), f"{command}printed\n{done.stdout}"


def sql_block(query: str) -> str:
    """The rows, one a line, over UCI's Online Retail."""
    import duckdb

    place = Path(os.environ["FIDELIA_ONLINE_RETAIL"])
    connection = duckdb.connect()
    connection.execute(
        "CREATE VIEW orders AS SELECT customer_id, date AS ordered_at, amount::DECIMAL(18, 2) AS amount "
        f"FROM read_csv(['{place}/tx_orders.csv', '{place}/tx_credit_notes.csv'], "
        "types={'order_id': 'VARCHAR'})"
    )
    connection.execute(
        'CREATE VIEW lines AS SELECT "Customer ID" AS customer_id, "Quantity"::BIGINT AS quantity, '
        '"Price"::DECIMAL(18, 4) AS price FROM '
        f"read_csv('{place}/lines.csv.gz', all_varchar=true)"
    )
    rows = connection.execute(query).fetchall()
    return "".join(" ".join(str(value) for value in row) + "\n" for row in rows)


@pytest.fixture
def folder(tmp_path: Path, cdnow_csv: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a guide's examples run: with the CDNOW sample as orders.csv."""
    shutil.copy(cdnow_csv, tmp_path / "orders.csv")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", GUIDES)
def test_examples_run(name: str, folder: Path) -> None:
    names: dict[str, object] = {"__name__": "__main__"}
    blocks = BLOCK.findall(guide(name))
    printed = None
    for number, (language, text) in enumerate(blocks):
        where = f"{name}.md, block {number + 1}"
        if language == "python":
            printed = python_block(text, names, where)
        elif language == "console":
            console_block(text, folder)
            printed = None
        elif language == "sql":
            printed = sql_block(text) if "FIDELIA_ONLINE_RETAIL" in os.environ else None
        elif language == "text" and printed is not None:
            assert same(text, printed), f"{where}: printed\n{printed}"
            printed = None
        else:
            assert language in COMPILED | {"text", ""}, f"{where}: nobody runs {language}"
            printed = None


def test_the_site_is_whole(tmp_path: Path) -> None:
    """Every link of every page leads to a file and an anchor of the site; nothing is fetched."""
    files = set(write_site(str(tmp_path)))
    assert {"index.html", "tutorial.html", "c.html", "python.html", "site.js"} <= files
    texts = {name: (tmp_path / name).read_text(encoding="utf-8") for name in files}
    for name, text in texts.items():
        if not name.endswith(".html"):
            continue
        assert "http://" not in text.split("<main")[0] and "https://" not in text.split("<main")[0]
        for target in re.findall(r'(?:href|src)="([^"]+)"', text):
            path, _, anchor = target.partition("#")
            assert (path or name) in files, f"{name} links to {target}"
            assert not anchor or f'id="{anchor}"' in texts[path or name], f"{name}: {target}"


def test_the_site_has_a_page_for_every_entry() -> None:
    titles = {page.title for page in pages()}
    assert {entry["name"] for entry in fidelia.entries()} <= titles


def test_the_headers_are_pages() -> None:
    names = {name for page in pages() for name in page.names}
    assert {"fidelia_call", "BgNbd", "Table", "fidelia report"} <= names
