"""`jiyu company create|list`: making companies."""

from __future__ import annotations

import argparse
from typing import Any

from jiyu.config.cli import Outcome
from jiyu.config.cli import gettext as _

LINK_MINUTES = 60
CALENDAR_YEARS = range(2020, 2028)


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the commands to the parser."""
    noun = commands.add_parser("company", help="make or list companies").add_subparsers(required=True)
    making = noun.add_parser("create", parents=[common], help="make a company; prints a one-time owner link")
    making.add_argument("code")
    making.add_argument("--name", required=True)
    making.add_argument("--root", action="store_true", help="serve it without a prefix (one company only)")
    making.add_argument("--port", type=int, default=8000, help="port of the printed link")
    making.set_defaults(handler=_create)
    listing = noun.add_parser("list", parents=[common], help="companies of this deployment")
    listing.set_defaults(handler=_list)


def _create(arguments: argparse.Namespace) -> Outcome:
    from jiyu.config.migrating import migrate
    from jiyu.core import company
    from jiyu.core.actor import Actor
    from jiyu.people import public as people

    made = company.create(arguments.code, arguments.name, prefix="" if arguments.root else None)
    with company.active(made):
        migrate()
        actor = Actor.system("jiyu company create")
        people.calendar_seed(actor=actor, years=CALENDAR_YEARS)
        secret = people.owner_link_make(valid_minutes=LINK_MINUTES)
    link = f"http://127.0.0.1:{arguments.port}{made.prefix}/enter/{secret}/"
    return Outcome(
        _("公司“%(name)s”建好了，数据在 %(folder)s") % {"name": made.name, "folder": made.folder},
        _("主人链接（只能用一次，%(n)s 分钟内有效，只在本机）：%(link)s") % {"n": LINK_MINUTES, "link": link},
        _("先运行 jiyu serve，再打开它。"),
        data={"company": made.code, "name": made.name, "link": link},
    )


def _list(arguments: argparse.Namespace) -> Outcome:
    from jiyu.core import company

    known = company.all_companies()
    return Outcome(
        *(f"{c.code}\t{c.name}\t{c.prefix or '/'}\t{c.database}" for c in known),
        data={"companies": [{"code": c.code, "name": c.name, "prefix": c.prefix} for c in known]},
    )
