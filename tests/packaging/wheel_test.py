# SPDX-License-Identifier: Apache-2.0
"""The installed wheel works on this Python.

Goal: one wheel serves every CPython from 3.10 on.
Method: run by cmake/wheel.sh with each Python after installing the wheel: the package must come from the
installation and not from the sources, say the version of its metadata, carry the C library and its type
information, and start its command line.
"""

import subprocess
import sys
from importlib import metadata
from pathlib import Path

import fidelia
from fidelia import _core

folder = Path(fidelia.__file__).parent
faults = []
if "site-packages" not in folder.parts:
    faults.append(f"imported {folder}, not the installed package")
if fidelia.__version__ != metadata.version("fidelia"):
    faults.append(f"version {fidelia.__version__} but metadata {metadata.version('fidelia')}")
if not _core.__file__.endswith(".abi3.so"):
    faults.append(f"{_core.__file__} is not for the stable ABI")
if [path.name for path in folder.glob("libfidelia*")] != ["libfidelia.so.0"]:
    faults.append(f"C libraries in the package: {list(folder.glob('libfidelia*'))}")
if not (folder / "py.typed").exists():
    faults.append("py.typed is missing")
command = Path(sys.executable).with_name("fidelia")
done = subprocess.run([command, "--help"], capture_output=True, text=True)
if done.returncode != 0 or "report" not in done.stdout:
    faults.append(f"fidelia --help: {done.stdout}{done.stderr}")

print("\n".join(faults) if faults else f"wheel works on Python {sys.version.split()[0]}")
sys.exit(1 if faults else 0)
