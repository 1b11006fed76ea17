# SPDX-License-Identifier: Apache-2.0
"""The ABI is the one on record.

Goal: no program that was built against an older header is broken without anybody having meant it.
Method: reads capi/fidelia.h, compiles a C program that prints the value of every constant and the size and
offsets of every struct, adds the exported functions, and compares with tests/golden/abi.txt. While
FIDELIA_ABI_MAJOR is 0 a difference is reported only; from 1 on it fails. `--write` makes a new record.
"""

import argparse
import difflib
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def without_comments(text):
    return re.sub(r"/\*.*?\*/", " ", text, flags=re.DOTALL)


def structs_of(text):
    """Each struct that the header defines, with its fields in order."""
    for body, name in re.findall(r"typedef struct \w+ \{(.*?)\n\} (\w+);", text, flags=re.DOTALL):
        fields = []
        for declaration in body.split(";")[:-1]:
            hook = re.search(r"\(\*(\w+)\)\(", declaration)  # `type (*name)(...)`
            fields.append(hook.group(1) if hook else re.findall(r"\w+", declaration)[-1])
        yield name, fields


def constants_of(text):
    """Macros with a value; those of the compiler's words have none."""
    for name, value in re.findall(r"^#define (FIDELIA_\w+)[ \t]+(\S+)[ \t]*$", text, flags=re.MULTILINE):
        if re.fullmatch(r"[0-9a-fxA-FX]+u?", value):
            yield name


def program(text):
    lines = ["#include <fidelia.h>", "#include <stdio.h>", "int main(void) {"]
    lines += [f'  printf("{name} %ld\\n", (long)({name}));' for name in constants_of(text)]
    for name, fields in structs_of(text):
        lines.append(f'  printf("{name} %lu\\n", (unsigned long)sizeof({name}));')
        lines += [f'  printf("{name}.{field} %lu %lu\\n", (unsigned long)offsetof({name}, {field}), '
                  f"(unsigned long)sizeof((({name} *)0)->{field}));" for field in fields]
    return "\n".join([*lines, "  return 0;", "}", ""])


def record(cc, header, symbols):
    text = without_comments(header.read_text())
    with tempfile.TemporaryDirectory() as folder:
        source, binary = Path(folder) / "print.c", Path(folder) / "print"
        source.write_text(program(text))
        subprocess.run([cc, "-Wall", "-Werror", f"-I{header.parent}", source, "-o", binary], check=True)
        layout = subprocess.run([binary], check=True, capture_output=True, text=True).stdout.splitlines()
    names = sorted(Path(symbols).read_text().split())
    # The declaration, too: the number and types of arguments are not in the symbol.
    functions = []
    for name in names:
        found = re.search(rf"FIDELIA_API ((?:FIDELIA_CHECK )?[^;]*?\b{name}\(.*?\));?\s*(?:FIDELIA_NOEXCEPT)?;",
                          text, flags=re.DOTALL)
        if not found:
            sys.exit(f"{name} is exported, but its declaration was not understood")
        functions.append(re.sub(r"\s+", " ", found.group(1)).replace("FIDELIA_CHECK ", "").replace("( ", "("))
    return ["# value of constants; size of structs; offset and size of fields", *layout, "# functions", *functions]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("symbols")
    parser.add_argument("--cc", default="cc")
    parser.add_argument("--header", type=Path, default=ROOT / "capi" / "fidelia.h")
    parser.add_argument("--record", type=Path, default=ROOT / "tests" / "golden" / "abi.txt")
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()

    now = record(arguments.cc, arguments.header, arguments.symbols)
    if arguments.write:
        arguments.record.write_text("\n".join(now) + "\n")
        return 0
    then = arguments.record.read_text().splitlines()
    major = next(int(line.split()[1]) for line in now if line.startswith("FIDELIA_ABI_MAJOR "))
    if not any(line.startswith("fidelia_customer.") for line in now) or "FIDELIA_OK 0" not in now:
        print("the header was not understood")
        return 1
    if now == then:
        print(f"{len(now) - 2} facts of the ABI as on record")
        return 0
    print("\n".join(difflib.unified_diff(then, now, "on record", "now", lineterm="", n=0)))
    if major == 0:
        print("The ABI differs from the record. It may until the first release; then say so: abi_record_test.py --write")
        return 0
    return 1


if __name__ == "__main__":
    sys.exit(main())
