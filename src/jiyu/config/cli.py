"""The terminal's door: `jiyu <command>`.

Exit codes: 0 done; 1 refused, with the reason and the fix; 2 wrong usage; 3 the program failed.
`--json` prints one JSON object (of several problems each stands in "problems");
`--company CODE` chooses the company (default: the only one that is not the demo, else the demo);
`--language zh|en` chooses what sentences are told in (default: JIYU_LANGUAGE, else Chinese).
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from jiyu import __version__
from jiyu.lib.text import Problem, Text

LANGUAGES = {"zh": "zh-hans", "en": "en"}
"""What may be asked for, and what Django calls it."""

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


FAILED = Text(
    "程序出错了 ({what})。加 JIYU_DEBUG=1 再运行可以看到细节。",
    "The program failed ({what}). Run it again with JIYU_DEBUG=1 to see the details.",
)
OF_FILES: dict[type[Exception], Text] = {
    FileNotFoundError: Text("没有 {path}", "There is no {path}"),
    PermissionError: Text("没有权限动 {path}", "No permission to touch {path}"),
    IsADirectoryError: Text("{path} 是文件夹，不是文件", "{path} is a folder, not a file"),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Parse, run, print; returns the exit code."""
    arguments = _parser().parse_args(argv)
    handler: Handler = arguments.handler
    try:
        with _ready(arguments):
            outcome = handler(arguments)
    except KeyboardInterrupt:
        return 130
    except Exception as error:  # the last fence before the terminal
        refused = _as_refusal(error, arguments)
        if refused is None:
            if os.environ.get("JIYU_DEBUG") == "1":
                raise
            failed = FAILED.format(what=f"{type(error).__name__}: {error}")
            _print(failed.in_(arguments.language), sys.stderr)
            return 3
        _tell(refused, as_json=arguments.json)
        return 1
    if arguments.json:
        _print(json.dumps(outcome.data, ensure_ascii=False, default=str), sys.stdout)
    else:
        for line in outcome.lines:
            _print(line, sys.stdout)
    return outcome.code


@contextmanager
def _ready(arguments: argparse.Namespace) -> Iterator[None]:
    """Django set up and the chosen language active, for a command that needs Django: loading it takes a second."""
    if not arguments.needs_django:
        yield
        return
    setup()
    from django.utils import translation

    with translation.override(LANGUAGES[arguments.language]):
        yield


@contextmanager
def in_company(arguments: argparse.Namespace) -> Iterator[Any]:
    """The chosen company active."""
    from jiyu.core import company

    with company.active(chosen_company(arguments.company)) as here:
        yield here


def setup() -> None:
    """Make Django ready for the running program."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiyu.config.settings.runtime")
    import django

    django.setup()


def gettext(message: str) -> str:
    """Django's, loaded when a sentence is told: the commands' files are read before one is chosen."""
    from django.utils import translation

    return translation.gettext(message)


def ngettext(singular: str, plural: str, number: int) -> str:
    """Django's, loaded like `gettext`."""
    from django.utils import translation

    return translation.ngettext(singular, plural, number)


_ = gettext


def no_company_yet() -> RefusedError:
    """The refusal of what needs a company where none was made."""
    return RefusedError(_("还没有公司"), _("jiyu demo 建演示公司，或 jiyu company create CODE --name 名字"))


def chosen_company(code: str | None) -> Any:
    """The company called `code`, or the only one that is not the demo, or the demo; raises `RefusedError`."""
    from jiyu.core import company

    if code:
        return company.find(code)
    known = company.all_companies()
    if not known:
        raise no_company_yet()
    own = [c for c in known if not c.demo]
    if len(own) > 1:
        codes = " ".join(c.code for c in known)
        raise RefusedError(_("有好几家公司"), _("加 --company CODE：%(codes)s") % {"codes": codes})
    return (own or known)[0]


def into(here: Any) -> tuple[str, ...]:
    """What a command that writes says first: which company it wrote into, where there are several."""
    from jiyu.core import company

    if len(company.all_companies()) == 1:
        return ()
    return (_("%(name)s（%(code)s）：") % {"name": here.name, "code": here.code},)


class Refused(NamedTuple):
    """What a command is refused for: all of it in one sentence, and each problem with what to do about it ("" where
    nothing is to be said)."""

    message: str
    problems: list[tuple[str, str]]

    @classmethod
    def one(cls, message: str, fix: str = "") -> Refused:
        """A single problem."""
        return cls(message, [(message, fix)])


def _tell(refused: Refused, *, as_json: bool) -> None:
    """Each problem with its own fix. As JSON "fix" is the first one's."""
    if not as_json:
        for message, fix in refused.problems:
            _print(message + (f"\n→ {fix}" if fix else ""), sys.stderr)
        return
    data: dict[str, Any] = {"error": refused.message, "fix": refused.problems[0][1]}
    if len(refused.problems) > 1:
        data["problems"] = [{"error": message, "fix": fix} for message, fix in refused.problems]
    _print(json.dumps(data, ensure_ascii=False), sys.stdout)


def _as_refusal(error: Exception, arguments: argparse.Namespace) -> Refused | None:
    language = arguments.language
    if isinstance(error, RefusedError):
        return Refused.one(str(error), error.fix)
    if isinstance(error, OSError) and type(error) in OF_FILES:
        told = OF_FILES[type(error)].format(path=error.filename)
        return Refused.one(told.in_(language) if error.filename else str(error))
    problem = getattr(error, "problem", None)
    if isinstance(problem, Problem):
        return Refused.one(problem.message.in_(language), problem.fix.in_(language))
    if not arguments.needs_django:
        return None
    from jiyu.core.company import CompanyError
    from jiyu.core.errors import DomainError

    if isinstance(error, CompanyError):
        return Refused.one(str(error), error.fix)
    if isinstance(error, DomainError):
        return Refused(error.message, [(one.message, one.fix) for one in error.several])
    return None


def port(given: str) -> int:
    """A port as a command takes it: for `type=` of an argument."""
    if not given.isascii() or not given.isdigit() or not 0 < int(given) < 65536:
        raise argparse.ArgumentTypeError(f"{given!r} is no port: 1 to 65535")
    return int(given)


def _language(given: str) -> str:
    if given not in LANGUAGES:
        raise argparse.ArgumentTypeError(f"{given!r} is neither zh nor en (the default comes from JIYU_LANGUAGE)")
    return given


def _parser() -> argparse.ArgumentParser:
    from jiyu.config.commands import companies, formulas, imports, jobs, programs, scores

    parser = argparse.ArgumentParser(prog="jiyu", description="绩语 Jiyu")
    parser.add_argument("--version", action="version", version=f"jiyu {__version__}")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--json", action="store_true", help="print one JSON object")
    common.add_argument(
        "--company", metavar="CODE", help="which company (default: the only one besides the demo, else it)"
    )
    common.add_argument(
        "--language",
        type=_language,
        metavar="zh|en",
        default=os.environ.get("JIYU_LANGUAGE") or "zh",
        help="what sentences are told in (default: JIYU_LANGUAGE, else zh)",
    )
    common.set_defaults(needs_django=True)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for module in (programs, companies, imports, scores, formulas, jobs):
        module.add(commands, common)
    return parser


def _print(text: str, stream: Any) -> None:
    try:
        stream.write(text + "\n")
        stream.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


if __name__ == "__main__":
    # Run by `python -m`, this file is another module than the one whose classes the commands refuse with.
    sys.exit(importlib.import_module("jiyu.config.cli").main())
