"""Pin all dependencies again, with hashes and without hosts: `python -m tools.lock`."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = {"run.lock": [], "dev.lock": ["--extra", "dev"]}


def uv(folder: Path) -> str:
    """The resolver: from PATH, or installed into `folder` for this one time."""
    found = shutil.which("uv")
    if found:
        return found
    venv.create(folder, with_pip=True)
    subprocess.run([str(folder / "bin/python"), "-m", "pip", "install", "--quiet", "uv"], check=True)
    return str(folder / "bin/uv")


def main() -> int:
    """Write both locks; pins already there are kept unless `--upgrade` is given."""
    with tempfile.TemporaryDirectory() as folder:
        resolver = uv(Path(folder))
        for name, extra in LOCKS.items():
            command = [
                *(resolver, "pip", "compile", "--quiet", "--universal", "--python-version", "3.11"),
                *("--generate-hashes", "--no-emit-index-url", "--no-emit-find-links"),
                *("--custom-compile-command", "make lock"),
                *(*extra, *sys.argv[1:], "pyproject.toml", "-o", f"requirements/{name}"),
            ]
            subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
            print(f"requirements/{name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
