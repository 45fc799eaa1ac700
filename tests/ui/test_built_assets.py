"""The built files: readable by Chromium 64, small, the same every time, without a host."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUILT = ROOT / "src/jiyu/ui/static/ui"
FRONTEND = ROOT / "frontend"

# What Chromium 64 cannot read, with an example that must be caught. Version: the first that can.
TOO_NEW_CSS = {
    "gap on anything but an old grid (66, flex 84)": (r"(?<![-\w])(?:row-|column-)?gap\s*:", "a{gap:4px}"),
    ":has (105)": (r":has\(", "a:has(b){color:red}"),
    ":is / :where (88)": (r":(?:is|where)\(", ":is(a,b){color:red}"),
    ":not with a list (88)": (r":not\([^()]*,", "a:not(b,c){color:red}"),
    ":focus-visible (86)": (r":focus-visible", "a:focus-visible{outline:0}"),
    "inset (87)": (r"(?<![-\w])inset\s*:", "a{inset:0}"),
    "logical properties (69-89)": (
        r"(?:margin|padding|border|inset)-(?:inline|block)|(?<![-\w])(?:inline|block)-size\s*:",
        "a{margin-inline:4px}",
    ),
    "color-mix, light-dark, oklch, lab (111)": (
        r"(?:color-mix|light-dark|oklch|oklab|lab|lch)\(",
        "a{color:oklch(0 0 0)}",
    ),
    "space-separated rgb() (65)": (r"(?:rgb|hsl)a?\(\s*[\d.]+%?\s+[\d.]", "a{color:rgb(0 0 0)}"),
    "min, max, clamp (79)": (r"(?<![-\w])(?:min|max|clamp)\((?!-)", "a{width:min(1px,2px)}"),
    "env() (69)": (r"(?<![-\w])env\(", "a{padding:env(safe-area-inset-top)}"),
    "aspect-ratio (88)": (r"aspect-ratio\s*:", "a{aspect-ratio:1}"),
    "nesting (120)": (r"&|\{[^{}]*[;{]\s*[.#:>][^{};]*\{", "a{color:red;&:hover{color:blue}}"),
    "@layer, @container, @property (85-105)": (r"@(?:layer|container|property)\b", "@layer a{}"),
    "range media queries (104)": (r"@media[^{]*[<>]", "@media (width>=600px){a{color:red}}"),
    "overflow: clip, overflow-wrap: anywhere (80-90)": (
        r"overflow[-\w]*\s*:\s*(?:clip|anywhere)",
        "a{overflow:clip}",
    ),
    "display of two words (115)": (r"display\s*:\s*\w+\s+\w", "a{display:block flex}"),
    "place-self, place-content, translate, rotate, scale as properties (104)": (
        r"[{;](?:translate|rotate|scale)\s*:",
        "a{rotate:45deg}",
    ),
}
TOO_NEW_JS = {
    "optional chaining (80)": (r"\?\.[A-Za-z_$\[(]", "a?.b"),
    "nullish (80)": (r"\?\?", "a??b"),
    "optional catch binding (66)": (r"catch\s*\{", "try{}catch{}"),
    "private fields (74)": (r"[.{;\s]#[a-z]", "class A{#b=1}"),
    "flat, flatMap (69)": (r"\.flat(?:Map)?\(", "a.flat()"),
    "Object.fromEntries (73)": (r"fromEntries", "Object.fromEntries(a)"),
    "replaceAll (85)": (r"\.replaceAll\(", "a.replaceAll(b,c)"),
    "queueMicrotask (71)": (r"queueMicrotask", "queueMicrotask(a)"),
    "AbortController (66)": (r"AbortController", "new AbortController"),
    "structuredClone (98)": (r"structuredClone", "structuredClone(a)"),
    "numeric separators (75)": (r"\d_\d", "1_000"),
}


def too_new(text: str, rules: dict[str, tuple[str, str]]) -> list[str]:
    return [f"{name}: {found.group()}" for name, (pattern, _) in rules.items() if (found := re.search(pattern, text))]


def built(suffix: str) -> list[Path]:
    return sorted(BUILT.glob(f"*{suffix}"))


def test_built_css_has_nothing_chromium_64_cannot_read() -> None:
    (sheet,) = built(".css")
    assert too_new(sheet.read_text("utf-8"), TOO_NEW_CSS) == []


def test_built_scripts_have_nothing_chromium_64_cannot_read() -> None:
    scripts = built(".js")
    assert scripts
    assert [found for script in scripts for found in too_new(script.read_text("utf-8"), TOO_NEW_JS)] == []


@pytest.mark.parametrize("name", TOO_NEW_CSS)
def test_each_css_rule_catches_its_example(name: str) -> None:
    _, example = TOO_NEW_CSS[name]
    assert [found.partition(":")[0] for found in too_new(example, {name: TOO_NEW_CSS[name]})] == [
        name.partition(":")[0]
    ]


@pytest.mark.parametrize("name", TOO_NEW_JS)
def test_each_script_rule_catches_its_example(name: str) -> None:
    assert too_new(TOO_NEW_JS[name][1], {name: TOO_NEW_JS[name]}) != []


def test_grid_gap_the_old_way_is_let_through() -> None:
    assert too_new("a{grid-gap:4px}", TOO_NEW_CSS) == []


def compressed(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), 9))


def test_the_style_sheet_stays_within_12_kb_compressed() -> None:
    (sheet,) = built(".css")
    assert compressed(sheet) <= 12 * 1024


def test_the_icons_stay_within_3_kb_compressed() -> None:
    assert compressed(next(BUILT.glob("icons.*.svg"))) <= 3 * 1024


def test_the_manifest_names_every_built_file_by_its_content() -> None:
    manifest = json.loads((BUILT / "manifest.json").read_text("utf-8"))
    named = {plain: hashed.rsplit(".", 2)[1] for plain, hashed in manifest.items()}
    content = {
        plain: hashlib.sha256((BUILT / hashed).read_bytes()).hexdigest()[:10] for plain, hashed in manifest.items()
    }
    assert named == content
    assert {*manifest.values(), "manifest.json"} == {path.name for path in BUILT.iterdir()}


def test_the_committed_files_are_what_the_sources_give() -> None:
    if shutil.which("node") is None or not (FRONTEND / "node_modules").is_dir():
        pytest.skip("needs Node and frontend/node_modules")
    done = subprocess.run(
        ["node", "build.mjs", "--check"],
        cwd=FRONTEND,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("lock", ["package-lock.json", "e2e/package-lock.json"])
def test_locks_name_versions_and_hashes_but_no_host(lock: str) -> None:
    packages = json.loads((FRONTEND / lock).read_text("utf-8"))["packages"]
    installed = [entry for name, entry in packages.items() if name]
    assert installed
    assert all("integrity" in entry and "version" in entry for entry in installed)
    assert "://" not in (FRONTEND / lock).read_text("utf-8")


def test_built_files_call_no_foreign_host() -> None:
    for path in BUILT.iterdir():
        hosts = set(re.findall(r"https?://[\w.-]+", path.read_text("utf-8")))
        assert hosts <= {"http://www.w3.org"}, path.name
