# SPDX-License-Identifier: Apache-2.0
"""Calls by name: from Python's arguments to the library and back."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

from . import _core, _settings
from ._errors import InvalidDataError, UnknownArgumentError
from ._inputs import column_maps, set_option, stream_of
from ._signatures import results_class
from ._table import Table

if TYPE_CHECKING:
    from ._signatures import Callable as Verb
    from ._signatures import Option

__all__ = ["Results"]

_Invoke = Callable[..., list[_core.ArrowData]]


class Results:
    """The tables of a call that returns several: attributes by name.

    ``rejected`` and ``intake`` are those of the whole call.
    """

    rejected: Table | None
    intake: Table | None

    def __init__(self, kind: str, tables: Mapping[str, Table]) -> None:
        self._kind = kind
        self._tables = dict(tables)

    def __getattr__(self, name: str) -> Table:
        tables: dict[str, Table] = self.__dict__.get("_tables", {})
        if name in tables:
            return tables[name]
        raise AttributeError(f"{self.__dict__.get('_kind', 'the result')} has no table {name}")

    def __getitem__(self, name: str) -> Table:
        return self._tables[name]

    def keys(self) -> list[str]:
        """Names of the tables: makes ``dict(result)`` work."""
        return list(self._tables)

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._tables]

    def __repr__(self) -> str:
        parts = [f"{name}: {len(table):,} rows" for name, table in self._tables.items()]
        return f"<fidelia.{self._kind} {', '.join(parts)}>"


def unknown_argument(function: str, name: str, known: Sequence[str]) -> UnknownArgumentError:
    """The error for a keyword that a function lacks."""
    near = difflib.get_close_matches(name, known, 1)
    hint = f"; did you mean {near[0]}?" if near else f"; it takes: {', '.join(known)}"
    return UnknownArgumentError(f"{function} has no argument {name}{hint}", column=name)


def shown_progress(
    progress: object,
) -> AbstractContextManager[Callable[[float, str], object] | None]:
    """The function that the library reports to, for as long as the call runs."""
    if progress is True:
        from ._progress import bar

        return bar()
    if progress is False or progress is None:
        return nullcontext(None)
    if callable(progress):
        return nullcontext(progress)
    raise UnknownArgumentError("progress takes True, False or a function", column="progress")


class Call:
    """One callable of the catalogue, ready to be run with Python's arguments."""

    def __init__(self, verb: Verb, reading: Sequence[Option], title: str) -> None:
        self.verb = verb
        self.title = title
        self._options = {option["name"]: option for option in reading}
        self._options.update({option["name"]: option for option in verb["options"]})
        self._slots = {slot["name"]: slot for slot in verb["inputs"]}
        self._order = [
            slot["name"] for slot in sorted(verb["inputs"], key=lambda slot: not slot["required"])
        ]
        self._columns = {c["name"] for s in verb["inputs"] for c in s["table"]["columns"]}
        self.output_names = [slot["name"] for slot in verb["outputs"]]
        self._reads = bool(verb["inputs"])

    def known(self) -> list[str]:
        """Every keyword of the call."""
        columns = sorted(self._columns - set(self._options) - set(self._slots))
        extra = ["columns", "progress"] if self._reads else ["progress"]
        return [*self._slots, *self._options, *columns, *extra]

    def _tables(self, args: tuple[object, ...], kwargs: dict[str, Any]) -> dict[str, object]:
        if len(args) > len(self._order):
            takes = ", ".join(self._order) or "no tables"
            raise UnknownArgumentError(
                f"{self.title} takes {len(self._order)} tables by position ({takes}), "
                f"not {len(args)}"
            )
        tables = dict(zip(self._order, args))
        for name in self._order:
            if name in kwargs:
                if name in tables:
                    raise UnknownArgumentError(f"{self.title} was given {name} twice", column=name)
                tables[name] = kwargs.pop(name)
        for name, slot in self._slots.items():
            if slot["required"] and tables.get(name) is None:
                raise UnknownArgumentError(
                    f"{self.title} needs the table {name}: {slot['help']}", column=name
                )
        return {name: table for name, table in tables.items() if table is not None}

    def prepare(
        self, args: tuple[object, ...], kwargs: dict[str, Any]
    ) -> tuple[list[str], list[object], _core.Options]:
        """Names and streams of the tables, and the options."""
        tables = self._tables(args, kwargs)
        columns = kwargs.pop("columns", None)
        options = _core.Options()
        by_name: dict[str, str] = {}
        for name, value in kwargs.items():
            if name in self._options:
                set_option(options, self._options[name], value)
            elif name in self._columns:
                if value is not None:
                    by_name[name] = value
            else:
                raise unknown_argument(self.title, name, self.known())
        maps: dict[str, dict[str, str]] = {}
        if by_name or columns:
            maps = column_maps(list(self._slots.values()), set(tables), by_name, columns)
        for table, mapped in maps.items():
            for ours, theirs in mapped.items():
                options.map_column(table, ours, theirs)
        streams = [
            stream_of(table, self._slots[name], maps.get(name, {}))
            for name, table in tables.items()
        ]
        return list(tables), streams, options

    def asked(self) -> list[str]:
        """Names of all outputs that a call asks for."""
        return [*self.output_names, "rejected", "intake"] if self._reads else self.output_names

    def run(
        self,
        invoke: Callable[..., Any],
        args: tuple[object, ...],
        kwargs: dict[str, Any],
        asked: list[str] | None = None,
    ) -> Any:
        """Call the library; what ``invoke`` returns is handed through."""
        shown = kwargs.pop("progress", None)
        names, streams, options = self.prepare(args, kwargs)
        with shown_progress(shown) as progress:
            try:
                return invoke(
                    names,
                    streams,
                    options,
                    self.asked() if asked is None else asked,
                    _settings.get_threads(),
                    _settings.current_level(),
                    progress,
                )
            except InvalidDataError as error:
                # Ctrl-C met the Python code behind a stream, which can say so only in words.
                if "KeyboardInterrupt" in str(error):
                    raise KeyboardInterrupt from error
                raise

    def results(self, data: Sequence[_core.ArrowData]) -> Table | Results:
        """The call's tables: one as it is, several by name."""
        tables = [Table(one) for one in data]
        rejected, intake = (tables[-2], tables[-1]) if self._reads else (None, None)
        own = tables[: len(self.output_names)]
        for table in own:
            table.rejected = rejected
            table.intake = intake
        if len(own) == 1:
            return own[0]
        made = Results(results_class(self.verb["name"]), dict(zip(self.output_names, own)))
        made.rejected = rejected
        made.intake = intake
        return made
