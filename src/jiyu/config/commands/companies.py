"""`jiyu company create|link|list|export|remove`: making companies, letting people in, taking everything along or
away."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from jiyu.config.cli import Outcome, RefusedError, port
from jiyu.config.cli import gettext as _

LINK_MINUTES = 60


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the commands to the parser."""
    noun = commands.add_parser("company", help="make or list companies, let people in").add_subparsers(required=True)
    making = noun.add_parser("create", parents=[common], help="make a company; prints a one-time owner link")
    making.add_argument("code")
    making.add_argument("--name", required=True)
    making.add_argument("--root", action="store_true", help="serve it without a prefix (one company only)")
    making.add_argument("--trial", action="store_true", help="on trial: its owner may empty it")
    making.add_argument("--port", type=port, default=8000, help="port of the printed link")
    making.set_defaults(handler=_create)
    linking = noun.add_parser("link", parents=[common], help="print a new one-time link: the owner's, or somebody's")
    linking.add_argument("code")
    linking.add_argument("--employee-no", metavar="NUMBER", help="whom the link signs in (default: the owner)")
    linking.add_argument("--role", help="and gets this role, if not held yet: owner, hr, executive, it")
    linking.add_argument("--port", type=port, default=8000, help="port of the printed link")
    linking.set_defaults(handler=_link)
    listing = noun.add_parser("list", parents=[common], help="companies of this deployment")
    listing.set_defaults(handler=_list)
    exporting = noun.add_parser("export", parents=[common], help="everything a company has, as one Excel file")
    exporting.add_argument("code")
    exporting.add_argument("--out", metavar="FILE.xlsx", required=True)
    exporting.set_defaults(handler=_export)
    removing = noun.add_parser("remove", parents=[common], help="take a company away with everything; for good")
    removing.add_argument("code")
    removing.add_argument("--yes-remove", metavar="NAME", required=True, help="the company's name, to be sure")
    removing.set_defaults(handler=_remove)


def _create(arguments: argparse.Namespace) -> Outcome:
    from jiyu.core import company
    from jiyu.core.actor import Actor
    from jiyu.people import public as people

    founded = people.company_found(
        actor=Actor.system("jiyu company create"),
        name=arguments.name,
        code=arguments.code,
        prefix="" if arguments.root else None,
        on_trial=arguments.trial,
    )
    made = founded.company
    with company.active(made):
        secret = people.owner_link_make(valid_minutes=LINK_MINUTES)
    link, told = _told(made, arguments.port, secret)
    return Outcome(
        _("公司“%(name)s”建好了，数据在 %(folder)s") % {"name": made.name, "folder": made.folder},
        *told,
        _("主人的恢复码（只显示这一次，丢了登录用它进来）：%(code)s") % {"code": founded.owner.code},
        data={"company": made.code, "name": made.name, "link": link, "recovery_code": founded.owner.code},
    )


def _export(arguments: argparse.Namespace) -> Outcome:
    from jiyu.core import company
    from jiyu.core.actor import Actor
    from jiyu.home.exports import export_write

    path = Path(arguments.out).absolute()
    if path.suffix.lower() != ".xlsx":
        raise RefusedError(_("--out 要以 .xlsx 结尾"), _("写成 --out 全部数据.xlsx"))
    if not path.parent.is_dir():
        raise RefusedError(_("没有文件夹 %(folder)s") % {"folder": path.parent}, _("先建好它，或换一个地方"))
    with company.active(company.find(arguments.code)):
        rows = export_write(actor=Actor.system("jiyu company export"), path=path)
    return Outcome(
        _("%(rows)s 行，写到 %(path)s") % {"rows": f"{rows:,}", "path": path}, data={"rows": rows, "file": str(path)}
    )


def _remove(arguments: argparse.Namespace) -> Outcome:
    from jiyu.core import company

    here = company.find(arguments.code)
    if arguments.yes_remove != here.name:
        raise RefusedError(
            _("和公司的名字不一样，没有删任何东西"), _("照着写：--yes-remove %(name)s") % {"name": here.name}
        )
    company.remove(here)
    return Outcome(
        _("公司“%(name)s”和它的全部数据都删掉了。") % {"name": here.name}, data={"company": here.code, "removed": True}
    )


def _link(arguments: argparse.Namespace) -> Outcome:
    from jiyu.core import clock, company
    from jiyu.core.actor import Actor
    from jiyu.people import public as people

    here = company.find(arguments.code)
    if arguments.role and not arguments.employee_no:
        raise RefusedError(_("角色要给一个人"), _("加 --employee-no 工号"))
    with company.active(here):
        if not arguments.employee_no:
            link, told = _told(here, arguments.port, people.owner_link_make(valid_minutes=LINK_MINUTES))
            return Outcome(*told, data={"company": here.code, "link": link})
        found = people.people_find(employee_no=arguments.employee_no, on=clock.today(), known_at=clock.now())
        if not found:
            asked = {"company": here.name, "no": arguments.employee_no}
            raise RefusedError(_("%(company)s 没有工号 %(no)s") % asked, _("工号要写全，包括前面的 0"))
        secret = people.person_link_make(
            actor=Actor.system("jiyu company link"),
            person_id=found[0].id,
            role=arguments.role or "",
            valid_minutes=LINK_MINUTES,
        )
    link, told = _told(here, arguments.port, secret, name=found[0].name)
    data = {"company": here.code, "link": link, "employee_no": arguments.employee_no, "name": found[0].name}
    return Outcome(*told, data=data)


def _told(here: Any, port: int, secret: str, *, name: str = "") -> tuple[str, list[str]]:
    """The address of a one-time link (of `name`, else the owner's) and what is said with it."""
    link = f"http://127.0.0.1:{port}{here.prefix}/enter/{secret}/"
    told = {"n": LINK_MINUTES, "link": link, "name": name}
    if name:
        said = _("%(name)s的链接（只能用一次，%(n)s 分钟内有效，只在本机）：%(link)s")
    else:
        said = _("主人链接（只能用一次，%(n)s 分钟内有效，只在本机）：%(link)s")
    return link, [said % told, _("先运行 jiyu serve，再打开它。")]


def _list(arguments: argparse.Namespace) -> Outcome:
    from jiyu.core import company

    known = company.all_companies()
    return Outcome(
        *(f"{c.code}\t{c.name}\t{c.prefix or '/'}\t{c.database}" for c in known),
        data={
            "companies": [
                {"code": c.code, "name": c.name, "prefix": c.prefix, "on_trial": c.is_on_trial} for c in known
            ]
        },
    )
