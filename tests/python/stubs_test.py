# SPDX-License-Identifier: Apache-2.0
"""Goal: type checkers see what the catalogue makes at import. Method: mypy --strict on a program that
uses it well, and on one that does not; the installed stub must be what the build's script writes now."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import fidelia

PACKAGE = Path(fidelia.__file__).parent
WRITER = Path(__file__).parents[2] / "bindings" / "python" / "write_stubs.py"

GOOD = """
import datetime

import fidelia


def work(orders: fidelia.TableLike) -> float:
    summary: fidelia.Table = fidelia.purchase_summary(
        orders, customer_id="CustomerID", unit="W", merge="D", as_of=datetime.date(1997, 9, 30)
    )
    model = fidelia.BgNbd().fit(summary)
    scores = model.predict(summary, horizon=39)
    model.save("model.json")
    same: fidelia.BgNbd = fidelia.BgNbd.load("model.json")
    known = fidelia.BgNbd.from_params(r=0.2, alpha=4.4, a=0.8, b=2.4)
    spend = fidelia.GammaGamma().fit(summary)
    value = fidelia.lifetime_value(summary, purchase_model=known, spend_model=spend)
    report = fidelia.company_report(orders, as_of="1997-09-30", progress=True)
    page: str = report.report["json"][0]
    try:
        fidelia.set_threads(2)
    except fidelia.InvalidArgumentError as error:
        print(error.column, error.row)
    parameters: dict[str, float] = same.params_
    return len(scores) + len(value) + len(page) + parameters["r"]


work({"customer_id": [1]})
"""

BAD = [
    ('fidelia.purchase_summary({}, unti="W")', "call-arg"),
    ('fidelia.purchase_summary({}, unit="fortnight")', "arg-type"),
    ("fidelia.purchase_summary(3)", "arg-type"),
    ("fidelia.purchase_summary()", "call-arg"),
    ("fidelia.BgNbd().fit({}).pigs()", "attr-defined"),
    ("fidelia.BgNbd.from_params(r=1)", "call-arg"),
    ("fidelia.no_such_thing", "attr-defined"),
    ("fidelia.company_report({}).scores + 1", "operator"),
]


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mypy-cache")


def mypy(folder: Path, cache: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "mypy", "--strict", f"--cache-dir={cache}", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder).stdout


def test_a_good_program(tmp_path: Path, cache: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(GOOD)
    assert "Success: no issues found" in mypy(tmp_path, cache, path.name)


def test_bad_programs(tmp_path: Path, cache: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text("import fidelia\n" + "\n".join(line for line, _ in BAD) + "\n")
    found = mypy(tmp_path, cache, path.name).splitlines()
    for number, (line, code) in enumerate(BAD, start=2):
        errors = [one for one in found if f"program.py:{number}: error" in one]
        assert any(f"[{code}]" in one for one in errors), (line, errors)


def test_the_stub_names_everything() -> None:
    tree = ast.parse((PACKAGE / "__init__.pyi").read_text())
    defined = {n.name for n in tree.body if isinstance(n, (ast.FunctionDef, ast.ClassDef))}
    imported = {a.asname for n in tree.body if isinstance(n, ast.ImportFrom) for a in n.names}
    for name in fidelia.__all__:
        assert name in defined | imported, name


def test_the_stub_is_what_the_library_says(tmp_path: Path) -> None:
    library = next(PACKAGE.glob("libfidelia.so*"))
    command = [sys.executable, str(WRITER), "--library", str(library), "--output", str(tmp_path)]
    subprocess.run(command, check=True)
    assert (tmp_path / "__init__.pyi").read_text() == (PACKAGE / "__init__.pyi").read_text()


def test_the_package_says_that_it_is_typed() -> None:
    assert (PACKAGE / "py.typed").exists()


def test_the_package_itself(tmp_path: Path, cache: Path) -> None:
    out = mypy(
        tmp_path, cache, "--python-version=3.10", "--ignore-missing-imports", "-p", "fidelia"
    )
    assert "Success: no issues found" in out, out
