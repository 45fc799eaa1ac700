"""The companies the browser tests open, made in `JIYU_HOME`: `python -m tests.e2e.companies`.

demo      林晓峰's March archived, 500 people below 周建国, nobody may change it
run-a, -b the same before any cycle: HR opens, scores, archives (with and without scripts)
mine      a company of one's own, empty: its owner comes by link
Prints one JSON object: {"links": [addresses of one-time links of `mine`]}.
"""

from __future__ import annotations

import json

from jiyu.config.cli import setup

setup()  # before anything of the product's models is imported

from jiyu.config.migrating import migrate  # noqa: E402
from jiyu.core import clock, company  # noqa: E402
from jiyu.people.public import account_for, calendar_seed, owner_link_make  # noqa: E402
from tests.companies import NAME, SYSTEM, entry, moment, roster, who  # noqa: E402
from tests.home.march import (  # noqa: E402
    EXECUTIVE,
    HR,
    LEAD,
    MANAGER,
    OPERATOR,
    archived_march,
    march_rules,
    numbers,
    people,
    sheets_of_march,
)  # fmt: skip

NOW = moment(4, 8)
LINKS = 12
TEAM = 500


def demo(code: str, *, archived: bool) -> None:
    """A demo company with B5's March."""
    made = company.create(code, NAME, demo=True, clock=NOW.isoformat())
    with company.active(made), clock.at(NOW):
        migrate()
        if archived:
            archived_march()
            roster(
                *(entry(f"01{n:04}", "一车间/CNC B班", name=f"工{n:03}", lead_employee_no=MANAGER) for n in range(TEAM))
            )
        else:
            people()
            march_rules()
            numbers()
            sheets_of_march()
        for number in (OPERATOR, LEAD, MANAGER, HR, EXECUTIVE):
            account_for(actor=SYSTEM, person_id=who(number))


def mine() -> list[str]:
    """An empty company; addresses of its one-time links."""
    made = company.create("mine", "我的公司")
    with company.active(made):
        migrate()
        calendar_seed(actor=SYSTEM, years=range(2020, 2028))
        return [f"{made.prefix}/enter/{owner_link_make(valid_minutes=60)}/" for _ in range(LINKS)]


if __name__ == "__main__":
    demo("demo", archived=True)
    demo("run-a", archived=False)
    demo("run-b", archived=False)
    print(json.dumps({"links": mine()}))  # noqa: T201
