"""Everything about the code that needs no running product: `python -m tools.check`.

All steps run; what failed is told at the end. A step whose tool is not here is skipped by name.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CODE = ("src", "tests", "tools", "bench")
PLACES = re.compile(
    r"://"  # a host of a registry
    r"|--(?:extra-)?index-url|--find-links|--trusted-host"
    r"|(?:^|[\s=\"'(])/(?:home|root|tmp|work|usr|var|opt|Users)/"  # a folder of somebody's machine
)


@dataclass(frozen=True)
class Outcome:
    """How a step ended: `output` is shown when it failed, `skipped` says why it did not run."""

    ok: bool
    output: str = ""
    skipped: str = ""


def run(command: Sequence[str], *, cwd: Path = ROOT) -> Outcome:
    """One command; its output is kept for the end."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    return Outcome(done.returncode == 0, done.stdout + done.stderr)


def python(*arguments: str) -> Outcome:
    """A module of the environment this runs in."""
    return run([sys.executable, "-m", *arguments])


def tool(name: str, *arguments: str) -> Outcome:
    """A program beside this Python."""
    return run([str(Path(sys.executable).with_name(name)), *arguments])


def present() -> list[str]:
    """The folders of code that are there."""
    return [name for name in CODE if (ROOT / name).is_dir()]


def built_assets() -> Outcome:
    """The committed front-end files are what the sources give."""
    if not (shutil.which("node") and shutil.which("npm")):
        return Outcome(True, skipped="Node is not installed")
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        left_out = shutil.ignore_patterns("node_modules", "e2e")
        shutil.copytree(ROOT / "frontend", copy / "frontend", ignore=left_out)
        shutil.copytree(ROOT / "src/jiyu/ui/static/ui", copy / "src/jiyu/ui/static/ui")
        fetched = run(["npm", "ci", "--silent", "--ignore-scripts"], cwd=copy / "frontend")
        if not fetched.ok:
            return Outcome(True, skipped="npm could not fetch the build tools")
        return run(["npm", "run", "--silent", "check"], cwd=copy / "frontend")


def no_places() -> Outcome:
    """Lock files and build files name no host and no folder of a machine: they must work anywhere."""
    found = []
    for pattern in ("requirements/*.lock", "frontend/**/package-lock.json", "frontend/**/.npmrc"):
        for path in sorted(ROOT.glob(pattern)):
            if "node_modules" in path.parts:
                continue
            for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
                if PLACES.search(line) and '"funding"' not in line and not is_about_people(line):
                    found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()}")
    return Outcome(not found, "\n".join(found[:20]))


def is_about_people(line: str) -> bool:
    """A package's own funding link in npm's lock: nothing is fetched from it."""
    return bool(re.match(r'\s*"url": "https://', line))


STEPS: dict[str, Callable[[], Outcome]] = {
    "style (ruff check)": lambda: tool("ruff", "check", "--quiet", *present()),
    "format (ruff format)": lambda: tool("ruff", "format", "--check", "--quiet", *present()),
    "types (mypy)": lambda: tool("mypy", "-p", "jiyu"),
    "layers (import-linter)": lambda: tool("lint-imports"),
    "architecture (tests/arch)": lambda: python("pytest", "tests/arch"),
    "translations": lambda: python("tools.messages", "check"),
    "built assets": built_assets,
    "no hosts, no machine's folders": no_places,
}


def main() -> int:
    """Run all steps; 1 when one failed."""
    failed: dict[str, str] = {}
    for name, step in STEPS.items():
        began = time.perf_counter()
        outcome = step()
        seconds = time.perf_counter() - began
        word = f"skipped: {outcome.skipped}" if outcome.skipped else "ok" if outcome.ok else "FAILED"
        print(f"{name:<32}{seconds:6.1f} s  {word}", flush=True)
        if not outcome.ok:
            failed[name] = outcome.output
    for name, output in failed.items():
        print(f"\n── {name} " + "─" * max(1, 70 - len(name)))
        print(output.strip())
    print(f"\ncheck: {len(STEPS) - len(failed)} of {len(STEPS)} steps passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
