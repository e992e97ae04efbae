"""A report in each of its formats, as text."""

from __future__ import annotations

import json as json_text
from enum import StrEnum
from importlib.metadata import version

from . import json, junit, sarif, text
from .report import Report
from .sarif import Program


class Format(StrEnum):
    """What a report is written as."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    JUNIT = "junit"


def written(report: Report, form: Format, program: Program) -> str:
    """Write a report, its last line ended; `program` is where SARIF shows what was found."""
    match form:
        case Format.TEXT:
            return "".join(f"{line}\n" for line in text.lines(report))
        case Format.JSON:
            return _json(json.document_of(report))
        case Format.SARIF:
            return _json(sarif.document_of(report, program, version("nat-egress")))
        case Format.JUNIT:
            return junit.text_of(report)


def _json(document: dict[str, object]) -> str:
    return f"{json_text.dumps(document, indent=2, ensure_ascii=False, allow_nan=False)}\n"
