"""checkov, in a virtual environment of its own: its packages and the project's do not fit together."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from benchmarks.arm_template import template
from benchmarks.estate import Resource
from benchmarks.measure import Command

VERSION: Final = "3.3.30"
_FOLDER: Final = Path(__file__).parents[1] / ".bench" / f"checkov-{VERSION}"


def installed() -> Path:
    """Return where checkov is, installed with the machine's own settings of pip where it is not there yet."""
    command = _FOLDER / "bin" / "checkov"
    ready = _FOLDER / ".ready"
    if not ready.exists():
        print(f"  installing checkov {VERSION} into {_FOLDER} (once)", file=sys.stderr, flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", _FOLDER], check=True)
        pip = [str(_FOLDER / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, f"checkov=={VERSION}"], check=True)
        ready.touch()
    return command


def scan(resources: Sequence[Resource], folder: Path) -> Command:
    """Write resources as an ARM template in `folder`, and return the command that scans it with all rules."""
    folder.mkdir()
    file = folder / "main.json"
    file.write_text(json.dumps(template(list(resources)), indent=2), encoding="utf-8")
    options = ["--framework", "arm", "--skip-download", "--quiet", "--compact", "--soft-fail", "--output", "json"]
    return Command([str(installed()), "--file", str(file), *options], {})


def scanned(command: Command) -> int:
    """Return how many resources checkov has looked at."""
    told = subprocess.run(command.arguments, capture_output=True, text=True, check=True).stdout
    return int(json.loads(told)["summary"]["resource_count"])
