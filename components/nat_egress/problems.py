"""What is wrong with an argument, said so that its reader can put it right."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

SHOWN_CHARACTERS = 80


@dataclass(frozen=True)
class Problem:
    """One argument that cannot be used."""

    argument: str
    """Where it stands, as in `subnets['web'].address_prefix`."""
    value: object
    """What stands there; None where nothing does."""
    rule: str
    """What Azure, or this package, asks for. A clause without a full stop."""
    remedy: str
    """What to do instead. A sentence."""

    def __str__(self) -> str:
        return f"{self.argument} is {shown(self.value)}: {self.rule}. {self.remedy}"


def shown(value: object) -> str:
    """Write `value` as it may stand in a message: text as it is, all else as JSON, at most a line."""
    if value is None:
        return "not set"
    text = value if isinstance(value, str) and value else json.dumps(value, default=str, ensure_ascii=False)
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[: SHOWN_CHARACTERS - 3]}..."


def report(subject: str, problems: Sequence[Problem]) -> str:
    """Write all `problems` of `subject`, a line each."""
    count = "a problem" if len(problems) == 1 else f"{len(problems)} problems"
    return "\n".join([f"{subject} has {count}:", *(f"  - {problem}" for problem in problems)])
