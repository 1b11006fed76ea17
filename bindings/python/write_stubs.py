# SPDX-License-Identifier: Apache-2.0
"""Write the type stub of the package from what the library says about itself.

Type checkers see nothing that is made at import. The build runs this after the library:

    write_stubs.py --library libfidelia.so --output DIR      writes DIR/__init__.pyi

What is not in the catalogue is read off the package's own ``__init__.py``: nothing stands twice.
"""

from __future__ import annotations

import argparse
import ast
import ctypes
import importlib.util
import json
import sys
import textwrap
from pathlib import Path
from types import ModuleType
from typing import Any

PACKAGE = Path(__file__).parent / "fidelia"

HEADER = """\
# SPDX-License-Identifier: Apache-2.0
# Written by the build from the library's catalogue; not to be edited.
from collections.abc import Callable, Mapping
from typing import Any, Literal, TypeVar
"""


def load_alone(name: str) -> ModuleType:
    """A module of the package without the package, whose extension is not there yet."""
    spec = importlib.util.spec_from_file_location(name, PACKAGE / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


class Library:
    """describe() of a libfidelia.so."""

    def __init__(self, path: str) -> None:
        self._library = ctypes.CDLL(path)
        self._library.fidelia_describe.argtypes = [
            ctypes.c_char_p,
            ctypes.POINTER(ctypes.c_void_p),
            ctypes.c_void_p,
        ]
        self._library.fidelia_text_data.argtypes = [ctypes.c_void_p]
        self._library.fidelia_text_data.restype = ctypes.c_char_p
        self._library.fidelia_text_destroy.argtypes = [ctypes.c_void_p]

    def describe(self, name: str) -> Any:
        text = ctypes.c_void_p()
        status = self._library.fidelia_describe(name.encode(), ctypes.byref(text), None)
        if status != 0:
            raise SystemExit(f"fidelia_describe({name!r}) returned {status}")
        try:
            return json.loads(self._library.fidelia_text_data(text).decode())
        finally:
            self._library.fidelia_text_destroy(text)


def static_part() -> list[str]:
    """The names that __init__.py takes from its modules, exported again."""
    lines = []
    for node in ast.parse((PACKAGE / "__init__.py").read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom) and node.level == 1:
            for alias in node.names:
                if not alias.name.startswith("_"):
                    lines.append(f"from .{node.module} import {alias.name} as {alias.name}")
    return [*lines, "", "__version__: str", ""]


def parameter_text(parameter: Any) -> str:
    if parameter.default is signatures.REQUIRED:
        return f"{parameter.name}: {parameter.annotation}"
    return f"{parameter.name}: {parameter.annotation} = {parameter.default!r}"


def definition(
    name: str, parameters: list[Any], returns: str, doc: str, *, self_type: str | None = None
) -> list[str]:
    texts = [f"self: {self_type}" if self_type else "self"] if self_type is not None else []
    by_name = False
    for parameter in parameters:
        if parameter.group != "input" and not by_name:
            texts.append("*")
            by_name = True
        texts.append(parameter_text(parameter))
    lines = [f"def {name}(", *(f"    {text}," for text in texts), f") -> {returns}:"]
    lines.append(textwrap.indent('"""' + doc.rstrip().replace("\\", "\\\\") + '\n"""', "    "))
    lines.append("    ...")
    return lines


def results_lines(name: str, outputs: list[Any]) -> list[str]:
    """The class of a call's several tables."""
    if len(outputs) == 1:
        return []
    lines = [f"class {name}(Results):"]
    return [*lines, *(f"    {slot['name']}: Table" for slot in outputs), ""]


def function_lines(entry: Any) -> list[str]:
    parameters = signatures.parameters_of(entry, entry["reading"])
    returns = signatures.returns_of(entry)
    doc = signatures.function_doc(entry, parameters, entry["detail"])
    return [
        *results_lines(returns, entry["outputs"]),
        *definition(entry["name"], parameters, returns, doc),
        "",
    ]


def class_lines(entry: Any) -> list[str]:
    name = "".join(part.capitalize() for part in entry["name"].split("_"))
    lines: list[str] = []
    methods: list[str] = []
    for call in entry["calls"]:
        returns = signatures.returns_of(call, entry["name"])
        lines += results_lines(returns, call["outputs"])
        parameters = signatures.parameters_of(call, entry["reading"])
        doc = signatures.function_doc(call, parameters)
        methods += definition(call["name"], parameters, returns, doc, self_type="")
    options = [signatures._option_parameter(option, "option") for option in entry["options"]]
    init = ["def __init__(", "    self,"]
    init += ["    *,"] if options else []
    init += [f"    {parameter_text(option)}," for option in options] + [") -> None: ..."]
    fit_parameters = signatures.parameters_of(entry, entry["reading"], options=False)
    fit_doc = signatures.fit_doc(entry, fit_parameters)
    body = [f"{option.name}: {option.annotation}" for option in options]
    body += init
    body += definition("fit", fit_parameters, "_Self", fit_doc, self_type="_Self")
    body += methods
    body += ["@classmethod", "def from_params(", "    cls: type[_Self],", "    *,"]
    body += [f"    {parameter['name']}: float," for parameter in entry["parameters"]]
    from_doc = signatures.from_params_doc(entry).rstrip()
    body += [") -> _Self:", textwrap.indent(f'"""{from_doc}\n"""', "    "), "    ..."]
    lines.append(f"class {name}(Estimator):")
    lines.append(textwrap.indent('"""' + signatures.class_doc(entry).rstrip() + '\n"""', "    "))
    lines += [textwrap.indent(line, "    ") for line in body]
    return [*lines, ""]


def stub(library: Library) -> str:
    listed = library.describe("")["entries"]
    lines = [HEADER, *static_part(), '_Self = TypeVar("_Self", bound=Estimator)', ""]
    for one in listed:
        entry = library.describe(one["name"])
        if one["kind"] == "model":
            lines += class_lines(entry)
        elif one["kind"] != "fact":
            lines += function_lines(entry)
    return "\n".join(lines).rstrip() + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--library", required=True, help="libfidelia.so")
    parser.add_argument("--output", required=True, type=Path, help="an existing folder")
    arguments = parser.parse_args()
    text = stub(Library(arguments.library))
    ast.parse(text)  # a stub that does not parse must stop the build
    (arguments.output / "__init__.pyi").write_text(text, encoding="utf-8")


signatures = load_alone("_signatures")

if __name__ == "__main__":
    main()
