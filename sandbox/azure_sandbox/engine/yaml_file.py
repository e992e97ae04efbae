"""YAML as the official CLI reads it.

The CLI's reader (gopkg.in/yaml.v3) decides the type of a bare word otherwise than PyYAML does: `yes` is text,
`1e3` is a number. A stack file must mean the same to both engines.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

import yaml

from ..errors import CommandError, Exit

_TAG: Final = "tag:yaml.org,2002:"
_WORDS: Final = (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", r"~|null|Null|NULL|", "~nN\0"),
    (
        "int",
        r"[-+]?(?:0b[01_]+|0o?[0-7_]+|0x[0-9a-fA-F_]+|0|[1-9][0-9_]*)",
        "-+0123456789",
    ),
    (
        "float",
        r"[-+]?(?:\.[0-9]+|[0-9][0-9_]*(?:\.[0-9_]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)",
        "-+.0123456789",
    ),
    (
        "timestamp",
        r"\d{4}-\d\d?-\d\d?(?:(?:[Tt]\d\d?:\d\d:\d\d(?:\.\d+)?(?:Z|[-+]\d\d:\d\d)| \d\d?:\d\d:\d\d(?:\.\d+)?))?",
        "0123456789",
    ),
    ("merge", r"<<", "<"),
)


class _Loader(yaml.SafeLoader):
    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - PyYAML's own table, replaced whole


for _name, _pattern, _first in _WORDS:
    _Loader.add_implicit_resolver(_TAG + _name, re.compile(f"^(?:{_pattern})$"), [*_first.replace("\0", ""), ""])


def _construct_int(_loader: _Loader, node: yaml.ScalarNode) -> int | float:
    digits = node.value.replace("_", "")
    sign, digits = (-1, digits[1:]) if digits.startswith("-") else (1, digits.removeprefix("+"))
    octal = re.fullmatch(r"0o?([0-7]+)", digits)
    number = sign * (int(octal[1], 8) if octal else int(digits, 0))
    return number if -(2**63) <= number < 2**64 else float(number)


def _construct_float(_loader: _Loader, node: yaml.ScalarNode) -> float:
    return float(re.sub(r"^([-+]?)\.(?=[a-zA-Z])", r"\1", node.value.replace("_", "")))


_Loader.add_constructor(_TAG + "int", _construct_int)
_Loader.add_constructor(_TAG + "float", _construct_float)


def read(path: Path) -> Any:  # noqa: ANN401 - a YAML document is anything
    """Return the document in `path`; CommandError with line and column where it is not YAML."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 - a SafeLoader
    except UnicodeDecodeError as error:
        raise CommandError(f"{path}: not UTF-8 (byte {error.start})", Exit.CONFIGURATION) from None
    except OSError as error:
        raise CommandError(f"{path}: can't be read: {error.strerror}", Exit.CONFIGURATION) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        raise CommandError(
            f"{path}: {place}invalid YAML: {error.problem or error.context}", Exit.CONFIGURATION
        ) from None
    except (yaml.YAMLError, ValueError) as error:
        raise CommandError(f"{path}: invalid YAML: {error}", Exit.CONFIGURATION) from None
