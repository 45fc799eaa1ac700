"""`jiyu serve|worker|demo|doctor`: the running programs."""

from __future__ import annotations

import argparse
import os
from typing import Any

from jiyu.config.cli import Outcome, port
from jiyu.config.cli import gettext as _

DEFAULT_PORT = 8000


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the commands to the parser."""
    serving = commands.add_parser("serve", parents=[common], help="web and worker in one process tree")
    _listening(serving)
    serving.set_defaults(handler=_serve)
    working = commands.add_parser("worker", parents=[common], help="background work only")
    working.set_defaults(handler=_worker)
    demo = commands.add_parser("demo", parents=[common], help="make (or keep) the demo company")
    demo.add_argument("--serve", action="store_true", help="and serve it")
    _listening(demo)
    demo.set_defaults(handler=_demo)
    doctor = commands.add_parser("doctor", parents=[common], help="is everything in order?")
    doctor.set_defaults(handler=_doctor)


def _listening(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="default: this machine only")
    parser.add_argument("--port", type=port, default=os.environ.get("JIYU_PORT") or DEFAULT_PORT)
    parser.add_argument("--no-worker", action="store_true")


def _serve(arguments: argparse.Namespace) -> Outcome:
    from jiyu.config.migrating import migrate_all
    from jiyu.config.serving import free_port, serve

    if migrate_all() == 0:
        print(_("还没有公司：打开首页就能新建。"), flush=True)  # noqa: T201
    free = free_port(arguments.host, arguments.port)
    if free != arguments.port:
        ports = {"wanted": arguments.port, "port": free}
        print(_("端口 %(wanted)s 被占用，改用 %(port)s") % ports, flush=True)  # noqa: T201
    address = f"http://{arguments.host}:{free}/"
    serve(
        arguments.host,
        free,
        with_worker=not arguments.no_worker,
        on_ready=lambda: print(_("打开 %(address)s （Ctrl-C 结束）") % {"address": address}, flush=True),  # noqa: T201
    )
    return Outcome(_("结束了。"), data={"address": address})


def _worker(arguments: argparse.Namespace) -> Outcome:
    from jiyu.config.serving import work

    work(parent=int(os.environ.get("JIYU_PARENT", "0")))
    return Outcome()


def _demo(arguments: argparse.Namespace) -> Outcome:
    from jiyu.config.demo.fill import ensure_demo

    ensure_demo(say=lambda text: print(text, flush=True))  # noqa: T201
    if arguments.serve:
        return _serve(arguments)
    return Outcome(_("演示公司好了。"), data={"company": "demo"})


def _doctor(arguments: argparse.Namespace) -> Outcome:
    from jiyu.config.doctor import examine

    found = examine()
    bad = [f for f in found if not f.ok]
    return Outcome(
        *(f"{'✓' if f.ok else '✗'} {f.what}" + (f"\n  → {f.fix}" if not f.ok else "") for f in found),
        data={"ok": not bad, "checks": [{"what": f.what, "ok": f.ok, "fix": f.fix} for f in found]},
        code=1 if bad else 0,
    )
