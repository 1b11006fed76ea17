# SPDX-License-Identifier: Apache-2.0
"""libfidelia.so shows the C ABI and nothing else.

Goal: the library can live in any process, beside any other copy of what it is made of.
Method: `nm` and `readelf` on the built file. The functions that it exports must be exactly those that the
list says; it may need the C and C++ runtimes only; its soname carries the ABI's number; nothing in it
runs at exit by surprise or makes the stack executable.
"""

import argparse
import re
import subprocess
import sys

ALLOWED_NEEDED = re.compile(
    r"^(libc|libm|libmvec|libstdc\+\+|libgcc_s|libpthread|libsqlite3|ld-linux-[a-z0-9-]+)\.so\.[0-9]+$")


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("library")
    parser.add_argument("symbols")
    parser.add_argument("--soname", required=True)
    arguments = parser.parse_args()

    faults = []
    with open(arguments.symbols, encoding="utf-8") as stream:
        wanted = set(stream.read().split())
    exported = set()
    for line in run("nm", "-D", "--defined-only", arguments.library).splitlines():
        kind, name = line.split()[-2:]
        name = name.split("@")[0]
        if kind == "A":  # the version node itself
            continue
        exported.add(name)
        if kind != "T":
            faults.append(f"{name} is exported but is no function (nm says {kind})")
    faults += [f"{name} is declared in the header but not exported" for name in sorted(wanted - exported)]
    faults += [f"{name} is exported but not declared in the header" for name in sorted(exported - wanted)]
    faults += [f"{name} does not begin with fidelia_" for name in wanted if not name.startswith("fidelia_")]
    if len(wanted) < 3:
        faults.append(f"{arguments.symbols} lists {len(wanted)} functions: the header was not understood")

    dynamic = run("readelf", "-dW", arguments.library)
    needed = re.findall(r"\(NEEDED\).*\[(.+)\]", dynamic)
    faults += [f"needs {name}" for name in needed if not ALLOWED_NEEDED.match(name)]
    soname = re.findall(r"\(SONAME\).*\[(.+)\]", dynamic)
    if soname != [arguments.soname]:
        faults.append(f"soname is {soname}, not {arguments.soname}")
    if "TEXTREL" in dynamic:
        faults.append("holds text relocations")
    if re.search(r"\((RPATH|RUNPATH)\)", dynamic) and "/" in "".join(
            re.findall(r"\((?:RPATH|RUNPATH)\).*\[(.*)\]", dynamic)):
        faults.append("carries a path of the machine that built it")
    if re.search(r"GNU_STACK.*\bRWE\b", run("readelf", "-lW", arguments.library)):
        faults.append("asks for an executable stack")

    print("\n".join(faults) if faults else
          f"{len(exported)} functions exported as declared; needs {', '.join(needed)}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
