# SPDX-License-Identifier: Apache-2.0
"""Estimators: the catalogue's models by scikit-learn's rules.

Hyperparameters stand in ``__init__`` only and are stored unchanged; ``fit`` returns the estimator;
what it learnt ends in an underscore. scikit-learn itself is not needed.
"""

from __future__ import annotations

import html
import inspect
import json
import math
import os
import warnings
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from . import _catalogue, _core
from ._calls import Call, Results, unknown_argument
from ._errors import (
    ConvergenceWarning,
    InconsistentVersionWarning,
    InvalidArgumentError,
    InvalidDataError,
    not_fitted,
)
from ._signatures import (
    REQUIRED,
    class_doc,
    default_value,
    fit_doc,
    from_params_doc,
    function_doc,
    option_type,
    parameters_of,
    returns_of,
    signature_of,
)
from ._table import Table

if TYPE_CHECKING:
    import numpy

    from ._signatures import Entry

__all__ = ["CoefficientTable", "Estimator", "load"]

_Self = TypeVar("_Self", bound="Estimator")

_NORMAL_97_5 = 1.959963984540054  # quantile of the 95 % interval


def _number(value: float | None, places: int = 6) -> str:
    return "" if value is None else f"{value:.{places}g}"


class CoefficientTable(Table):
    """The coefficients of a fitted model, with what belongs to the fit.

    A :class:`Table` of ``parameter, coef, se, lower_95, upper_95``; the interval is the normal
    one, ``coef ± 1.96 se``.
    """

    title: str
    facts: dict[str, str]

    def as_text(self) -> str:
        """As plain text, for a terminal."""
        width = max(map(len, self.facts), default=0)
        head = [self.title, *(f"  {k.ljust(width)}  {v}" for k, v in self.facts.items())]
        names = ["parameter", "coef", "se", "lower 95 %", "upper 95 %"]
        rows = [names]
        for row in zip(*(self[name].to_list() for name in self.column_names)):
            rows.append([row[0], *(_number(value) for value in row[1:])])
        widths = [max(map(len, cells)) for cells in zip(*rows)]
        body = ["  ".join(c.rjust(w) for c, w in zip(row, widths)).rstrip() for row in rows]
        return "\n".join([*head, "", *body])

    def as_html(self) -> str:
        """As HTML, for a notebook."""
        facts = "".join(
            f"<tr><th style='text-align:left'>{html.escape(k)}</th><td>{html.escape(v)}</td></tr>"
            for k, v in self.facts.items()
        )
        return (
            f"<p><b>{html.escape(self.title)}</b></p><table>{facts}</table>{super()._repr_html_()}"
        )

    def __str__(self) -> str:
        return self.as_text()

    def __repr__(self) -> str:
        return self.as_text()

    def _repr_html_(self) -> str:
        return self.as_html()


class Estimator:
    """Base of the catalogue's models, such as :class:`fidelia.BgNbd`."""

    _entry: ClassVar[Entry]
    _record: dict[str, Any]
    _model: _core.Model
    rejected_: Table
    intake_: Table

    def __init__(self, **options: Any) -> None:
        known = [option["name"] for option in self._entry["options"]]
        for name in options:
            if name not in known:
                raise unknown_argument(type(self).__name__, name, known)
        for option in self._entry["options"]:
            default = default_value(option)
            value = options.get(option["name"], None if default is REQUIRED else default)
            setattr(self, option["name"], value)

    # -- scikit-learn's manners ------------------------------------------------------------------

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """The hyperparameters by name."""
        return {o["name"]: getattr(self, o["name"]) for o in self._entry["options"]}

    def set_params(self: _Self, **params: Any) -> _Self:
        """Set hyperparameters; returns the estimator."""
        known = [option["name"] for option in self._entry["options"]]
        for name in params:
            if name not in known:
                raise unknown_argument(type(self).__name__, name, known)
        for name, value in params.items():
            setattr(self, name, value)
        return self

    def __sklearn_is_fitted__(self) -> bool:
        return "_model" in self.__dict__

    def __sklearn_tags__(self) -> Any:
        from sklearn.utils import InputTags, Tags, TargetTags

        return Tags(
            estimator_type=None,
            target_tags=TargetTags(required=False),
            input_tags=InputTags(two_d_array=False),
        )

    def __repr__(self) -> str:
        changed = []
        for option in self._entry["options"]:
            value = getattr(self, option["name"], None)
            if value != default_value(option) and value is not None:
                changed.append(f"{option['name']}={value!r}")
        return f"{type(self).__name__}({', '.join(changed)})"

    def _repr_html_(self) -> str:
        if self.__sklearn_is_fitted__():
            return self.summary().as_html()
        return f"<pre>{html.escape(repr(self))}</pre>"

    # -- what a fit tells ------------------------------------------------------------------------

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            if name.endswith("_") and not name.startswith("_"):
                raise self._not_fitted()
            raise AttributeError(f"{type(self).__name__} has no attribute {name}")

    def _not_fitted(self) -> Exception:
        return not_fitted(
            f"this {type(self).__name__} is not fitted yet: call fit, load or from_params first"
        )

    def _handle(self) -> _core.Model:
        if not self.__sklearn_is_fitted__():
            raise self._not_fitted()
        return self._model

    def _learnt(self) -> dict[str, Any]:
        self._handle()
        return self._record

    def _take(self, model: _core.Model) -> None:
        self._model = model
        self._record = json.loads(model.json())

    @property
    def params_(self) -> dict[str, float]:
        """The parameters by name."""
        return dict(self._learnt()["parameters"])

    @property
    def log_likelihood_(self) -> float | None:
        """At the maximum."""
        value: float | None = self._learnt()["log_likelihood"]
        return value

    @property
    def covariance_(self) -> numpy.ndarray[Any, Any] | None:
        """Of the parameters; nested lists where numpy is missing, None where there is none."""
        rows: Any = self._learnt()["covariance"]
        if rows is None:
            return None
        try:
            import numpy
        except ImportError:
            return [list(row) for row in rows]  # type: ignore[return-value]
        return numpy.array(rows, dtype=float)

    @property
    def standard_errors_(self) -> dict[str, float] | None:
        """Square roots of the covariance's diagonal, by parameter."""
        rows = self._learnt()["covariance"]
        if rows is None:
            return None
        return {name: math.sqrt(rows[i][i]) for i, name in enumerate(self._record["parameters"])}

    @property
    def converged_(self) -> bool:
        """Whether the fit found the maximum."""
        return bool(self._learnt()["converged"])

    @property
    def reason_(self) -> str:
        """Why the fit ended, in words."""
        return str(self._learnt()["reason"])

    @property
    def n_iter_(self) -> int:
        """Steps of the fit."""
        return int(self._learnt()["iterations"])

    @property
    def data_(self) -> dict[str, float]:
        """What the model was fitted on, in figures."""
        return dict(self._learnt()["data"])

    def summary(self) -> CoefficientTable:
        """Coefficients with standard errors and 95 % intervals."""
        record = self._learnt()
        values = list(record["parameters"].values())
        errors: list[float | None] = [None] * len(values)
        if self.standard_errors_ is not None:
            errors = list(self.standard_errors_.values())
        half = [None if e is None else _NORMAL_97_5 * e for e in errors]
        table = CoefficientTable(
            {
                "parameter": list(record["parameters"]),
                "coef": values,
                "se": errors,
                "lower_95": [None if h is None else v - h for v, h in zip(values, half)],
                "upper_95": [None if h is None else v + h for v, h in zip(values, half)],
            }
        )
        table.title = f"{type(self).__name__}: {self._entry['help']}"
        table.facts = self._facts(len(values))
        return table

    def _facts(self, parameters: int) -> dict[str, str]:
        record = self._record
        facts = {name: f"{value:,.10g}" for name, value in record["data"].items()}
        if record["log_likelihood"] is not None:
            facts["log-likelihood"] = f"{record['log_likelihood']:.4f}"
            facts["AIC"] = f"{2 * parameters - 2 * record['log_likelihood']:.4f}"
        facts["converged"] = f"{'yes' if record['converged'] else 'NO'}: {record['reason']}"
        return facts

    def print_summary(self) -> None:
        """Print the coefficients."""
        print(self.summary().as_text())

    # -- files -----------------------------------------------------------------------------------

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the model as one JSON file, which every language of Fidelia loads.

        The file appears whole or not at all.
        """
        import tempfile

        text = self._handle().json()
        folder, name = os.path.split(os.path.abspath(os.fspath(path)))
        handle, temporary = tempfile.mkstemp(dir=folder, prefix=f".{name}-", text=True)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            os.chmod(temporary, 0o666 & ~_umask())
            os.replace(temporary, path)
        except BaseException:
            os.unlink(temporary)
            raise

    @classmethod
    def load(cls: type[_Self], path: str | os.PathLike[str]) -> _Self:
        """A model from its file; a file of another kind of model is refused."""
        with open(path, encoding="utf-8", errors="replace") as file:
            text = file.read()
        return cls._from_json(text, f"{os.fspath(path)}: ")

    @classmethod
    def _from_params(cls: type[_Self], parameters: Mapping[str, float]) -> _Self:
        known = [parameter["name"] for parameter in cls._entry["parameters"]]
        for name in parameters:
            if name not in known:
                raise unknown_argument(f"{cls.__name__}.from_params", name, known)
        missing = [name for name in known if name not in parameters]
        if missing:
            raise InvalidArgumentError(
                f"{cls.__name__}.from_params needs {', '.join(missing)}", column=missing[0]
            )
        record = {
            "format": "fidelia-model",
            "format_version": 1,
            "version": _core.version(),
            "model": cls._entry["name"],
            "parameters": {name: float(parameters[name]) for name in known},
            "log_likelihood": None,
            "covariance": None,
            "converged": True,
            "reason": "parameters were given",
            "iterations": 0,
            "data": {},
            "options": {},
        }
        return cls._from_json(json.dumps(record))

    @classmethod
    def _from_json(cls: type[_Self], text: str, where: str = "") -> _Self:
        try:
            model = _core.Model(text)
        except InvalidDataError as error:
            raise InvalidDataError(f"{where}{error}", column=error.column) from None
        record = json.loads(model.json())
        if record["model"] != cls._entry["name"]:
            raise InvalidDataError(
                f"{where}this is a model of {record['model']}, not of {cls._entry['name']}; "
                "fidelia.load reads any model",
                column="model",
            )
        made = cls(**_options_of(cls._entry, record["options"]))
        made._take(model)
        return made

    def __getstate__(self) -> dict[str, Any]:
        state = {k: v for k, v in self.__dict__.items() if k not in ("_model", "_record")}
        fitted = self.__sklearn_is_fitted__()
        return {
            "attributes": state,
            "model": self._model.json() if fitted else None,
            "version": _core.version(),
        }

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        if state["version"] != _core.version():
            warnings.warn(
                f"this {type(self).__name__} was pickled by Fidelia {state['version']} and is read "
                f"by {_core.version()}; save() writes a file that is made to last",
                InconsistentVersionWarning,
                stacklevel=2,
            )
        self.__dict__.update(state["attributes"])
        if state["model"] is not None:
            self._take(_core.Model(state["model"]))


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _options_of(entry: Entry, texts: Mapping[str, str]) -> dict[str, Any]:
    """A record's options, which are text, as hyperparameters."""
    found: dict[str, Any] = {}
    for option in entry["options"]:
        text = texts.get(option["name"], "")
        if text != "" and option["kind"] != "model":
            found[option["name"]] = default_value({**option, "default": text, "required": False})
    return found


def _make_fit(entry: Entry, name: str) -> Callable[..., Estimator]:
    call = Call(entry, entry["reading"], f"{name}.fit")
    own = {option["name"] for option in entry["options"]}
    invoke = partial(_core.fit, entry["name"])

    def fit(self: Estimator, *args: object, **kwargs: Any) -> Estimator:
        given = own.intersection(kwargs)
        if given:
            raise unknown_argument(
                call.title, given.pop(), [k for k in call.known() if k not in own]
            )
        model, tables = call.run(invoke, args, {**kwargs, **self.get_params()})
        self._take(model)
        self.rejected_, self.intake_ = Table(tables[-2]), Table(tables[-1])
        if not self.converged_:
            warnings.warn(
                f"{type(self).__name__} did not converge: {self.reason_}",
                ConvergenceWarning,
                stacklevel=2,
            )
        return self

    parameters = parameters_of(entry, entry["reading"], options=False)
    fit.__doc__ = fit_doc(entry, parameters)
    fit.__signature__ = signature_of(parameters, name, method=True)  # type: ignore[attr-defined]
    return fit


def _make_method(entry: Entry, index: int, name: str) -> Callable[..., Table | Results]:
    verb = entry["calls"][index]
    call = Call(verb, entry["reading"], f"{name}.{verb['name']}")

    def method(self: Estimator, *args: object, **kwargs: Any) -> Table | Results:
        invoke = partial(_core.model_call, self._handle(), verb["name"])
        return call.results(call.run(invoke, args, kwargs))

    parameters = parameters_of(verb, entry["reading"])
    method.__name__ = verb["name"]
    method.__qualname__ = f"{name}.{verb['name']}"
    method.__module__ = "fidelia"
    method.__doc__ = function_doc(verb, parameters)
    returns = returns_of(verb, entry["name"])
    method.__signature__ = signature_of(parameters, returns, method=True)  # type: ignore[attr-defined]
    return method


def _make_from_params(entry: Entry, name: str) -> Any:
    def from_params(cls: type[Estimator], /, **parameters: float) -> Estimator:
        return cls._from_params(parameters)

    made = [inspect.Parameter("cls", inspect.Parameter.POSITIONAL_OR_KEYWORD)]
    for parameter in entry["parameters"]:
        made.append(
            inspect.Parameter(parameter["name"], inspect.Parameter.KEYWORD_ONLY, annotation="float")
        )
    from_params.__qualname__ = f"{name}.from_params"
    from_params.__module__ = "fidelia"
    from_params.__doc__ = from_params_doc(entry)
    from_params.__signature__ = inspect.Signature(made, return_annotation=name)  # type: ignore[attr-defined]
    return classmethod(from_params)


def _make_init(entry: Entry) -> Callable[..., None]:
    def __init__(self: Estimator, **options: Any) -> None:
        Estimator.__init__(self, **options)

    made = [inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD)]
    for option in entry["options"]:
        made.append(
            inspect.Parameter(
                option["name"],
                inspect.Parameter.KEYWORD_ONLY,
                default=default_value(option),
                annotation=option_type(option),
            )
        )
    __init__.__signature__ = inspect.Signature(made)  # type: ignore[attr-defined]
    return __init__


@lru_cache(maxsize=None)
def class_of(name: str) -> type[Estimator]:
    """The estimator's class of a model's entry."""
    entry = _catalogue.entry(name)
    title = _catalogue.class_name(name)
    fit = _make_fit(entry, title)
    fit.__name__, fit.__qualname__, fit.__module__ = "fit", f"{title}.fit", "fidelia"
    members: dict[str, Any] = {
        "__module__": "fidelia",
        "__qualname__": title,
        "__doc__": class_doc(entry),
        "__init__": _make_init(entry),
        "_entry": entry,
        "fit": fit,
        "from_params": _make_from_params(entry, title),
    }
    for index, verb in enumerate(entry["calls"]):
        members[verb["name"]] = _make_method(entry, index, title)
    return type(title, (Estimator,), members)


def load(path: str | os.PathLike[str]) -> Estimator:
    """A fitted model of any kind from the file that ``save`` wrote, in whatever language.

    Parameters
    ----------
    path : str or path-like
        The model's JSON file.

    Returns
    -------
    Estimator
        Of the class that the file names, such as ``BgNbd``.
    """
    with open(path, encoding="utf-8", errors="replace") as file:
        text = file.read()
    try:
        record = json.loads(_core.Model(text).json())
    except InvalidDataError as error:
        raise InvalidDataError(f"{os.fspath(path)}: {error}", column=error.column) from None
    return class_of(record["model"])._from_json(text, f"{os.fspath(path)}: ")
