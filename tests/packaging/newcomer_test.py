#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Goal: a newcomer adds a score by CONTRIBUTING.md's page, and it appears everywhere.

Method: takes the page's code blocks word for word into a copy of the tree (one header, one line in
the list of entries, one test), builds it, runs the score's own test, and finds and calls the score
through the C ABI, in Python, on the command line and in the manual.

    newcomer_test.py SOURCE_DIR WORK_DIR [ABSEIL_SOURCE]

Runs with a Python in which Fidelia's own requirements are installed.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

HEADER = "include/fidelia/scoring/repeat_rate.h"
TEST = "tests/scoring/repeat_rate_test.cc"

C_PROGRAM = r"""
#include <fidelia.h>
#include <stdio.h>
#include <string.h>
int main(void) {
  fidelia_text *text = NULL;
  if (fidelia_describe("repeat_rate", &text, NULL) != FIDELIA_OK) return 1;
  if (strstr(fidelia_text_data(text), "Units of time that a rate counts for.") == NULL) return 2;
  fidelia_text_destroy(text);
  puts("C finds repeat_rate");
  return 0;
}
"""

PYTHON_PROGRAM = """
import fidelia, inspect, pyarrow as pa
table = pa.table({"customer_id": ["a", "b"], "frequency": [3.0, 0.0], "T": [6.0, 0.0]})
rates = fidelia.repeat_rate(table, per=4)
assert rates.to_dict()["repeat_rate"] == [2.0, None], rates.to_dict()
assert rates.to_dict()["customer_id"] == ["a", "b"]
assert "per" in inspect.signature(fidelia.repeat_rate).parameters
assert "How often a customer buys again." in fidelia.repeat_rate.__doc__
print("Python calls repeat_rate")
"""


def run(*command: str | Path, **more: object) -> str:
    done = subprocess.run(
        [str(word) for word in command], capture_output=True, text=True, check=False, **more
    )
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}")
    return done.stdout


def blocks(page: str) -> tuple[str, str, str]:
    """The page's three code blocks, in their order: header, line, test."""
    found = re.findall(r"^```cpp\n(.*?)^```$", page, flags=re.DOTALL | re.MULTILINE)
    if len(found) != 3:
        sys.exit(f"CONTRIBUTING.md has {len(found)} C++ blocks where the page needs three")
    return found[0], found[1], found[2]


def follow_the_page(source: Path, tree: Path) -> None:
    header, line, test = blocks((source / "CONTRIBUTING.md").read_text())
    ignore = shutil.ignore_patterns("build", ".git", "__pycache__")
    shutil.copytree(source, tree, ignore=ignore, dirs_exist_ok=True)
    (tree / HEADER).write_text(header)
    (tree / TEST).write_text(test)
    entries = tree / "src/catalogue.cc"
    text = entries.read_text()
    include = '#include "fidelia/scoring/repeat_rate.h"\n'
    text = text.replace("\nnamespace fidelia {", include + "\nnamespace fidelia {", 1)
    text = text.replace("  };\n  return entries;", f"      {line.strip()}\n  }};\n  return entries;")
    entries.write_text(text)


def environment_of(tree: Path) -> dict[str, str]:
    """Paths below the tree count as relative, so ccache knows what the source's own build compiled."""
    return {**os.environ, "CCACHE_BASEDIR": str(tree), "CCACHE_NOHASHDIR": "1"}


def build_and_test(tree: Path, absl: str) -> Path:
    build = tree / "build/check"  # whose objects ccache has from the build that CI tests
    (tree / "build").mkdir()
    if absl:
        (tree / "build/abseil").symlink_to(absl)
    environment = environment_of(tree)
    run("cmake", "--preset", "check", "-DFIDELIA_BENCHMARKS=OFF", cwd=tree, env=environment)
    run("cmake", "--build", build, "--target", "fidelia", "fidelia_scoring_test", env=environment)
    test = next(build.rglob("fidelia_scoring_test"))
    assert "1 test" in run(test, "--gtest_filter=RepeatRate.*")
    return build


def call_from_c(build: Path, work: Path) -> None:
    program = work / "find.c"
    program.write_text(C_PROGRAM)
    where = build / "capi_include"
    run("cc", program, f"-I{where}", f"-L{build}", "-lfidelia", f"-Wl,-rpath,{build}",
        "-o", work / "find")  # fmt: skip
    print(run(work / "find").strip())


def call_from_python(tree: Path, work: Path) -> None:
    site = work / "site"
    environment = {**environment_of(tree), "PYTHONPATH": str(site), "COLUMNS": "120"}
    # What the package needs is there already; only the changed package is built.
    run(sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", site,
        "--config-settings=cmake.define.FIDELIA_WARNINGS=ON", tree, env=environment)  # fmt: skip

    def fidelia(*command: str) -> str:
        return run(sys.executable, "-m", "fidelia", *command, env=environment)

    print(run(sys.executable, "-c", PYTHON_PROGRAM, env=environment).strip())
    shown = fidelia("list", "repeat_rate")
    assert "How often a customer buys again." in shown and "per" in shown, shown
    assert "repeat_rate" in fidelia("list")
    manual = fidelia("manual")
    assert "## repeat_rate" in manual and "Units of time that a rate counts for." in manual
    stubs = "".join(path.read_text() for path in (site / "fidelia").glob("*.pyi"))
    assert "def repeat_rate(" in stubs
    print("the command line, the manual and the stubs know repeat_rate")


def main() -> None:
    source, work = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
    absl = sys.argv[3] if len(sys.argv) > 3 else ""
    shutil.rmtree(work, ignore_errors=True)
    tree = work / "tree"
    follow_the_page(source, tree)
    build = build_and_test(tree, absl)
    call_from_c(build, work)
    call_from_python(tree, work)


if __name__ == "__main__":
    main()
