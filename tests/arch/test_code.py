"""House rules that are visible in the code's text (HOUSE_STYLE §2, §8). Each rule is shown to be able to
fail."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from tests.arch.conftest import APPS, calls, dotted, modules

CLOCKS = {
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "date.today",
    "datetime.date.today",
    "timezone.now",
    "timezone.localtime",
    "timezone.localdate",
    "time.time",
    "time.localtime",
    "time.strftime",
}
CLOCK_OWNERS = ("core/clock.py", "core/company.py")  # a company's folder is made on the machine's clock
INEXACT = {"float", "FloatField", "DecimalField"}
SAVE_SIGNALS = {"pre_save", "post_save", "pre_delete", "post_delete"}


def asks_the_machine_for_the_time(tree: ast.Module) -> Iterator[ast.AST]:
    """ "Now" comes from core.clock: the demo's stands still, the tests' too."""
    yield from (call for name, call in calls(tree) if name in CLOCKS)


def stores_inexact_numbers(tree: ast.Module) -> Iterator[ast.AST]:
    """Stored numbers are integers of millionths; SQLite keeps a DecimalField as a REAL (DESIGN §3)."""
    yield from (call for name, call in calls(tree) if name.split(".")[-1] in INEXACT)


def hides_a_rule_in_a_signal(tree: ast.Module) -> Iterator[ast.AST]:
    """No business rule in post_save: a reader of the service would not find it."""
    names = (node for node in ast.walk(tree) if isinstance(node, ast.Name | ast.Attribute))
    yield from (node for node in names if dotted(node).split(".")[-1] in SAVE_SIGNALS)


def skips_the_actor(tree: ast.Module) -> Iterator[ast.AST]:
    """`actor` is mandatory, machines use Actor.system("reason"): no `actor=None`, no `user=None`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            arguments = node.args
            named = [*arguments.posonlyargs, *arguments.args]
            defaults: list[ast.expr | None] = [None] * (len(named) - len(arguments.defaults))
            pairs = [*zip(named, [*defaults, *arguments.defaults], strict=True)]
            pairs += zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
            if any(name.arg in ("actor", "user") and default is not None for name, default in pairs):
                yield node


@dataclass(frozen=True)
class Rule:
    """What breaks it, which files (paths below jiyu/) it is about, and a line that breaks it."""

    broken_by: Callable[[ast.Module], Iterator[ast.AST]]
    is_about: Callable[[str], bool]
    example: str


def in_an_app(path: str) -> bool:
    """Whether the file belongs to an app (`lib` is told the time, `config` starts machines)."""
    return path.split("/", 1)[0] in APPS


RULES = {
    "time comes from core.clock": Rule(
        asks_the_machine_for_the_time,
        lambda path: in_an_app(path) and path not in CLOCK_OWNERS,
        "x = datetime.now(UTC)",
    ),
    "numbers are stored exactly": Rule(
        stores_inexact_numbers, lambda path: path.endswith("models.py"), "x = models.DecimalField()"
    ),
    "no rule in a signal": Rule(hides_a_rule_in_a_signal, in_an_app, "post_save.connect(f)"),
    "every act has an actor": Rule(skips_the_actor, in_an_app, "def f(*, actor=None): ..."),
}


@pytest.mark.parametrize("name", RULES)
def test_house_rule_holds(name: str) -> None:
    rule = RULES[name]
    offenders = [
        f"src/jiyu/{path}:{getattr(node, 'lineno', 0)}"
        for path, tree in modules()
        if rule.is_about(path)
        for node in rule.broken_by(tree)
    ]
    assert offenders == [], f"{name}: {rule.broken_by.__doc__}"


@pytest.mark.parametrize("name", RULES)
def test_house_rule_can_fail(name: str) -> None:
    rule = RULES[name]
    assert list(rule.broken_by(ast.parse(rule.example)))
    assert not list(rule.broken_by(ast.parse("def f(*, actor: Actor) -> int: return clock.now()")))


# Services that nobody is behind yet: they are how the first person becomes an actor.
BEFORE_ANY_ACTOR = {
    "people/accounts.py owner_link_make": "made at the terminal of a company that has no account yet",
    "people/accounts.py link_use": "whoever holds the secret becomes the actor by this",
}


def is_service(node: ast.stmt) -> bool:
    """A public function that opens a transaction: by house style, exactly what writes."""
    return (
        isinstance(node, ast.FunctionDef)
        and not node.name.startswith("_")
        and any(dotted(d.func if isinstance(d, ast.Call) else d).endswith("atomic") for d in node.decorator_list)
    )


def faults_of_service(node: ast.FunctionDef) -> list[str]:
    """What a service must look like: keyword-only, typed, documented, an actor whose permission is asked
    first."""
    faults = []
    if node.args.args or node.args.posonlyargs:
        faults.append("takes positional arguments")
    if "actor" not in [a.arg for a in node.args.kwonlyargs]:
        faults.append("has no actor")
    if node.returns is None or any(a.annotation is None for a in node.args.kwonlyargs):
        faults.append("is not typed")
    if ast.get_docstring(node) is None:
        faults.append("has no docstring")
    first = node.body[1 if ast.get_docstring(node) is not None else 0]
    if not any(name.split(".")[-1].startswith("require") for name, _call in calls(first)):
        faults.append("does not begin with require(actor, …)")
    return faults


def test_services_ask_for_permission_first() -> None:
    services = {
        f"{path} {node.name}": node
        for path, tree in modules(*(app for app in APPS if app not in ("core", "ui")))
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and is_service(node)
    }
    assert set(BEFORE_ANY_ACTOR) <= set(services)
    faults = {name: faults_of_service(node) for name, node in services.items() if name not in BEFORE_ANY_ACTOR}
    assert {name: found for name, found in faults.items() if found} == {}


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("def f(x: int, *, actor: A) -> None:\n '''.'''\n require(actor, P)", "takes positional arguments"),
        ("def f(*, x: int) -> None:\n '''.'''\n require(x, P)", "has no actor"),
        ("def f(*, actor) -> None:\n '''.'''\n require(actor, P)", "is not typed"),
        ("def f(*, actor: A) -> None:\n require(actor, P)", "has no docstring"),
        (
            "def f(*, actor: A) -> None:\n '''.'''\n x = 1\n require(actor, P)",
            "does not begin with require(actor, …)",
        ),
    ],
)
def test_each_fault_of_a_service_is_seen(source: str, fault: str) -> None:
    (node,) = ast.parse(f"@transaction.atomic\n{source}").body
    assert isinstance(node, ast.FunctionDef)
    assert is_service(node)
    assert faults_of_service(node) == [fault]


def test_files_stay_readable() -> None:
    """Up to about 500 lines; then split by noun (HOUSE_STYLE §2)."""
    long = {path: lines for path, tree in modules() if (lines := _length(tree)) > 520}
    assert long == {}


def _length(tree: ast.Module) -> int:
    return max((node.end_lineno or 0 for node in tree.body), default=0)
