# SPDX-License-Identifier: Apache-2.0
"""From catalogue entries to Python signatures, docstrings and stubs.

Both the package at import and the build's ``write_stubs.py`` use this, so that what is called and
what type checkers see cannot differ. It imports nothing of the package: the build loads it alone.
"""

from __future__ import annotations

import inspect
import keyword
import textwrap
from dataclasses import dataclass
from typing import Any, TypedDict

__all__ = ["Callable", "Entry", "Parameter", "parameters_of"]


class ColumnInfo(TypedDict):
    name: str
    kind: str
    help: str
    unit: str
    optional: bool
    nullable: bool
    min: float | None
    max: float | None
    words: list[str]
    aliases: list[str]


class TableInfo(TypedDict):
    help: str
    columns: list[ColumnInfo]


class Slot(TypedDict):
    name: str
    help: str
    required: bool
    streamed: bool
    table: TableInfo


class Option(TypedDict):
    name: str
    kind: str
    help: str
    unit: str
    optional: bool
    required: bool
    default: str | None
    min: float | None
    max: float | None
    words: list[str]


class Callable(TypedDict):
    name: str
    help: str
    inputs: list[Slot]
    outputs: list[Slot]
    options: list[Option]


class ModelParameter(TypedDict):
    name: str
    help: str
    unit: str


class Entry(Callable):
    kind: str
    detail: str
    fact: TableInfo | None
    reading: list[Option]
    parameters: list[ModelParameter]
    calls: list[Callable]


class Listed(TypedDict):
    name: str
    kind: str
    help: str


REQUIRED = inspect.Parameter.empty

_TYPES = {
    "flag": "bool",
    "integer": "int",
    "real": "float",
    "text": "str",
    "day": "DateLike",
    "word": "str",
    "model": "Estimator",
}


@dataclass(frozen=True)
class Parameter:
    """One parameter of a Python function made from the catalogue."""

    name: str
    annotation: str
    default: Any
    group: str  # input, option, column, reading, other
    help: str


def default_value(option: Option) -> Any:
    """The option's default as a Python value."""
    text = option["default"]
    if option["required"]:
        return REQUIRED
    if text is None:
        return None
    if option["kind"] == "flag":
        return text == "true"
    if option["kind"] == "integer":
        return int(text)
    if option["kind"] == "real":
        return float(text)
    return text


def option_type(option: Option) -> str:
    """The option's annotation."""
    kind = _TYPES.get(option["kind"], "str")
    if option["words"] and kind == "str":
        kind = f"Literal[{', '.join(repr(word) for word in option['words'])}]"
    return kind if option["required"] or option["default"] is not None else f"{kind} | None"


def range_text(option: Option) -> str:
    """``0 to 1``, ``at least 1`` or nothing."""
    low, high = option["min"], option["max"]
    if low is not None and high is not None:
        return f"{low:g} to {high:g}"
    if low is not None:
        return f"at least {low:g}"
    return f"at most {high:g}" if high is not None else ""


def option_help(option: Option) -> str:
    """Sentence, unit and range of an option."""
    parts = [option["help"]]
    if option["unit"]:
        parts.append(f"Unit: {option['unit']}.")
    if range_text(option):
        parts.append(f"Range: {range_text(option)}.")
    return " ".join(part for part in parts if part)


def _option_parameter(option: Option, group: str) -> Parameter:
    return Parameter(
        option["name"], option_type(option), default_value(option), group, option_help(option)
    )


def _column_parameters(callable_: Callable, taken: set[str]) -> list[Parameter]:
    found: list[Parameter] = []
    for slot in callable_["inputs"]:
        for column in slot["table"]["columns"]:
            name = column["name"]
            if name in taken or keyword.iskeyword(name):
                continue
            taken.add(name)
            help_ = f"The caller's name of the column {name} of {slot['name']}."
            found.append(Parameter(name, "str | None", None, "column", help_))
    return found


COLUMNS = Parameter(
    "columns",
    "Mapping[str, str] | Mapping[str, Mapping[str, str]] | None",
    None,
    "other",
    "The caller's names of columns: ``{ours: theirs}`` for the first table that has the column, or "
    "``{table: {ours: theirs}}``.",
)
PROGRESS = Parameter(
    "progress",
    "bool | Callable[[float, str], object]",
    False,
    "other",
    "``True`` shows a bar on the terminal; a function is called with the fraction done (0 to 1) "
    "and the name of the step, and stops the call by raising an error.",
)


def parameters_of(
    callable_: Callable, reading: list[Option], *, options: bool = True
) -> list[Parameter]:
    """The parameters of a call; ``options=False`` leaves its own options out (a fit's stand in
    the estimator)."""
    found: list[Parameter] = []
    for slot in sorted(callable_["inputs"], key=lambda slot: not slot["required"]):
        required = slot["required"]
        found.append(
            Parameter(
                slot["name"],
                "TableLike" if required else "TableLike | None",
                REQUIRED if required else None,
                "input",
                slot["help"],
            )
        )
    if options:
        found += [_option_parameter(option, "option") for option in callable_["options"]]
    own = {option["name"] for option in callable_["options"]}
    shown = [option for option in reading if option["name"] not in own]
    if not callable_["inputs"]:
        return [*found, PROGRESS]
    taken = {parameter.name for parameter in found} | own
    taken |= {option["name"] for option in shown} | {"columns", "progress", "self"}
    found += _column_parameters(callable_, taken)
    found.append(COLUMNS)
    found += [_option_parameter(option, "reading") for option in shown]
    return [*found, PROGRESS]


def signature_of(
    parameters: list[Parameter], returns: str, *, method: bool = False
) -> inspect.Signature:
    """A real signature: tables by position or name, all else by name."""
    made = [inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD)] if method else []
    for parameter in parameters:
        kind = (
            inspect.Parameter.POSITIONAL_OR_KEYWORD
            if parameter.group == "input"
            else inspect.Parameter.KEYWORD_ONLY
        )
        made.append(
            inspect.Parameter(
                parameter.name, kind, default=parameter.default, annotation=parameter.annotation
            )
        )
    return inspect.Signature(made, return_annotation=returns)


# -- docstrings ----------------------------------------------------------------------------------


def _wrapped(text: str, indent: str, first: str | None = None) -> list[str]:
    start = indent if first is None else first
    return textwrap.wrap(text, 96, initial_indent=start, subsequent_indent=indent) or []


def column_help(column: ColumnInfo) -> str:
    """Sentence, unit, words and what else is to be known of a column."""
    parts = [column["help"]]
    if column["unit"]:
        parts.append(f"Unit: {column['unit']}.")
    if column["words"]:
        parts.append(f"One of: {', '.join(column['words'])}.")
    if column["optional"]:
        parts.append("May be missing.")
    elif column["nullable"]:
        parts.append("May be null.")
    return " ".join(part for part in parts if part)


def _columns_doc(table: TableInfo) -> list[str]:
    lines: list[str] = []
    for column in table["columns"]:
        first = f"    - ``{column['name']}`` ({column['kind']}): "
        lines += _wrapped(column_help(column), "      ", first)
    return lines


def _parameter_doc(parameter: Parameter, slots: dict[str, Slot]) -> list[str]:
    kind = parameter.annotation
    if parameter.default is not REQUIRED:
        kind += ", optional" if parameter.default is None else f", default {parameter.default!r}"
    lines = [f"{parameter.name} : {kind}", *_wrapped(parameter.help, "    ")]
    if parameter.name in slots:
        lines += ["    Columns:", "", *_columns_doc(slots[parameter.name]["table"]), ""]
    return lines


def parameters_doc(parameters: list[Parameter], callable_: Callable | None = None) -> list[str]:
    """The section Parameters; names of columns in one line, since they all mean the same."""
    slots = {slot["name"]: slot for slot in callable_["inputs"]} if callable_ else {}
    columns = [parameter.name for parameter in parameters if parameter.group == "column"]
    lines = ["Parameters", "----------"]
    for parameter in parameters:
        if parameter.group == "column":
            if parameter.name == columns[0]:
                lines += _wrapped(", ".join(columns) + " : str, optional", "")
                lines += _wrapped(
                    "What the caller's table calls that column. Common names are recognised in "
                    "any case without being told.",
                    "    ",
                )
            continue
        lines += _parameter_doc(parameter, slots)
    return lines


def results_class(name: str) -> str:
    """The name of the result type of a call with several outputs."""
    return "".join(part.capitalize() for part in name.split("_")) + "Result"


def returns_of(callable_: Callable, owner: str = "") -> str:
    """The annotation of what the call returns."""
    if len(callable_["outputs"]) == 1:
        return "Table"
    return results_class(f"{owner}_{callable_['name']}" if owner else callable_["name"])


def returns_doc(callable_: Callable) -> list[str]:
    """The section Returns."""
    lines = ["Returns", "-------"]
    if len(callable_["outputs"]) == 1:
        slot = callable_["outputs"][0]
        lines += ["Table", *_wrapped(slot["help"], "    "), "    Columns:", ""]
        return [*lines, *_columns_doc(slot["table"])]
    lines.append(results_class(callable_["name"]))
    lines.append("    With one table in each attribute:")
    for slot in callable_["outputs"]:
        names = ", ".join(column["name"] for column in slot["table"]["columns"])
        lines += [
            "",
            *_wrapped(f"{slot['help']} Columns: {names}.", "      ", f"    - ``{slot['name']}``: "),
        ]
    return lines


def function_doc(
    callable_: Callable, parameters: list[Parameter], detail: str = "", returns: bool = True
) -> str:
    """A NumPy-style docstring."""
    lines = [callable_["help"], ""]
    if detail:
        lines += [*textwrap.wrap(detail, 96), ""]
    lines += parameters_doc(parameters, callable_)
    if returns:
        lines += ["", *returns_doc(callable_)]
    return "\n".join(lines).rstrip() + "\n"


def fit_doc(entry: Entry, parameters: list[Parameter]) -> str:
    """The docstring of a model's fit."""
    lines = ["Fit the model.", "", *parameters_doc(parameters, entry), "", "Returns", "-------"]
    return "\n".join([*lines, "self", "    The fitted estimator."]) + "\n"


def from_params_doc(entry: Entry) -> str:
    """The docstring of a model's from_params."""
    lines = ["Make a model with known parameters, as if it had been fitted.", ""]
    lines += ["Parameters", "----------"]
    for parameter in entry["parameters"]:
        unit = f" Unit: {parameter['unit']}." if parameter["unit"] else ""
        lines += [f"{parameter['name']} : float", *_wrapped(parameter["help"] + unit, "    ")]
    return "\n".join(lines) + "\n"


def class_doc(entry: Entry) -> str:
    """The docstring of a model's class."""
    lines = [entry["help"], ""]
    if entry["detail"]:
        lines += [*textwrap.wrap(entry["detail"], 96), ""]
    options = [_option_parameter(option, "option") for option in entry["options"]]
    if options:
        lines += [*parameters_doc(options), ""]
    lines += ["Attributes", "----------", "params_ : dict of str to float"]
    lines.append("    The parameters, known after fit:")
    for parameter in entry["parameters"]:
        unit = f" Unit: {parameter['unit']}." if parameter["unit"] else ""
        lines += [
            "",
            *_wrapped(parameter["help"] + unit, "      ", f"    - ``{parameter['name']}``: "),
        ]
    lines += [
        "",
        "log_likelihood_ : float or None",
        "    At the maximum.",
        "covariance_ : numpy.ndarray or None",
        "    Of the parameters, in their order; None where it could not be had.",
        "standard_errors_ : dict of str to float, or None",
        "    Square roots of the covariance's diagonal.",
        "converged_ : bool",
        "    Whether the fit found the maximum; a ConvergenceWarning says so too.",
        "reason_ : str",
        "    Why the fit ended.",
        "n_iter_ : int",
        "    Steps of the fit.",
        "data_ : dict of str to float",
        "    What the model was fitted on.",
    ]
    return "\n".join(lines) + "\n"
