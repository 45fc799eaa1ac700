"""The terminal's door: `jiyu <command>`.

Exit codes: 0 done; 1 refused, with the reason and the fix; 2 wrong usage; 3 the program failed.
`--json` prints one JSON object; `--company CODE` chooses the company (default: the only one, else the demo).
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from jiyu import __version__

Handler = Callable[[argparse.Namespace], "Outcome"]


class Outcome:
    """What a command says: `lines` for people, `data` for `--json`, and the exit code."""

    def __init__(self, *lines: str, data: dict[str, Any] | None = None, code: int = 0) -> None:
        self.lines = lines
        self.data = data or {}
        self.code = code


class RefusedError(Exception):
    """A command cannot do what was asked; the message says why, `fix` what to do."""

    def __init__(self, message: str, fix: str = "") -> None:
        super().__init__(message)
        self.fix = fix


def main(argv: Sequence[str] | None = None) -> int:
    """Parse, run, print; returns the exit code."""
    arguments = _parser().parse_args(argv)
    handler: Handler = arguments.handler
    try:
        outcome = handler(arguments)
    except KeyboardInterrupt:
        return 130
    except Exception as error:  # the last fence before the terminal
        refused = _as_refusal(error)
        if refused is None:
            if os.environ.get("JIYU_DEBUG") == "1":
                raise
            _print(f"程序出错了 ({type(error).__name__}: {error})。加 JIYU_DEBUG=1 再运行可以看到细节。", sys.stderr)
            return 3
        message, fix = refused
        if arguments.json:
            _print(json.dumps({"error": message, "fix": fix}, ensure_ascii=False), sys.stdout)
        else:
            _print(message + (f"\n→ {fix}" if fix else ""), sys.stderr)
        return 1
    if arguments.json:
        _print(json.dumps(outcome.data, ensure_ascii=False, default=str), sys.stdout)
    else:
        for line in outcome.lines:
            _print(line, sys.stdout)
    return outcome.code


@contextmanager
def in_company(arguments: argparse.Namespace) -> Iterator[Any]:
    """Django set up and the chosen company active."""
    setup()
    from jiyu.core import company

    with company.active(chosen_company(arguments.company)) as here:
        yield here


def setup() -> None:
    """Make Django ready for the running program."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiyu.config.settings.runtime")
    import django

    django.setup()


def chosen_company(code: str | None) -> Any:
    """The company called `code`, or the only one, or the demo; raises `RefusedError`."""
    from jiyu.core import company

    if code:
        return company.find(code)
    known = company.all_companies()
    if not known:
        raise RefusedError("还没有公司", "jiyu demo 建演示公司，或 jiyu company create CODE --name 名字")
    if len(known) == 1:
        return known[0]
    demo = next((c for c in known if c.demo), None)
    if demo is None:
        raise RefusedError("有好几家公司", "加 --company CODE：" + " ".join(c.code for c in known))
    return demo


def _as_refusal(error: Exception) -> tuple[str, str] | None:
    from jiyu.core.company import CompanyError

    if isinstance(error, RefusedError):
        return str(error), error.fix
    if isinstance(error, CompanyError | FileNotFoundError | PermissionError | IsADirectoryError):
        return str(error), ""
    problem = getattr(error, "problem", None)
    if problem is not None:
        return problem.message.zh, problem.fix.zh
    try:
        from jiyu.core.errors import DomainError
    except ImportError:
        return None
    return (error.message, error.fix) if isinstance(error, DomainError) else None


def _parser() -> argparse.ArgumentParser:
    from jiyu.config.commands import companies, formulas, imports, programs, scores

    parser = argparse.ArgumentParser(prog="jiyu", description="绩语 Jiyu")
    parser.add_argument("--version", action="version", version=f"jiyu {__version__}")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--json", action="store_true", help="print one JSON object")
    common.add_argument("--company", metavar="CODE", help="which company (default: the only one, else the demo)")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for module in (programs, companies, imports, scores, formulas):
        module.add(commands, common)
    return parser


def _print(text: str, stream: Any) -> None:
    try:
        stream.write(text + "\n")
        stream.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


if __name__ == "__main__":
    sys.exit(main())
