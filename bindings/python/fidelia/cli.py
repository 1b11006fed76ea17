# SPDX-License-Identifier: Apache-2.0
"""The command line: reports, scores, audiences, sample data and the catalogue.

Tables and options of ``report``, ``score``, ``audience`` and ``sample`` are those of the entries
``company_report``, ``company_scores`` and ``company_audiences`` and of the simulation: an option
that is added there appears here.
"""

from __future__ import annotations

import calendar
import contextlib
import datetime
import functools
import gc
import inspect
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NoReturn, Optional

import typer

from . import _catalogue, _core
from ._errors import (
    CancelledError,
    ColumnNotFoundError,
    FideliaError,
    InternalError,
    InvalidArgumentError,
    NotFoundError,
)
from ._signatures import option_help

if TYPE_CHECKING:
    from ._files import Source
    from ._signatures import Entry, Option, Slot
    from ._table import Table

__all__ = ["app", "main"]

DATA_FAULT = 1
USAGE_FAULT = 2
STOPPED = 130

_SLICE = 20_000  # customers of an artificial company that are in memory at once
_FIRST_DAY = "2021-01-01"  # of the artificial company

app = typer.Typer(
    name="fidelia",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


# -- faults --------------------------------------------------------------------------------------


def _fail(message: str, code: int) -> NoReturn:
    print(f"fidelia: {message}", file=sys.stderr)
    raise typer.Exit(code)


def _code_of(error: FideliaError) -> int:
    if isinstance(error, ColumnNotFoundError):
        return DATA_FAULT
    usage = isinstance(error, (InvalidArgumentError, NotFoundError))
    return USAGE_FAULT if usage and error.row is None else DATA_FAULT


def _guarded(command: Callable[..., None]) -> Callable[..., None]:
    """Errors become one line on the error stream and an exit code."""

    @functools.wraps(command)
    def guarded(*args: Any, **kwargs: Any) -> None:
        try:
            command(*args, **kwargs)
        except (KeyboardInterrupt, CancelledError):
            _fail("stopped; nothing was written", STOPPED)
        except InternalError as error:
            _fail(f"{error}\nThis is a defect in Fidelia: please report it.", DATA_FAULT)
        except FideliaError as error:
            _fail(str(error), _code_of(error))
        except MemoryError:
            _fail("there is not enough memory; nothing was written", DATA_FAULT)
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            _fail(f"{where}{error.strerror or error}", DATA_FAULT)

    return guarded


def _in_file_terms(error: FideliaError, sources: Sequence[Source]) -> FideliaError:
    """The same error, naming files and lines instead of tables and rows."""
    text = str(error)
    by_table = {source.table: source for source in sources}

    def at_row(match: re.Match[str]) -> str:
        source = by_table.get(match[1])
        if source is None:
            return match[0]
        path, line = source.locate([int(match[2])])[int(match[2])]
        return f"{path}, {source.counted(path)} {line}"

    def at_table(match: re.Match[str]) -> str:
        source = by_table.get(match[1])
        return ", ".join(source.paths) if source is not None else match[0]

    text = re.sub(r"\btable (\w+), row (\d+)", at_row, text)
    text = re.sub(r"\btable (\w+)\b", at_table, text)
    text = re.sub(r"Name the caller's column with (\w+)=", r"Say which it is with --map \1=", text)
    text = re.sub(r"say which with (\w+)=", r"say which with --map \1=", text)
    return type(error)(text, row=error.row, column=error.column)


# -- options from the catalogue ------------------------------------------------------------------


def _flag_name(name: str) -> str:
    return "--" + name.replace("_", "-")


def _option_parameter(option: Option) -> inspect.Parameter:
    kinds = {"flag": bool, "integer": int, "real": float}
    name, text = option["name"], option_help(option)
    if option["words"]:
        text += f" One of: {', '.join(option['words'])}."
    declared = _flag_name(name)
    if option["kind"] == "flag":
        declared += f"/--no-{name.replace('_', '-')}"
    metavar = {"day": "DATE", "word": "WORD", "model": "MODEL.json"}.get(option["kind"])
    shown: Any = option["default"] if option["default"] is not None else False
    if option["kind"] == "flag":
        shown = "yes" if option["default"] == "true" else "no"
    return inspect.Parameter(
        name,
        inspect.Parameter.KEYWORD_ONLY,
        default=typer.Option(
            ... if option["required"] else None,
            declared,
            help=text,
            metavar=metavar,
            show_default=shown,
        ),
        annotation=Optional[kinds.get(option["kind"], str)],
    )


def _table_parameter(slot: Slot, first: bool) -> inspect.Parameter:
    if first:
        default: Any = typer.Argument(
            ...,
            help=f"{slot['help']} CSV or Parquet, one file or several, or FILE::TABLE of a database.",
            metavar="FILE...",
        )
        annotation: Any = list[str]
    else:
        default = typer.Option(
            None,
            _flag_name(slot["name"]),
            help=f"{slot['help']} May be given several times; FILE::TABLE in a database.",
            metavar="FILE",
        )
        annotation = Optional[list[str]]
    return inspect.Parameter(
        slot["name"], inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation
    )


def _extra(name: str, annotation: Any, default: Any) -> inspect.Parameter:
    return inspect.Parameter(
        name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation
    )


def _common_parameters(output: str | None, output_help: str) -> list[inspect.Parameter]:
    return [
        _extra("output", Optional[str], typer.Option(output, "-o", "--output", help=output_help)),
        _extra(
            "query",
            Optional[str],
            typer.Option(
                None,
                "--query",
                metavar="SQL",
                help="What to read from the database that FILE is, instead of a table of it.",
            ),
        ),
        _extra(
            "map",
            Optional[list[str]],
            typer.Option(
                None,
                "--map",
                metavar="OURS=THEIRS",
                help="What a file calls our column: customer_id=CustomerID,amount=Total; of one "
                "table: parties.party_id=ID. May be given several times.",
            ),
        ),
        _extra(
            "strict",
            bool,
            typer.Option(False, "--strict", help="Refuse the first bad row; nothing is written."),
        ),
        _extra(
            "encoding",
            Optional[str],
            typer.Option(None, "--encoding", help="Of CSV files.", show_default="utf-8"),
        ),
        _threads_parameter(),
        _quiet_parameter(),
    ]


def _threads_parameter() -> inspect.Parameter:
    return _extra(
        "threads",
        Optional[int],
        typer.Option(None, "--threads", help="Threads to use.", show_default="all", min=1),
    )


def _quiet_parameter() -> inspect.Parameter:
    return _extra(
        "quiet", bool, typer.Option(False, "-q", "--quiet", help="Only errors are shown.")
    )


def _register(
    name: str, body: Callable[..., None], parameters: list[inspect.Parameter], text: str
) -> None:
    @_guarded
    def command(**kwargs: Any) -> None:
        body(**kwargs)

    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    command.__annotations__ = {p.name: p.annotation for p in parameters}
    command.__doc__ = text
    app.command(name, help=text)(command)


def _entry_parameters(entry: Entry) -> list[inspect.Parameter]:
    slots = sorted(entry["inputs"], key=lambda slot: not slot["required"])
    tables = [_table_parameter(slot, i == 0) for i, slot in enumerate(slots)]
    own = {option["name"] for option in entry["options"]}
    reading = [o for o in entry["reading"] if o["name"] not in own | {"strict"}]
    return [*tables, *map(_option_parameter, [*entry["options"], *reading])]


# -- running an entry over files -----------------------------------------------------------------


def _maps(texts: Sequence[str], sources: Sequence[Source]) -> None:
    """Hand each --map to the tables that it is for."""
    for pair in [pair for text in texts for pair in text.split(",")]:
        ours, equals, theirs = (part.strip() for part in pair.partition("="))
        if not (ours and equals and theirs):
            raise InvalidArgumentError(
                f'--map takes OURS=THEIRS, such as customer_id=CustomerID, not "{pair}"'
            )
        table, dot, column = ours.rpartition(".")
        of_table = [s for s in sources if not dot or s.table == table]
        if not of_table:
            given = ", ".join(source.table for source in sources)
            raise InvalidArgumentError(f"--map {pair}: no table {table} was given, only {given}")
        holders = [s for s in of_table if column in [c["name"] for c in s.columns]]
        if not holders:
            known = sorted({c["name"] for s in of_table for c in s.columns})
            raise InvalidArgumentError(
                f"--map {pair}: there is no column {column}; there are: {', '.join(known)}"
            )
        matching = [s for s in holders if theirs in s.names]
        if not matching:
            found = "; ".join(f"{', '.join(s.paths)} has {', '.join(s.names)}" for s in holders)
            raise ColumnNotFoundError(f"--map {pair}: no column {theirs}; {found}", column=column)
        for source in matching:
            source.mapped[column] = theirs


class Run:
    """An entry called with tables from files."""

    def __init__(self, name: str, arguments: dict[str, Any]) -> None:
        from ._databases import with_query
        from ._files import Source

        self.entry = _catalogue.entry(name)
        self.quiet = bool(arguments.pop("quiet"))
        self.strict = bool(arguments.pop("strict"))
        self.threads = arguments.pop("threads")
        encoding = arguments.pop("encoding")
        maps = arguments.pop("map") or []
        query = arguments.pop("query")
        if query is not None:
            first = next(slot["name"] for slot in self.entry["inputs"] if slot["required"])
            arguments[first] = with_query(arguments[first], query)
        self.sources = [
            Source(
                slot["name"],
                slot["table"]["columns"],
                paths,
                strict=self.strict,
                encoding=encoding,
                needs_rows=slot["required"],
            )
            for slot in self.entry["inputs"]
            if (paths := arguments.pop(slot["name"]))
        ]
        _maps(maps, self.sources)
        self.options = {name: value for name, value in arguments.items() if value is not None}

    def call(self, outputs: list[str]) -> dict[str, Table]:
        """The tables named, with those of rejected rows and of the intake."""
        from ._calls import Call
        from ._files import reraise
        from ._settings import config
        from ._table import Table

        call = Call(self.entry, self.entry["reading"], self.entry["name"])
        keywords: dict[str, Any] = {"strict": self.strict, "columns": {}}
        for name, value in self.options.items():
            keywords[name] = _model_or_value(self.entry, name, value)
        for source in self.sources:
            keywords[source.table] = source.reader()
            keywords["columns"][source.table] = source.mapped
        asked = [*outputs, "rejected", "intake"]
        try:
            with _progress(self.quiet) as progress, config(threads=self.threads):
                keywords["progress"] = progress
                data = call.run(
                    functools.partial(_core.call, self.entry["name"]), (), keywords, asked
                )
        except FideliaError as error:
            cause = reraise(self.sources, error)
            if cause is not error:
                raise cause from None
            raise _in_file_terms(error, self.sources) from None
        return {name: Table(one) for name, one in zip(asked, data)}

    def rejected(self, table: Table) -> list[tuple[str, int, str, str, str]]:
        """File, line, column, reason and value of the rows set aside."""
        columns = [table[name].to_list() for name in ("table", "row", "column", "reason", "value")]
        by_table = {source.table: source for source in self.sources}
        rows = list(zip(*columns))
        places = {
            name: source.locate([row[1] for row in rows if row[0] == name])
            for name, source in by_table.items()
        }
        found = []
        for name, row, column, reason, value in rows:
            path, line = places[name][row]
            bad = by_table[name].malformed.get(row)
            if bad is not None:
                found.append((path, line, "", bad.reason, bad.text))
            else:
                found.append((path, line, column or "", reason, value or ""))
        return sorted(found, key=lambda row: row[:2])

    def say(self, text: str) -> None:
        """A line for people."""
        if not self.quiet:
            print(text)

    def say_intake(self, tables: dict[str, Table], rejected: int) -> None:
        """What was read and noticed."""
        intake = tables["intake"]
        for name, check, rows, text in zip(
            *(intake[c].to_list() for c in ("table", "check", "rows", "text"))
        ):
            if check == "rows_read":
                self.say(f"{name}: {rows:,} rows read")
            elif check != "rows_rejected":
                self.say(f"{name}: {rows:,} rows: {text}")
        if rejected:
            self.say(f"{rejected:,} rows were set aside")
        if any("UTF-8" in reason for reason in tables["rejected"]["reason"]):
            self.say(
                "Text that is not UTF-8 was found; if a file is Latin-1, say --encoding latin-1"
            )


def _model_or_value(entry: Entry, name: str, value: Any) -> Any:
    kind = next((o["kind"] for o in entry["options"] if o["name"] == name), "")
    if kind == "model":
        from ._models import load

        return load(value)
    return value


@contextlib.contextmanager
def _progress(quiet: bool) -> Iterator[Callable[[float, str], object] | None]:
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from ._progress import bar

    with bar() as report:
        yield report


def _write_rejected(path: str, rows: Sequence[tuple[str, int, str, str, str]]) -> None:
    import csv

    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["file", "line", "column", "reason", "value"])
        writer.writerows(rows)


# -- commands ------------------------------------------------------------------------------------

REPORT_HELP = """\
Score every customer, say what to do next, and write a report.

Writes report.html, scores.parquet, advice.csv, overdue.csv (contacts that are due, where there are
any) and rejected.csv (rows that could not be read, with the reason) into a folder. Columns are
recognised by their common names.

Examples:

\b
  fidelia report orders.csv --as-of 1997-09-30 -o out
  fidelia report orders.parquet --parties parties.csv --contacts contacts.csv \\
      --as-of 2023-12-31 --currency EUR -o out
  fidelia report orders.csv --order-lines lines.csv --as-of 2023-12-31 -o out
  fidelia report sales-*.csv --map customer_id=CustomerID,amount=Total -o out

Databases (SQLite, DuckDB, PostgreSQL) are read where they are, and never written:

\b
  fidelia report shop.sqlite::orders --contacts shop.sqlite::calls -o out
  fidelia report shop.duckdb --query "select * from orders where status <> 'test'" -o out
  fidelia report postgresql://ann@db.example/shop::sales.orders -o out
"""

SCORE_HELP = """\
Score every customer: one row each, Parquet or CSV.

Columns: customer_id, frequency, t_x, T, monetary_value, p_alive, expected purchases, spend and
lifetime value with their intervals, and the stage of the relationship.

Examples:

\b
  fidelia score orders.csv --as-of 1997-09-30 -o scores.csv
  fidelia score orders.parquet --as-of 2023-12-31 --unit W --model bg_nbd --horizon 52 \\
      -o scores.parquet
  fidelia score shop.sqlite --query "select buyer as customer_id, day, total from sales" \\
      -o scores.parquet
"""

CARD_HELP = """\
One customer's page: stage with its reasons, history, scores, next step, rank among all.

Shown as text, or written as a page that needs nothing else.

Examples:

\b
  fidelia card 1234 orders.csv --as-of 1997-09-30
  fidelia card C-17 orders.parquet --party-names names.csv --currency EUR -o card.html
"""

AUDIENCE_HELP = """\
List the members of an audience: a rule over what is known of each party.

RULE is a condition such as "orders >= 3 and region = 'Jilin'", or the name of a standard public
("large distributors"). Writes one row for each member: audience and party_id. `fidelia list
audiences` says which columns and functions a rule may name.

Examples:

\b
  fidelia audience "orders >= 3 and last_purchase >= as_of - 6 months" orders.csv \\
      --as-of 1997-09-30 -o members.csv
  fidelia audience "press" orders.parquet --parties parties.csv --as-of 2023-12-31 -o press.csv
  fidelia audience "spend > 500 and not audience('press')" orders.csv --parties parties.csv \\
      --explain 4711 -o members.csv
"""

SAMPLE_HELP = """\
Make an artificial company, with the truth that no real company knows.

The same options make the same data on every machine. Memory does not grow with the number of
customers.

Examples:

\b
  fidelia sample demo
  fidelia sample demo --customers 1000000 --years 3 --seed 7 --format parquet
"""

MANUAL_HELP = """\
Print the whole reference manual in Markdown, or write the manual as a site.

The site has the guides, the reference of the catalogue, of Python, of the command line and of the C
and C++ headers. It needs no network: open its index.html.

\b
Examples:
  fidelia manual > reference.md
  fidelia manual --site manual
"""

LIST_HELP = """\
Show the catalogue: everything that Fidelia can do, or one entry with its tables and options.

Examples:

\b
  fidelia list
  fidelia list purchase_summary
"""


def _report(**arguments: Any) -> None:
    from ._files import outputs, write_table
    from .report import render_html

    folder = arguments.pop("output")
    run = Run("company_report", arguments)
    tables = run.call(["scores", "advice", "overdue", "report"])
    rows = run.rejected(tables["rejected"])
    with outputs(folder) as temporary:
        page = render_html(tables["report"]["json"][0])
        with open(os.path.join(temporary, "report.html"), "w", encoding="utf-8") as file:
            file.write(page)
        write_table(tables["scores"], os.path.join(temporary, "scores.parquet"))
        write_table(tables["advice"], os.path.join(temporary, "advice.csv"))
        written = ["report.html", "scores.parquet", "advice.csv"]
        # An older list does not stay beside a newer report.
        if len(tables["overdue"]) or os.path.exists(os.path.join(folder, "overdue.csv")):
            write_table(tables["overdue"], os.path.join(temporary, "overdue.csv"))
            written.append("overdue.csv")
        _write_rejected(os.path.join(temporary, "rejected.csv"), rows)
    run.say_intake(tables, len(rows))
    run.say(f"{len(tables['scores']):,} customers scored")
    for name in (*written, "rejected.csv"):
        run.say(os.path.join(folder, name))


def _score(**arguments: Any) -> None:
    from ._files import check_format, output_file, write_table

    path = arguments.pop("output")
    check_format(path)
    run = Run("company_scores", arguments)
    tables = run.call(["scores"])
    rows = run.rejected(tables["rejected"])
    beside = os.path.join(os.path.dirname(path), "rejected.csv")
    with output_file(path) as temporary:
        write_table(tables["scores"], temporary)
        if rows:
            _write_rejected(os.path.join(os.path.dirname(temporary), "rejected.csv"), rows)
    run.say_intake(tables, len(rows))
    run.say(f"{len(tables['scores']):,} customers scored")
    run.say(path)
    if rows:
        run.say(beside)


def _audience(**arguments: Any) -> None:
    from ._files import check_format, output_file, write_table

    path = arguments.pop("output")
    check_format(path)
    text = arguments.pop("rule")
    # A name alone is the audience of that name.
    if re.fullmatch(r"[\w ]+", text) and " " in text or text.isidentifier():
        text = f"audience('{text}')"
    run = Run("company_audiences", arguments)
    run.options.update(rule=text, name=run.options.get("name", "rule"), standard=False, groups=0)
    tables = run.call(["audiences", "members", "reasons"])
    rows = run.rejected(tables["rejected"])
    beside = os.path.join(os.path.dirname(path), "rejected.csv")
    with output_file(path) as temporary:
        write_table(tables["members"], temporary)
        if rows:
            _write_rejected(os.path.join(os.path.dirname(temporary), "rejected.csv"), rows)
    run.say_intake(tables, len(rows))
    for audience, members, share in _rows(tables["audiences"], "audience", "members", "share"):
        of_all = f" ({share:.1%} of all parties)" if share is not None else ""
        run.say(f"{audience}: {members:,} members{of_all}")
    columns = ("audience", "party_id", "member", "condition", "holds", "values")
    for audience, party, member, condition, holds, values in _rows(tables["reasons"], *columns):
        truth = {True: "true", False: "false"}.get(holds, "unknown")
        standing = "is in" if member else "is not in"
        run.say(f"{party} {standing} {audience}: {condition} is {truth} ({values})")
    run.say(path)
    if rows:
        run.say(beside)


def _rows(table: Table, *names: str) -> Iterator[tuple[Any, ...]]:
    return zip(*(table[name].to_list() for name in names))


def _card(**arguments: Any) -> None:
    from ._card import as_text
    from ._files import output_file

    path = arguments.pop("output")
    if path is not None and not path.endswith(".html"):
        raise InvalidArgumentError(f"{path}: the name must end in .html")
    run = Run("customer_card", arguments)
    document = run.call(["card"])["card"]["json"][0]
    if path is None:
        print(as_text(document), end="")
        return
    from .report import render_html

    page = render_html(document)
    with output_file(path) as temporary, open(temporary, "w", encoding="utf-8") as file:
        file.write(page)
    run.say(path)


def _simulation() -> Entry:
    """The artificial company."""
    names = [one["name"] for one in _catalogue.entries() if one["kind"] == "simulation"]
    return _catalogue.entry(names[0])


def _sample(directory: str, format: str, quiet: bool, threads: int | None, **options: Any) -> None:
    from ._files import TableWriter, outputs
    from ._settings import config

    if format not in ("parquet", "csv"):
        raise InvalidArgumentError(f'--format is "{format}"; it takes one of: parquet, csv')
    entry = _simulation()
    names = [slot["name"] for slot in entry["outputs"]]
    options = {name: value for name, value in options.items() if value is not None}
    options.setdefault("start", _FIRST_DAY)
    customers = int(_value(entry, options, "customers"))
    with outputs(directory) as temporary, _progress(quiet) as progress, config(threads=threads):
        writers = {n: TableWriter(os.path.join(temporary, f"{n}.{format}")) for n in names}
        try:
            for first in range(0, customers, _SLICE):
                count = min(_SLICE, customers - first)
                _write_slice(entry, writers, {**options, "first": first, "count": count})
                if progress is not None:
                    progress((first + count) / customers, "simulating")
        finally:
            for writer in writers.values():
                writer.close()
    if not quiet:
        _say_sample(directory, format, {n: w.rows for n, w in writers.items()}, entry, options)


def _write_slice(entry: Entry, writers: dict[str, Any], options: dict[str, Any]) -> None:
    from ._functions import function_of

    tables = function_of(entry["name"])(**options)
    for name, writer in writers.items():
        if len(tables[name]):
            writer.write(tables[name])


def _value(entry: Entry, options: dict[str, Any], name: str) -> Any:
    """The option's value, or its default as text."""
    default = next((o["default"] for o in entry["options"] if o["name"] == name), None)
    return options.get(name, default or "")


def _last_day(start: str, years: int) -> str:
    """The day before the day that many years later."""
    try:
        first = datetime.date.fromisoformat(start)
    except ValueError:
        raise InvalidArgumentError(f"--start takes a date like {_FIRST_DAY}, not {start}") from None
    days = calendar.monthrange(first.year + years, first.month)[1]
    after = datetime.date(first.year + years, first.month, min(first.day, days))
    return str(after - datetime.timedelta(days=1))


def _say_sample(
    directory: str, format: str, rows: dict[str, int], entry: Entry, options: dict[str, Any]
) -> None:
    for name, count in rows.items():
        if count:
            print(f"{os.path.join(directory, f'{name}.{format}')}: {count:,} rows")
    report = _catalogue.entry("company_report")
    as_of = _last_day(options["start"], int(_value(entry, options, "years")))
    parts = ["fidelia report"]
    for slot in sorted(report["inputs"], key=lambda slot: not slot["required"]):
        if rows.get(slot["name"]):
            flag = "" if slot["required"] else f"{_flag_name(slot['name'])} "
            parts.append(flag + os.path.join(directory, f"{slot['name']}.{format}"))
    currency = _value(entry, options, "currency")
    parts += [f"--as-of {as_of}", *([f"--currency {currency}"] if currency else [])]
    parts.append(f"-o {os.path.join(directory, 'report')}")
    print("\nNext:\n  " + " \\\n      ".join(parts))


@_guarded
def _list(
    name: Optional[str] = typer.Argument(None, help="An entry of the catalogue.", metavar="[NAME]"),
) -> None:
    from ._listing import print_entries, print_entry

    if name is None:
        print_entries(_catalogue.entries())
    else:
        print_entry(_catalogue.entry(name))


@_guarded
def _manual(
    site: Optional[str] = typer.Option(
        None, "--site", metavar="DIR", help="Write the manual as HTML pages into this folder."
    ),
) -> None:
    if site is None:
        from ._manual import manual

        print(manual(), end="")
        return
    from ._files import outputs
    from ._pages import write_site

    with outputs(site) as temporary:
        written = write_site(temporary)
    print(f"{len(written)} files; begin with {os.path.join(site, 'index.html')}")


def _show_version(value: bool) -> None:
    if value:
        print(f"fidelia {_core.version()}")
        raise typer.Exit()


@app.callback()
def _main(
    version: bool = typer.Option(
        False, "--version", help="Show the version.", callback=_show_version, is_eager=True
    ),
) -> None:
    """From a company's records to scores, advice and a report on its customer relationships."""


def _build() -> None:
    known = {listed["name"] for listed in _catalogue.entries()}
    if "company_report" in known:
        _register(
            "report",
            _report,
            [
                *_entry_parameters(_catalogue.entry("company_report")),
                *_common_parameters("fidelia-report", "Folder to write into."),
            ],
            REPORT_HELP,
        )
    if "company_scores" in known:
        _register(
            "score",
            _score,
            [
                *_entry_parameters(_catalogue.entry("company_scores")),
                *_common_parameters("scores.parquet", "File to write: .parquet, .csv, .csv.gz."),
            ],
            SCORE_HELP,
        )
    if "company_audiences" in known:
        settled = ("rule", "standard", "groups")
        _register(
            "audience",
            _audience,
            [
                _extra(
                    "rule",
                    str,
                    typer.Argument(..., help="A rule, or a public's name.", metavar="RULE"),
                ),
                *[
                    parameter
                    for parameter in _entry_parameters(_catalogue.entry("company_audiences"))
                    if parameter.name not in settled
                ],
                *_common_parameters("members.csv", "File to write: .parquet, .csv, .csv.gz."),
            ],
            AUDIENCE_HELP,
        )
    if "customer_card" in known:
        parameters = _entry_parameters(_catalogue.entry("customer_card"))
        _register(
            "card",
            _card,
            [
                _extra("card_of", str, typer.Argument(..., metavar="CUSTOMER", help="Whose card.")),
                *(one for one in parameters if one.name != "card_of"),
                *_common_parameters(None, "Page to write, .html; without it, text is shown."),
            ],
            CARD_HELP,
        )
    if "simulation" in {listed["kind"] for listed in _catalogue.entries()}:
        own = [o for o in _simulation()["options"] if o["name"] not in ("first", "count")]
        _register(
            "sample",
            _sample,
            [
                _extra("directory", str, typer.Argument(..., help="Folder to write into.")),
                *map(_option_parameter, own),
                _extra("format", str, typer.Option("parquet", help="parquet or csv.")),
                _threads_parameter(),
                _quiet_parameter(),
            ],
            SAMPLE_HELP,
        )
    app.command("list", help=LIST_HELP)(_list)
    app.command("manual", help=MANUAL_HELP)(_manual)


_build()


def main() -> None:
    """What the command ``fidelia`` runs."""
    gc.freeze()  # what was imported stays: looking through it again and again only takes time
    app()


if __name__ == "__main__":
    main()
