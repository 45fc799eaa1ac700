"""The 320 people, the 64 who left in the window (four came back), and their posts over time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from .draw import stream
from .names import fresh_names
from .units import ASSEMBLY, MACHINING, Place, Seat, seats
from .workdays import FIRST_DAY, LAST_DAY, workdays

COUNTED_ON = date(2026, 3, 31)
TENURE_BANDS = ((0, 1, 58), (1, 3, 83), (3, 7, 96), (7, 15, 83))  # years from, to, people

# name, number, hired, sex, born: as the cases and pictures have them (张伟 is told apart by department)
CAST = {
    ("李国栋", "总经办"): ("000001", date(2011, 3, 1), "男", date(1973, 9, 12)),
    ("周建国", MACHINING): ("000005", date(2011, 3, 1), "男", date(1975, 4, 20)),
    ("赵刚", MACHINING): ("000011", date(2012, 5, 2), "男", date(1983, 11, 8)),
    ("王敏", "销售部"): ("000210", date(2020, 6, 1), "女", date(1986, 2, 17)),
    ("林晓峰", MACHINING): ("000317", date(2023, 7, 3), "男", date(1996, 8, 25)),
    ("张伟", MACHINING): ("000318", date(2019, 3, 11), "男", date(1990, 1, 30)),
    ("张伟", "销售部"): ("000402", date(2021, 6, 1), "男", date(1992, 6, 5)),
    ("欧阳海", "销售部"): ("000403", date(2022, 1, 4), "男", date(1991, 12, 3)),
    ("阿依古丽·买买提", ASSEMBLY): ("000511", date(2026, 3, 30), "女", date(2003, 5, 18)),
    ("许静", "人力行政部"): ("000036", date(2014, 7, 14), "女", date(1984, 3, 9)),
}
WOMEN_OF_THE_CAST = {
    "沈丽",
    "吴海燕",
    "陈晨",
    "赵蕾",
    "周倩",
    "何嘉",
    "高岚",
    "刘敏",
    "冯雅琴",
    "唐丽",
    "秦岚",
}
SECOND_NAMESAKE = "刘洋"  # the other pair besides 张伟: one in 软件组, one in 装二A班
LATE_JOINERS = (
    "质量部",
    "计划物流部",
    "销售部",
    "研发中心",
)  # one each after 2026-02-15: too short for a grade
REJOINED = (
    ((MACHINING,), 2),
    ((ASSEMBLY,), 1),
    (("技术支持与售后", "销售部", "研发中心", "质量部", "计划物流部", "采购部", "财务部", "设备动力部"), 1),
)
LEAVERS = {
    MACHINING: 26, ASSEMBLY: 21, "质量部": 2, "计划物流部": 2, "设备动力部": 1, "销售部": 4, "研发中心": 3,
    "技术支持与售后": 3, "采购部": 1, "财务部": 1,
}  # fmt: skip
# from department, to department, first day in the new post; five of them in the middle of a quarter
TRANSFERS = (
    (MACHINING, "质量部", date(2025, 4, 1)), (MACHINING, "设备动力部", date(2025, 7, 1)),
    (MACHINING, "设备动力部", date(2025, 8, 18)), (MACHINING, "计划物流部", date(2025, 10, 1)),
    (ASSEMBLY, "质量部", date(2025, 5, 16)), (ASSEMBLY, "计划物流部", date(2025, 7, 1)),
    (ASSEMBLY, "计划物流部", date(2026, 1, 1)), ("技术支持与售后", "研发中心", date(2025, 10, 1)),
    ("研发中心", "技术支持与售后", date(2025, 11, 17)), ("采购部", "计划物流部", date(2026, 2, 16)),
    ("质量部", "技术支持与售后", date(2025, 4, 1)), ("计划物流部", "采购部", date(2025, 2, 17)),
)  # fmt: skip
PROMOTED_ON = date(2026, 1, 1)


@dataclass(frozen=True, slots=True)
class Post:
    """A post held from `first` to `last` (None = still), both days included."""

    seat: Seat
    first: date
    last: date | None = None


@dataclass(slots=True)
class Person:
    """Somebody of the demo. `hired` is the start of the newest employment, `left` its last day."""

    number: str
    name: str
    sex: str
    born: date
    hired: date
    posts: list[Post]
    left: date | None = None
    first_hired: date | None = None
    left_before: date | None = None
    leave: tuple[date, date] | None = None
    promoted_from: str = ""
    lead: str = ""
    note: str = ""
    crew_place: int = 0

    @property
    def seat(self) -> Seat:
        """The newest post's seat."""
        return self.posts[-1].seat


@dataclass(frozen=True, slots=True)
class Staff:
    """Everybody: `active` in the order of the seats, `gone` who left and did not come back."""

    active: tuple[Person, ...]
    gone: tuple[Person, ...]

    @property
    def everybody(self) -> tuple[Person, ...]:
        return (*self.active, *self.gone)

    def one(self, number: str) -> Person:
        """The person with this 工号 (KeyError when nobody has it)."""
        for person in self.everybody:
            if person.number == number:
                return person
        raise KeyError(number)


def make_staff(seed: int) -> Staff:
    """All people with numbers, names, dates, posts, leads, absences; the same for the same seed."""
    rng = stream(seed, "people")
    places = seats(seed)
    hired = _hire_dates(places, rng)
    names = fresh_names(rng, {name for name, _ in CAST} | {seat.name for seat in places} | {SECOND_NAMESAKE})
    active: list[Person] = []
    for index, (seat, day) in enumerate(zip(places, hired, strict=True)):
        name, sex = next(names) if not seat.name else (seat.name, _sex(seat.name))
        born = _born(seat, day, rng)
        number = ""
        if known := CAST.get((seat.name, seat.place.department)):
            number, day, sex, born = known
        active.append(Person(number, name, sex, born, day, [Post(seat, day)], crew_place=index))
    _name_the_second_pair(active)
    gone = _leavers(active, names, rng)
    _rejoin(active, gone)
    _number([*active, *gone], rng)
    _transfer(active, rng)
    _promote_and_rest(active, rng)
    _give_leads(active, gone)
    return Staff(tuple(active), tuple(gone))


def _sex(name: str) -> str:
    return "女" if name in WOMEN_OF_THE_CAST else "男"


def _seniority(seat: Seat) -> float:
    level = int(seat.job_grade[1])
    return level + (4.5 if seat.job_grade[0] == "M" else 0.0)


def _hire_dates(places: list[Seat], rng: Random) -> list[date]:
    """One date per seat: exact numbers per band of tenure, seniors earlier, the cast as given."""
    left = dict(enumerate(people for _, _, people in TENURE_BANDS))
    dates: dict[int, date] = {}
    for index, seat in enumerate(places):
        if known := CAST.get((seat.name, seat.place.department)):
            dates[index] = known[1]
    late = set(LATE_JOINERS)
    for index in reversed(range(len(places))):
        department = places[index].place.department
        if department in late and not places[index].name and places[index].job_grade in {"P1", "P2", "P3"}:
            late.remove(department)
            dates[index] = date(2026, 2, 23) + timedelta(days=7 * rng.randrange(0, 3) + rng.randrange(0, 5))
    for day in dates.values():
        left[_band(day)] -= 1
    pool = [_day_in_band(band, rng) for band, count in left.items() for _ in range(count)]
    pool.sort()
    free = [index for index in range(len(places)) if index not in dates]
    by_rank = sorted(free, key=lambda index: _seniority(places[index]) * 1.3 + 6.0 * rng.random(), reverse=True)
    for index, day in zip(by_rank, pool, strict=True):
        dates[index] = day
    _keep_offices_before_the_quarter(places, dates, by_rank)
    return [dates[index] for index in range(len(places))]


def _keep_offices_before_the_quarter(places: list[Seat], dates: dict[int, date], free: list[int]) -> None:
    """Only the four late joiners of the offices start after 2026-02-14: others swap with an operator."""
    limit = date(2026, 2, 14)
    early = [i for i in free if places[i].place.is_workshop and limit.replace(year=2025) < dates[i] <= limit]
    for index in free:
        if dates[index] > limit and not places[index].place.is_workshop:
            other = early.pop()
            dates[index], dates[other] = dates[other], dates[index]


def _band(day: date) -> int:
    years = (COUNTED_ON - day).days / 365.25
    return next(index for index, (low, high, _) in enumerate(TENURE_BANDS) if low <= years < high or high == 15)


def _day_in_band(band: int, rng: Random) -> date:
    low, high, _ = TENURE_BANDS[band]
    earliest = max(date(2011, 3, 7), COUNTED_ON - timedelta(days=int(high * 365.25) - 4))
    latest = COUNTED_ON - timedelta(days=int(low * 365.25) + 5)
    day = earliest + timedelta(days=rng.randrange((latest - earliest).days))
    return day - timedelta(days=max(0, day.weekday() - 4))  # nobody starts on a weekend


def _born(seat: Seat, hired: date, rng: Random) -> date:
    """A birth date in the department's span, at least 18 years before `hired`."""
    low, peak, high = (1972, 1990, 2006) if seat.place.is_workshop else (1975, 1989, 2003)
    if seat.place.department == "研发中心":
        low, peak, high = 1982, 1992, 2002
    share = (rng.random() + rng.random()) / 2.0
    year = low + (peak - low) * 2 * share if share < 0.5 else peak + (high - peak) * (2 * share - 1)
    age = 22 + 3 * (seat.job_grade[0] == "M") if seat.place.department == "研发中心" else 18
    latest = hired.year - age - 1
    whole = int(year)
    if whole > latest:
        whole = max(low, latest - rng.randrange(0, 5))
    return date(whole, 1 + rng.randrange(12), 1 + rng.randrange(28))


def _name_the_second_pair(active: list[Person]) -> None:
    wanted = ("软件组", "装二A班")
    for where in wanted:
        one = next(
            p for p in active
            if where in {p.seat.place.group, p.seat.place.crew} and not p.seat.name and not p.seat.heads
        )  # fmt: skip
        one.name, one.sex = SECOND_NAMESAKE, "男"


def _leavers(active: list[Person], names: Iterator[tuple[str, str]], rng: Random) -> list[Person]:
    """64 people who left between 2025-01 and 2026-02; the offices lose nobody in 2026."""
    gone: list[Person] = []
    for department, count in LEAVERS.items():
        templates = [
            p.seat for p in active
            if p.seat.place.department == department and not p.seat.heads
            and p.seat.job_grade in {"P1", "P2", "P3"}
        ]  # fmt: skip
        workshop = department in {MACHINING, ASSEMBLY}
        last = date(2026, 2, 27) if workshop else date(2025, 12, 19)
        last_days = workdays(FIRST_DAY + timedelta(days=9), last)
        for _ in range(count):
            left = rng.choice(last_days)
            tenure = 40 + int(1600 * rng.random() * rng.random())
            hired = left - timedelta(days=tenure)
            hired -= timedelta(days=max(0, hired.weekday() - 4))
            seat = replace(rng.choice(templates), name="")
            name, sex = next(names)
            gone.append(Person("", name, sex, _born(seat, hired, rng), hired, [Post(seat, hired, left)], left=left))
    return gone


def _rejoin(active: list[Person], gone: list[Person]) -> None:
    """Four who left come back within the window, each in the seat of somebody newly hired there."""
    for departments, count in REJOINED:
        pairs = [
            (old, new)
            for new in active
            if new.seat.place.department in departments and not new.seat.name and new.name != SECOND_NAMESAKE
            and date(2025, 5, 1) < new.hired < date(2026, 2, 14)
            for old in gone
            if old.seat.place.department == new.seat.place.department
            and old.left is not None and (new.hired - old.left).days > 45
        ]  # fmt: skip
        for _ in range(count):
            if not pairs:
                raise ValueError(f"{departments}: nobody can come back")
            old, new = pairs[0]
            pairs = [pair for pair in pairs if pair[0] is not old and pair[1] is not new]
            gone.remove(old)
            new.name, new.sex, new.born = old.name, old.sex, old.born
            new.first_hired, new.left_before = old.hired, old.left
            new.posts.insert(0, old.posts[0])
            new.note = f"复职,首次入职{old.hired:%Y.%m.%d}"


def _number(everybody: list[Person], rng: Random) -> None:
    """Numbers in the order of first hire, with gaps left by those who went before the window."""
    reserved = {number for number, *_ in CAST.values()}
    free = [f"{n:06d}" for n in range(2, 511) if f"{n:06d}" not in reserved]
    unnumbered = sorted((p for p in everybody if not p.number), key=lambda p: (p.first_hired or p.hired, p.name))
    kept = sorted(rng.sample(free, len(unnumbered)))
    for person, number in zip(unnumbered, kept, strict=True):
        person.number = number


def _transfer(active: list[Person], rng: Random) -> None:
    """Twelve people held an earlier post in another department."""
    chosen: set[str] = set()
    for old, new, first in TRANSFERS:
        mover = next(
            p for p in active
            if p.seat.place.department == new and not p.seat.heads and not p.seat.name and len(p.posts) == 1
            and p.number not in chosen and p.hired < date(2024, 6, 1)
        )  # fmt: skip
        chosen.add(mover.number)
        earlier = rng.choice([
            p.seat for p in active
            if p.seat.place.department == old and not p.seat.heads and p.seat.role != "statistician"
            and p.seat.job_grade in {"P1", "P2", "P3", "P4"}
        ])  # fmt: skip
        before = replace(earlier, name="", job_grade=mover.seat.job_grade)
        mover.posts.insert(0, Post(before, mover.hired, first - timedelta(days=1)))
        mover.posts[1] = replace(mover.posts[1], first=first)


def _promote_and_rest(active: list[Person], rng: Random) -> None:
    """Nine promotions on 2026-01-01, three maternity leaves (one covers 2026Q1), a few notes."""
    ready = [
        p for p in active
        if not p.seat.name and len(p.posts) == 1 and p.hired < date(2023, 1, 1) and p.seat.job_grade[0] == "P"
        and p.seat.job_grade not in {"P1", "P8"} and not p.seat.heads
    ]  # fmt: skip
    for person in rng.sample(ready, 9):
        person.promoted_from = f"P{int(person.seat.job_grade[1]) - 1}"
    leaves = (
        (("研发中心",), date(2025, 12, 15), date(2026, 5, 21)),
        (("计划物流部", "采购部", "质量部", "财务部"), date(2025, 3, 3), date(2025, 8, 7)),
        ((ASSEMBLY,), date(2025, 6, 9), date(2025, 11, 13)),
    )
    for departments, first, last in leaves:
        mother = next(
            p for p in active
            if p.seat.place.department in departments and p.sex == "女" and len(p.posts) == 1
            and not p.seat.heads and not p.seat.name and p.hired < first - timedelta(days=200)
            and p.born.year >= 1983
        )  # fmt: skip
        mother.leave = (first, last)
        mother.note = "产假" if last > LAST_DAY else ""
    for person in active:
        if person.seat.job == "代班组长":
            person.note = "代班组长"
    oldest = min(
        (p for p in active if p.seat.place.department == ASSEMBLY and not p.seat.heads and p.sex == "男"),
        key=lambda p: p.born,
    )
    oldest.note = oldest.note or "返聘"


def _give_leads(active: list[Person], gone: list[Person]) -> None:
    """Each person's lead: head of the crew, else of the group, else of the department, else 李国栋."""
    heads = {p.seat.place: p for p in active if p.seat.heads}
    boss = heads[Place("总经办")]
    for person in (*active, *gone):
        place = person.seat.place
        above = [Place(place.department)] if person.seat.heads else [place, Place(place.department)]
        leads = (heads[where] for where in above if where in heads and heads[where] is not person)
        lead = next(leads, boss)
        person.lead = "" if lead is person else lead.number
