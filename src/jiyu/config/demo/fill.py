"""The demo company, filled through the services HR uses, with its clock set to the day each thing would have happened."""

from __future__ import annotations

import csv
import io
import shutil
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jiyu.config.demo import rules
from jiyu.config.demo.files.generate import generate
from jiyu.config.demo.files.manifest import DemoCycle, DemoFile, DemoFiles
from jiyu.config.migrating import migrate
from jiyu.core import clock, company
from jiyu.core.actor import Actor
from jiyu.goals import public as goals
from jiyu.people import public as people
from jiyu.reviews import public as reviews
from jiyu.sources import public as sources
from jiyu.studio import public as studio

CODE, NAME = "demo", "苏州衡川精密传动"
STANDS_AT = "2026-04-08T09:00:00+08:00"
CALENDAR_YEARS = range(2024, 2028)
IDENTITIES = (("000317", ""), ("000011", ""), ("000210", ""), ("许静", "hr"), ("李国栋", "executive"))
DONE = "filled"

Say = Callable[[str], None]
NUMBERS = ("目标值", "底线值", "挑战值")  # the columns of a sheets file that are in the unit of the metric


def ensure_demo(*, say: Say) -> None:
    """The demo company, made and filled when it is not there; an interrupted filling starts again."""
    known = next((c for c in company.all_companies() if c.code == CODE), None)
    if known is not None and (known.folder / DONE).exists():
        with company.active(known):
            migrate()
        say(_("演示公司已经在了，数据保留。"))
        return
    if known is not None:
        say(_("上次没有装完，重新来。"))
        company.remove(known)
    made = company.create(CODE, NAME, demo=True, clock=STANDS_AT)
    started = time.monotonic()
    with company.active(made):
        migrate()
        folder = made.folder / "import"
        _fill(generate(folder), say)
        shutil.rmtree(folder)
    (made.folder / DONE).write_text(datetime.now(UTC).isoformat(timespec="seconds"))
    say(_("演示公司装好了，用了 %(n)s 秒。") % {"n": f"{time.monotonic() - started:.0f}"})


def _fill(files: DemoFiles, say: Say) -> None:
    actor = Actor.system("demo")
    with _step(say, _("花名册")) as done, clock.at(_at(2025, 12, 29, 10)):
        people.calendar_seed(actor=actor, years=CALENDAR_YEARS)
        done(_roster(actor, files))
    with clock.at(_at(2025, 12, 29, 14)):
        hr = _identities(actor)
    with _step(say, _("考核规则")) as done, clock.at(_at(2025, 12, 30)):
        made = [studio.definitions_import(actor=hr, bundle=b) for b in rules.bundles(files)]
        done(_("%(n)s 项") % {"n": sum(len(m.items) for m in made)})
    _sources(hr, files)
    history = [f for f in files.of_kind("records") if f.period.startswith("2025")]
    with _step(say, _("%(year)s 年的数据") % {"year": 2025}) as done, clock.at(_at(2026, 1, 4, 8, 10)):
        done(_records(hr, files, history))
    for cycle in files.cycles[:4]:
        with _step(say, _("%(cycle)s 算分、归档") % {"cycle": cycle.code}) as done:
            done(_cycle(hr, files, cycle, sheets_at=_at(2026, 1, 5), scored_at=_at(2026, 1, 8)))
    for cycle in files.cycles[4:7]:
        month = cycle.last.month
        with _step(say, _("%(cycle)s 的数据、算分、归档") % {"cycle": cycle.code}) as done:
            with clock.at(_at(2026, month + 1, 1, 8, 10)):
                chosen = [f for f in files.of_kind("records") if f.period == cycle.code and not _late(f)]
                done(_records(hr, files, chosen))
            sheets_at = _at(cycle.first.year, cycle.first.month, 5)
            done(_cycle(hr, files, cycle, sheets_at=sheets_at, scored_at=_at(2026, month + 1, 7, 15, 20)))
    with _step(say, _("%(cycle)s 的数据、算分") % {"cycle": "2026Q1"}) as done:
        with clock.at(_at(2026, 4, 2, 2)):
            done(_records(hr, files, [f for f in files.of_kind("records") if f.period == "2026Q1"]))
        cycle = files.cycles[7]
        done(_cycle(hr, files, cycle, sheets_at=_at(2026, 1, 6), scored_at=_at(2026, 4, 8, 8, 30)))
    with clock.at(_at(2026, 4, 8, 8, 10)):
        _records(hr, files, [f for f in files.of_kind("records") if _late(f)])


def _roster(actor: Actor, files: DemoFiles) -> str:
    (roster,) = files.of_kind("roster")
    outcome = sources.roster_import(actor=actor, data=files.path_of(roster).read_bytes(), filename=roster.path)
    for answer in files.answers:
        sources.roster_settle(
            actor=actor, run_id=outcome.run.pk, key=answer.question, option=answer.option, value=answer.value
        )
    org = people.org_on(on=date(2026, 4, 8), known_at=clock.now())
    return _("%(people)s 人在职，%(units)s 个部门") % {"people": len(org.employed), "units": len(org.units)}


def _identities(actor: Actor) -> Actor:
    """The five whose places visitors take; returns HR's actor, who does the rest."""
    org = people.org_on(on=date(2026, 4, 8), known_at=clock.now())
    by_key = {p.employee_no: p.id for p in org.persons.values()} | {p.name: p.id for p in org.persons.values()}
    hr = actor
    for key, role in IDENTITIES:
        person = by_key[key]
        account = people.account_for(actor=actor, person_id=person)
        if role:
            people.grant_make(actor=actor, person_id=person, role=role)
        if role == "hr":
            hr = people.actor_of(account)
    return hr


def _sources(actor: Actor, files: DemoFiles) -> None:
    with clock.at(_at(2025, 12, 30)):
        for source in files.sources:
            hours, _colon, minutes = source.day_cut.partition(":")
            sources.source_ensure(
                actor=actor,
                code=source.code,
                label=source.label,
                day_cut_minutes=int(hours) * 60 + int(minutes) if source.day_cut else 0,
            )
        # What HR once said of names that two people share.
        for match in files.matches:
            person = _person(match.number)
            sources.match_decide(actor=actor, source_code=match.source, name=match.alias, person_id=person)


def _records(actor: Actor, files: DemoFiles, chosen: list[DemoFile]) -> str:
    by_code = {s.code: s for s in files.sources}
    taken = set_aside = 0
    began = clock.now()
    for number, file in enumerate(chosen):
        with clock.at(began + timedelta(seconds=number)):  # one file after the other, as they would come
            outcome = sources.numbers_import(
                actor=actor,
                source_code=file.source,
                data=files.path_of(file).read_bytes(),
                filename=Path(file.path).name,
                mapping=rules.mapping_of(by_code[file.source]),
            )
        taken += outcome.run.tally.get("taken", 0)
        set_aside += outcome.run.tally.get("set_aside", 0)
    told = [_("%(files)s 个文件，%(records)s 条记录") % {"files": len(chosen), "records": f"{taken:,}"}]
    if set_aside:
        told.append(ngettext("%(n)s 行待处理", "%(n)s 行待处理", set_aside) % {"n": set_aside})
    return _("，").join(told)


def _cycle(actor: Actor, files: DemoFiles, cycle: DemoCycle, *, sheets_at: datetime, scored_at: datetime) -> str:
    module = rules.MONTHLY if "-" in cycle.code else rules.QUARTERLY
    (sheets,) = [f for f in files.of_kind("sheets") if f.period == cycle.code]
    rates = {i.code for i in files.indicators if i.unit == "%"}
    text = _for_our_library(files.path_of(sheets).read_text("utf-8-sig"), rates)
    with clock.at(sheets_at):
        made = goals.sheets_import(actor=actor, text=text, period_code=cycle.code, module_code=module)
        opened = reviews.cycle_open(
            actor=actor,
            code=f"{module}-{cycle.code.lower()}",
            label=_label(cycle),
            period_code=cycle.code,
            module_code=module,
        )
    with clock.at(scored_at):
        done = reviews.cycle_score(actor=actor, cycle_id=opened.pk)
        if cycle.archived:
            reviews.cycle_finalize(actor=actor, cycle_id=opened.pk)
    told = [_("%(n)s 人有分") % {"n": done.scored}]
    if done.awaiting_data:
        told.append(_("%(n)s 人待数据") % {"n": done.awaiting_data})
    if done.not_rated:
        told.append(_("%(n)s 人不评级") % {"n": done.not_rated})
    if made.returned:
        told.append(ngettext("%(n)s 张表退回", "%(n)s 张表退回", made.returned) % {"n": made.returned})
    return _("，").join(told)


def _label(cycle: DemoCycle) -> str:
    if "Q" in cycle.code:
        return cycle.code.replace("Q", " Q")
    return f"{cycle.first.year} 年 {cycle.first.month} 月"


def _for_our_library(text: str, rates: Collection[str]) -> str:
    """The sheets file with the indicator codes of our library, and the sign behind the numbers of `rates`: a bare 1.2
    would be asked about."""
    reader = csv.DictReader(io.StringIO(text))
    out = io.StringIO()
    writer = csv.DictWriter(out, reader.fieldnames or [])
    writer.writeheader()
    for row in reader:
        signed = {name: f"{row[name]}%" for name in NUMBERS if row[name] and row["指标编号"] in rates}
        writer.writerow({**row, **signed, "指标编号": rules.indicator_code(row)})
    return out.getvalue()


def _late(file: DemoFile) -> bool:
    return "补报" in file.path


def _person(number: str) -> UUID:
    return people.number_holders(on=date(2026, 4, 8), known_at=clock.now())[number]


def _at(year: int, month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    return clock.local_moment(date(year, month, day), hour, minute)


@contextmanager
def _step(say: Say, what: str) -> Iterator[Callable[[str], None]]:
    """Tell what a step did and how long it took."""
    told: list[str] = []
    started = time.monotonic()
    yield told.append
    words = {"what": what, "told": _("；").join(told), "n": f"{time.monotonic() - started:.1f}"}
    say("  " + _("%(what)s：%(told)s（%(n)s 秒）") % words)
