# SPDX-License-Identifier: Apache-2.0
"""Every public header compiles alone, and the C header in every C and C++ that a host may use.

Goal: including one header never needs another one first, and never brings warnings into a user's build.
Method: for each header a file of two lines includes it twice and is compiled with all warnings as errors.
The C header is compiled as C89 to C17 and as C++11 to C++20. A header with a fault of each kind is
compiled as well and must be refused.
"""

import argparse
import concurrent.futures
import os
import subprocess
import sys
import tempfile
from pathlib import Path

WARNINGS = ["-Wall", "-Wextra", "-Werror", "-pedantic-errors", "-Wshadow"]
C_STANDARDS = ["c89", "gnu89", "c99", "c11", "c17"]
CXX_STANDARDS = ["c++11", "c++14", "c++17", "c++20"]


def compile_text(compiler, flags, text, suffix, folder):
    """The compiler's complaints, or an empty string."""
    with tempfile.NamedTemporaryFile("w", suffix=suffix, dir=folder, delete=False) as source:
        source.write(text)
    done = subprocess.run([*compiler.split(), *flags, "-fsyntax-only", source.name], capture_output=True, text=True)
    return done.stderr if done.returncode else ""


def jobs_for(root, cc, cxx):
    header = root / "capi" / "fidelia.h"
    if header.exists():
        text = '#include "fidelia.h"\n#include "fidelia.h"\nint main(void) { return 0; }\n'
        flags = [*WARNINGS, f"-I{header.parent}"]
        for standard in C_STANDARDS:
            extra = ["-Wstrict-prototypes", "-Wold-style-definition"]
            yield f"fidelia.h as {standard}", cc, [*flags, *extra, f"-std={standard}"], text, ".c"
        for standard in CXX_STANDARDS:
            yield f"fidelia.h as {standard}", cxx, [*flags, f"-std={standard}"], text, ".cc"
    for path in sorted((root / "include").rglob("*.h")):
        name = path.relative_to(root / "include").as_posix()
        text = f'#include "{name}"\n#include "{name}"\n'
        # Only the folder that users get: a private header cannot be found from here.
        flags = [*WARNINGS, "-Wconversion", "-std=c++20", f"-I{root / 'include'}"]
        yield name, cxx, flags, text, ".cc"


def self_test(cc, cxx, folder):
    cases = [
        (cxx, [*WARNINGS, "-std=c++20"], "inline std::string f() { return {}; }\n", ".cc"),
        (cc, [*WARNINGS, "-std=c89"], "// a comment of C99\nint f(void);\n", ".c"),
        (cc, [*WARNINGS, "-std=c89"], "enum e { a, };\n", ".c"),
    ]
    return [f"self-test: {text!r} was accepted" for compiler, flags, text, suffix in cases
            if not compile_text(compiler, flags, text, suffix, folder)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parents[2])
    parser.add_argument("--cc", default="cc")
    parser.add_argument("--cxx", default="c++")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        jobs = list(jobs_for(arguments.root, arguments.cc, arguments.cxx))
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            answers = list(pool.map(lambda job: compile_text(*job[1:], folder), jobs))
        faults = [f"{job[0]}:\n{answer}" for job, answer in zip(jobs, answers) if answer]
        faults += self_test(arguments.cc, arguments.cxx, folder)
    if not jobs:
        faults.append("no headers found")
    print("\n".join(faults) if faults else f"{len(jobs)} compilations of public headers without a complaint")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
