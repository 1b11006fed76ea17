#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Goal: the README's programs in C and C++ run and print what it says.

Method: takes the code blocks word for word, builds them against this build, and compares what they
print with the comment beside the printing line. (The Python block is run by tests/python.)

    readme_test.py README.md BUILD_DIR INCLUDE_DIR --cc CC --cxx CXX
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path


def block(page: str, language: str) -> str:
    found = re.findall(rf"^```{language}\n(.*?)^```$", page, flags=re.DOTALL | re.MULTILINE)
    if len(found) != 1:
        sys.exit(f"the README has {len(found)} blocks in {language} where there should be one")
    return found[0]


def promised(code: str) -> str:
    """What the comment at the end of the printing line says."""
    return re.search(r'\);\s*(?://|/\*)\s*([0-9. ]+?)\s*(?:\*/)?$', code, flags=re.MULTILINE)[1]


def run(*command: object) -> str:
    done = subprocess.run([str(w) for w in command], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")
    return done.stdout.strip()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("readme", type=Path)
    parser.add_argument("build", type=Path)
    parser.add_argument("include", type=Path)
    parser.add_argument("--cc", default="cc")
    parser.add_argument("--cxx", default="c++")
    arguments = parser.parse_args()
    page = arguments.readme.read_text()
    build = arguments.build
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        c, cpp = block(page, "c"), block(page, "cpp")
        (work / "example.c").write_text(c)
        (work / "example.cc").write_text(cpp)
        run(arguments.cc, "-std=c99", "-Wall", "-Wextra", "-Werror", work / "example.c",
            f"-I{build / 'capi_include'}", f"-L{build}", "-lfidelia", f"-Wl,-rpath,{build.resolve()}",
            "-o", work / "c")  # fmt: skip
        run(arguments.cxx, "-std=c++20", "-Wall", "-Wextra", "-Werror", work / "example.cc",
            f"-I{arguments.include}", build / "libfidelia_cpp.a", "-pthread", "-o", work / "cpp")
        for program, code in (("c", c), ("cpp", cpp)):
            printed = run(work / program)
            if printed != promised(code):
                sys.exit(f"{program} printed {printed}, the README says {promised(code)}")
            print(f"{program}: {printed}")


if __name__ == "__main__":
    main()
