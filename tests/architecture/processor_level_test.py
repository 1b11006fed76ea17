# SPDX-License-Identifier: Apache-2.0
"""Code for newer processors stays in its own objects.

Goal: a library that holds AVX2 and AVX-512 kernels still runs on any x86-64 processor.
Method: an inline function or template that such an object defines as a weak symbol may be the copy that
the linker keeps for everybody, and an older processor then meets an unknown instruction. So the objects of
*_avx2.cc and *_avx512.cc may define no weak symbol: anonymous namespaces, no standard containers.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

LEVEL = re.compile(r"_(avx2|avx512)\.cc\.o$")
# Weak by the standard's wish, and data or code that carries no vector instruction.
HARMLESS = re.compile(r"^(DW\.ref\.|_ZTI|_ZTS|__clang_call_terminate)")


def weak_symbols(path):
    lines = subprocess.run(["nm", "--defined-only", str(path)], check=True, capture_output=True, text=True)
    for line in lines.stdout.splitlines():
        fields = line.split()
        if len(fields) == 3 and fields[1] in "WVu" and not HARMLESS.match(fields[2]):
            yield fields[2]


def self_test():
    """The check must see a weak function, and must pass code that keeps to itself."""
    weak = "#include <vector>\nint f(int n) { std::vector<int> v; v.resize(unsigned(n)); return v.back(); }\n"
    plain = "namespace { int g(int n) { return n * 2; } }\nint f(int n) { return g(n); }\n"
    with tempfile.TemporaryDirectory() as folder:
        seen = []
        for name, text in (("weak", weak), ("plain", plain)):
            source, target = Path(folder) / f"{name}.cc", Path(folder) / f"{name}.o"
            source.write_text(text)
            subprocess.run(["c++", "-O0", "-c", str(source), "-o", str(target)], check=True)
            seen.append(bool(list(weak_symbols(target))))
    return seen == [True, False]


def main():
    objects = [Path(p) for argument in sys.argv[1:] for p in argument.split(";") if LEVEL.search(p)]
    faults = [f"{path.name}: weak symbol {name}" for path in objects for name in weak_symbols(path)]
    if not self_test():
        faults.append("self-test: nm does not tell weak symbols from others")
    print("\n".join(faults) if faults else f"{len(objects)} objects for newer processors keep to themselves")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
