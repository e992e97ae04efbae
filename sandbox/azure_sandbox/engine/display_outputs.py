"""A stack's outputs in words, and what differs from those that it had. Pure functions.

What is shown, and how, follows pulumi/pulumi `pkg/backend/display/object_diff.go` (3.260), but nothing is cut short,
and a text that is YAML is shown as the text that it is.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Final, TypeAlias

from nat_egress.state import numbers
from nat_egress.state.values import UNKNOWN, Properties, Secret, Value
from rich.text import Text

from .diffing import deep_equal

INDENT: Final = 4
STYLES: Final = {"+ ": "green", "- ": "red", "~ ": "yellow"}
CONTEXT: Final = 2
"""Lines of a text that are shown before and after those that differ."""
HIDDEN: Final = Secret("[secret]")
"""What stands for a secret that is not to be shown: of two of them nobody can see whether they differ."""

Head: TypeAlias = Callable[[str], str]
"""Gives the beginning of the line of a value, up to the value: its sign, or none, and its name."""


def lines(
    values: Properties, before: Properties | None = None, *, preview: bool = False, show_secrets: bool = False
) -> list[Text]:
    """Return the lines of outputs.

    `before` are the stack's outputs so far, None where there was no such stack: what differs has a sign then. A preview
    leaves out what does not differ, and what had a value and is not known.
    """
    new = values if show_secrets else _hidden(values)
    old = before if before is None or show_secrets else _hidden(before)
    if old is None:
        shown = {key: value for key, value in new.items() if _is_telling(value)}
        width = max(map(len, new), default=0)
        return [line for key in sorted(shown) for line in _value(_head(1, key, width)(""), shown[key], 1, "")]
    return list(_members(old, new, 1, changed_only=preview))


def _members(old: Properties, new: Properties, depth: int, *, changed_only: bool = False) -> Iterator[Text]:
    pairs = {key: (old.get(key), new.get(key)) for key in sorted({**old, **new})}
    keys = [key for key, (was, is_now) in pairs.items() if _is_known_of(was, is_now)]
    width = max(map(len, keys), default=0)
    for key in keys:
        head = _head(depth, key, width)
        was, is_now = pairs[key]
        if deep_equal(was, is_now):
            if not changed_only and _is_telling(was):
                yield from _value(head(""), was, depth, "")
        elif was is None:
            yield from _value(head("+ "), is_now, depth, "+ ")
        elif is_now is None:
            yield from _value(head("- "), was, depth, "- ")
        else:
            yield from _change(head, was, is_now, depth)


def _change(head: Head, old: Value, new: Value, depth: int) -> Iterator[Text]:
    bare, bare_new = _bare(old), _bare(new)
    if (bare is not old or bare_new is not new) and not deep_equal(bare, bare_new):
        yield from _change(head, bare, bare_new, depth)
    elif isinstance(old, list) and isinstance(new, list):
        yield _line(head("~ ") + "[", "~ ")
        yield from _items(old, new, depth)
        yield _line(_margin(depth) + "]", "~ ")
    elif isinstance(old, Mapping) and isinstance(new, Mapping):
        yield _line(head("~ ") + "{", "~ ")
        yield from _members(dict(old), dict(new), depth + 1)
        yield _line(_margin(depth) + "}", "~ ")
    elif isinstance(old, str) and isinstance(new, str) and old and new:
        yield from _text_change(head, old, new, depth)
    elif _is_telling(old) and _is_telling(new) and not _has_parts(old) and not _has_parts(new):
        yield _line(f"{head('~ ')}{_scalar(old)} => {_scalar(new)}", "~ ")
    else:
        if _is_telling(old):
            yield from _value(head("- "), old, depth, "- ")
        if _is_telling(new):
            yield from _value(head("+ "), new, depth, "+ ")


def _items(old: list[Value], new: list[Value], depth: int) -> Iterator[Text]:
    for index in range(max(len(old), len(new))):
        head = _head(depth + 1, f"[{index}]", 0)
        if index >= len(old):
            yield from _value(head("+ "), new[index], depth + 2, "+ ")
        elif index >= len(new):
            yield from _value(head("- "), old[index], depth + 2, "- ")
        elif deep_equal(old[index], new[index]):
            yield from _value(head(""), old[index], depth + 2, "")
        else:
            yield from _change(head, old[index], new[index], depth + 2)


def _text_change(head: Head, old: str, new: str, depth: int) -> Iterator[Text]:
    parsed, parsed_new = _parsed(old), _parsed(new)
    if parsed is not None and parsed_new is not None and not deep_equal(parsed, parsed_new):
        yield from _change(lambda sign: head(sign) + "(json) ", parsed, parsed_new, depth)
    elif "\n" not in old + new or old.splitlines() == new.splitlines():
        yield _line(f"{head('~ ')}{_scalar(old)} => {_scalar(new)}", "~ ")
    else:
        yield _line(head("~ "), "~ ")
        yield from _text_lines(old.splitlines(), new.splitlines(), depth + 1)


def _text_lines(old: list[str], new: list[str], depth: int) -> Iterator[Text]:
    shown = 0
    for group in difflib.SequenceMatcher(a=old, b=new, autojunk=False).get_grouped_opcodes(CONTEXT):
        if group[0][1] > shown:
            yield _line(_margin(depth) + "...")
        for kind, begin, end, begin_new, end_new in group:
            if kind == "equal":
                yield from (_line(_margin(depth) + line) for line in old[begin:end])
            else:
                yield from (_line(_margin(depth, "- ") + line, "- ") for line in old[begin:end])
                yield from (_line(_margin(depth, "+ ") + line, "+ ") for line in new[begin_new:end_new])
        shown = group[-1][2]
    if shown < len(old):
        yield _line(_margin(depth) + "...")


def _value(head: str, value: Value, depth: int, sign: str) -> Iterator[Text]:
    """Return the lines of a value that is all new, all gone, or unchanged; the first begins with `head`."""
    if isinstance(value, Secret) and value != HIDDEN:
        yield from _value(head, value.value, depth, sign)
    elif isinstance(value, str) and (parsed := _parsed(value)) is not None:
        yield from _value(head + "(json) ", parsed, depth, sign)
    elif isinstance(value, Mapping) and value:
        yield _line(head + "{", sign)
        width = max(map(len, value))
        for key in sorted(value):
            yield from _value(_head(depth + 1, key, width)(sign), value[key], depth + 1, sign)
        yield _line(_margin(depth) + "}", sign)
    elif isinstance(value, list) and value:
        yield _line(head + "[", sign)
        for index, item in enumerate(value):
            yield from _value(f"{_margin(depth, sign)}    [{index}]: ", item, depth + 1, sign)
        yield _line(_margin(depth) + "]", sign)
    else:
        yield _line(head + _scalar(value), sign)


def _bare(value: Value) -> Value:
    return value.value if isinstance(value, Secret) and value != HIDDEN else value


def _hidden(value: Value) -> Value:
    if isinstance(value, Secret):
        return HIDDEN
    if isinstance(value, Mapping):
        return {key: _hidden(item) for key, item in value.items()}
    return [_hidden(item) for item in value] if isinstance(value, list) else value


def _is_known_of(was: Value, is_now: Value) -> bool:
    """Tell whether there is a value before or now, and if before, what has become of it."""
    return is_now is not UNKNOWN if was is not None else is_now is not None


def _is_telling(value: Value) -> bool:
    """Tell whether a value is shown where it is the same as before, or all new: what is empty is not."""
    return value is not None and value not in ("", [], {})


def _has_parts(value: Value) -> bool:
    return isinstance(value, list | Mapping)


def _parsed(text: str) -> Value:
    """Return the object or list that a text is in JSON, or None."""
    if not text.lstrip().startswith(("{", "[")):
        return None
    try:
        return json.loads(text)
    except ValueError:
        return None


def _scalar(value: Value) -> str:
    if isinstance(value, Secret):
        return "[secret]"
    if value is UNKNOWN:
        return "[unknown]"
    if value is None:
        return "<null>"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return numbers.text(value)
    # A list or an object that is empty is its own JSON.
    return json.dumps(value, ensure_ascii=False)


def _head(depth: int, name: str, width: int) -> Head:
    return lambda sign: f"{_margin(depth, sign)}{name:{width}}: "


def _margin(depth: int, sign: str = "") -> str:
    return " " * (INDENT * depth - len(sign)) + sign


def _line(line: str, sign: str = "") -> Text:
    return Text(line, style=STYLES.get(sign, ""))
