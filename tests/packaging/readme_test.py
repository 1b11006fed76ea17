#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Goal: the programs in C and C++ of the README and of the guides run and print what the page says.

Method: takes the code blocks word for word, builds them against this build, and compares what they
print with what the page promises. (Blocks in Python are run by tests/python.)

    readme_test.py BUILD_DIR INCLUDE_DIR README.md GUIDE.md... --cc CC --cxx CXX
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path


def blocks(page: Path) -> list[tuple[str, str, str]]:
    """Language, code and promised output of a page's programs in C and C++.

    What a program prints stands in the block `text` after it, or in a comment that ends the printing line.
    """
    found = []
    parts = re.findall(r"^```(\w*)\n(.*?)^```$", page.read_text(), flags=re.DOTALL | re.MULTILINE)
    for i, (language, code) in enumerate(parts):
        if language in ("c", "cpp") and "int main(" in code:
            after = parts[i + 1] if i + 1 < len(parts) else ("", "")
            found.append((language, code, after[1].strip() if after[0] == "text" else promised(code)))
    return found


def promised(code: str) -> str:
    """What the comment at the end of the printing line says."""
    return re.search(r"\);\s*(?://|/\*)\s*([0-9. ]+?)\s*(?:\*/)?$", code, flags=re.MULTILINE)[1]


def run(*command: object) -> str:
    done = subprocess.run([str(w) for w in command], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")
    return done.stdout.strip()


def build(arguments: argparse.Namespace, language: str, source: Path, program: Path) -> None:
    folder = arguments.build
    if language == "c":
        run(arguments.cc, "-std=c11", "-Wall", "-Wextra", "-Werror", source, f"-I{folder / 'capi_include'}",
            f"-L{folder}", "-lfidelia", f"-Wl,-rpath,{folder.resolve()}", "-o", program)  # fmt: skip
    else:
        run(arguments.cxx, "-std=c++20", "-Wall", "-Wextra", "-Werror", source, f"-I{arguments.include}",
            folder / "libfidelia_cpp.a", "-pthread", "-o", program)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("build", type=Path)
    parser.add_argument("include", type=Path)
    parser.add_argument("pages", type=Path, nargs="+", help="in Markdown; the first is the README")
    parser.add_argument("--cc", default="cc")
    parser.add_argument("--cxx", default="c++")
    arguments = parser.parse_args()
    if sorted(language for language, _, _ in blocks(arguments.pages[0])) != ["c", "cpp"]:
        sys.exit(f"{arguments.pages[0]} should have one program in C and one in C++")
    with tempfile.TemporaryDirectory() as folder:
        for page in arguments.pages:
            for number, (language, code, wanted) in enumerate(blocks(page)):
                source = Path(folder) / f"{page.stem}_{number}.{'c' if language == 'c' else 'cc'}"
                source.write_text(code)
                program = source.with_suffix("")
                build(arguments, language, source, program)
                printed = run(program)
                if printed != wanted:
                    sys.exit(f"{page}, program {number}: printed {printed}, the page says {wanted}")
                print(f"{page.name}, {language}: {printed}")


if __name__ == "__main__":
    main()
