"""The command line: `fullcircle` or `python -m bot`."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from bot import garbage, log
from bot.settings import Settings, SettingsError, StoreSettings, load

WRONG_SETTINGS = 2


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command; the exit code is 0, 1 where it could not do its work, 2 for a wrong setting or argument."""
    garbage.look_rarely()
    options = _parser().parse_args(arguments)
    try:
        code = options.run(options)
    except SettingsError as error:
        print(error, file=sys.stderr)
        code = WRONG_SETTINGS
    except KeyboardInterrupt:  # before the handlers of the signals were in place
        code = 130
    sys.exit(code)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="fullcircle", description="Performance appraisal and 360-degree feedback inside Slack."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    commands.add_parser("serve", help="run the bot").set_defaults(run=_serve)
    demo = commands.add_parser("demo", help="run the bot with a local Slack, in the browser")
    demo.add_argument("--reset", action="store_true", help="start afresh; the old demo is deleted")
    demo.add_argument("--port", type=int, default=3999, help="of the page (default %(default)s)")
    demo.set_defaults(run=_demo)
    play = commands.add_parser("play", help="play a whole cycle with simulated people")
    play.add_argument("--people", type=int, default=24, help="how many (default %(default)s)")
    play.add_argument("--seed", type=int, default=1, help="the same seed, the same story (default %(default)s)")
    play.add_argument("--json", type=Path, metavar="FILE", help="what each person got; - for standard output")
    play.add_argument("--real-time-limit", type=float, metavar="SECONDS", help="fail when it takes longer")
    play.set_defaults(run=_play)
    doctor = commands.add_parser("doctor", help="check settings, Slack, database and clock")
    doctor.set_defaults(run=_doctor)
    _add_imports(commands)
    _add_schemes(commands)
    _add_sources(commands)
    _add_explain(commands)
    _add_figures(commands)
    return parser


def _add_imports(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    people = commands.add_parser("people", help="departments, managers … from a file")
    whats = people.add_subparsers(required=True, metavar="WHAT")
    add = whats.add_parser("import", help="read a file")
    _add_import(add)
    add.set_defaults(run=_import, kind="people")
    _add_rollback(whats, "people")
    metrics = commands.add_parser("metrics", help="targets and actual figures from a file")
    whats = metrics.add_subparsers(required=True, metavar="WHAT")
    add = whats.add_parser("import", help="read a file")
    _add_import(add)
    add.add_argument("--as-of", type=date.fromisoformat, metavar="DATE", help="the day of figures that say no other")
    which = add.add_mutually_exclusive_group()
    which.add_argument("--cycle", metavar="NAME", help="for the period of this cycle (default: the open one)")
    which.add_argument("--period", nargs=2, type=date.fromisoformat, metavar=("START", "END"), help="as 2026-01-01")
    add.set_defaults(run=_import, kind="metrics")
    _add_rollback(whats, "metrics")
    status = whats.add_parser("status", help="how sources stand, and whose figures are missing")
    status.add_argument("--json", action="store_true", help="for programs")
    status.set_defaults(run=_sources, what="status")


def _add_sources(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    sources = commands.add_parser("sources", help="where figures keep coming from: list, check, pull …")
    sources.set_defaults(run=_sources)
    whats = sources.add_subparsers(dest="what", required=True, metavar="WHAT")
    whats.add_parser("list", help="every declared source and how it stands")
    whats.add_parser("check", help="find every mistake in the declarations")
    whats.add_parser("pull", help="fetch a source now").add_argument("key", metavar="KEY")
    whats.add_parser("json-schema", help="print the JSON Schema of a declaration, for editors")


def _add_explain(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    explain = commands.add_parser("explain", help="why somebody's score is what it is, as JSON")
    explain.add_argument("cycle", metavar="CYCLE", help="its name")
    explain.add_argument("person", metavar="PERSON", help="e-mail address, employee number or name")
    explain.set_defaults(run=_explain)


def _add_figures(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    figures = commands.add_parser("figures", help="how a cycle's results are spread, what decides, how reliable it is")
    figures.add_argument("cycle", metavar="CYCLE", help="its name")
    figures.set_defaults(run=_figures, what="figures")
    annual = commands.add_parser("annual", help="the result of a year: of a person, or of the departments")
    annual.add_argument("year", type=int, metavar="YEAR")
    annual.add_argument("person", nargs="?", metavar="PERSON", help="e-mail address, employee number or name")
    annual.add_argument("--until", type=date.fromisoformat, metavar="DATE", help="the last day (default: today)")
    annual.set_defaults(run=_figures, what="annual")
    for parser in (figures, annual):
        parser.add_argument("--json", action="store_true", help="for programs; of a cycle with everybody's result")


def _add_import(parser: argparse.ArgumentParser) -> None:
    _add_file(parser)
    parser.add_argument("--mapping", type=_readable, metavar="FILE", help="how to read it (YAML or JSON)")
    parser.add_argument("--source", default="", metavar="NAME", help="where it comes from (default: by its name)")
    parser.add_argument("--all", action="store_true", help="take the doubtful rows, too")
    parser.add_argument("--json", type=Path, metavar="FILE", help="rows and problems; - for standard output")


def _add_rollback(commands: argparse._SubParsersAction[argparse.ArgumentParser], kind: str) -> None:
    parser = commands.add_parser("rollback", help="undo an import")
    parser.add_argument("id", nargs="?", metavar="ID", help="of the import (default: the last file given by hand)")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.set_defaults(run=_undo, kind=kind)


def _add_schemes(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    scheme = commands.add_parser("scheme", help="forms and rules: list, check, upload …")
    scheme.set_defaults(run=_scheme)
    whats = scheme.add_subparsers(dest="what", required=True, metavar="WHAT")
    whats.add_parser("list", help="every scheme, its version and use")
    whats.add_parser("show", help="what a scheme asks and counts").add_argument("key", metavar="KEY")
    whats.add_parser("check", help="find every mistake in a file").add_argument("file", type=_readable, metavar="FILE")
    _add_file(whats.add_parser("upload", help="offer the scheme of a file for new cycles"))
    whats.add_parser("retire", help="offer a scheme no more").add_argument("key", metavar="KEY")
    whats.add_parser("export", help="print the file of a scheme").add_argument("key", metavar="KEY")
    whats.add_parser("json-schema", help="print the JSON Schema, for editors")


def _add_file(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=_readable, metavar="FILE")
    parser.add_argument("--dry-run", action="store_true", help="only show what would happen")


def _readable(name: str) -> Path:
    path = Path(name)
    if not path.is_file():
        raise argparse.ArgumentTypeError(f"there is no file {name}")
    return path


# Imported when needed: each command starts without what only the others use.


def _serve(_options: argparse.Namespace) -> int:
    from bot.app import serve

    settings = load(Settings)
    log.configure(settings.log_level)
    asyncio.run(serve(settings))
    return 0


def _demo(options: argparse.Namespace) -> int:
    from bot.demo import main as demo

    return demo(port=options.port, reset=options.reset)


def _play(options: argparse.Namespace) -> int:
    from bot.play import main as play

    return play(options)


def _doctor(_options: argparse.Namespace) -> int:
    from bot.doctor import examine

    log.configure("ERROR")
    return examine(load(Settings))


def _import(options: argparse.Namespace) -> int:
    from bot.imports import import_file

    return import_file(_store(), options)


def _undo(options: argparse.Namespace) -> int:
    from bot.imports import undo

    return undo(_store(), options)


def _scheme(options: argparse.Namespace) -> int:
    from bot.schemes import run

    return run(options, _store)


def _sources(options: argparse.Namespace) -> int:
    from bot.sources.commands import run

    return run(options, _store)


def _explain(options: argparse.Namespace) -> int:
    from bot.explain import run

    return run(_store(), options)


def _figures(options: argparse.Namespace) -> int:
    from bot.figures import run

    return run(options, _store)


def _store() -> StoreSettings:
    settings = load(StoreSettings)
    log.configure(settings.log_level)
    return settings


if __name__ == "__main__":
    main()
