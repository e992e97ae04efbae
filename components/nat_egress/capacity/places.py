"""Values with the place where they stand, out of YAML text or out of a mapping that has been read already."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import yaml

from ..problems import Problem

_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DEEPEST = 32
_WORDS: dict[str, object] = {"": None, "~": None, "null": None, "true": True, "false": False}


class NotAProfile(Exception):  # noqa: N818 - says what is wrong
    """Text that is no YAML mapping at all; the problem says where."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Place:
    """A value: a mapping of names to places, a list of places, or a plain one."""

    value: object
    file: str
    """The name of the file with a colon behind it; empty where there is none."""
    line: int | None
    path: str
    """The keys down to here, as in `destinations.payments.end`."""

    @property
    def where(self) -> str:
        """The place as messages have it: `profile.yaml:12: destinations.payments.end`."""
        line = f"{self.line}: " if self.line else " " if self.file else ""
        return f"{self.file}{line}{self.path or 'the profile'}"

    def below(self, key: object) -> str:
        """Name what stands, or should stand, under `key`."""
        line = f"{self.line}: " if self.line else " " if self.file else ""
        return f"{self.file}{line}{self._path(key)}"

    def _path(self, key: object) -> str:
        return f"{self.path}.{key}" if self.path else str(key)


def of_yaml(text: str, file: str, problems: list[Problem]) -> Place:
    """Read YAML `text` of a `file`, with its lines. Keys that stand twice become `problems`.

    Raises `NotAProfile` where it is no YAML.
    """
    try:
        _check_depth(text, file)
        node = yaml.compose(text, _LOADER)
    except yaml.MarkedYAMLError as error:
        line = f":{error.problem_mark.line + 1}" if error.problem_mark else ""
        raise NotAProfile(_no_yaml(f"{file}{line}", error.problem or "it can't be read")) from None
    except yaml.YAMLError as error:
        raise NotAProfile(_no_yaml(file, str(error).splitlines()[0])) from None
    if node is None:
        raise NotAProfile(Problem(file, "empty", "a profile has destinations", "Write some."))
    return _of_node(node, f"{file}:", "", problems, ())


def of_mapping(values: object, path: str = "") -> Place:
    """Take `values` as they are, such as the settings of a stack under `path`."""
    if isinstance(values, Mapping):
        inside = {str(key): of_mapping(value, f"{path}.{key}" if path else str(key)) for key, value in values.items()}
        return Place(inside, "", None, path)
    if isinstance(values, list | tuple):
        return Place([of_mapping(value, f"{path}[{at}]") for at, value in enumerate(values)], "", None, path)
    return Place(values, "", None, path)


def _check_depth(text: str, file: str) -> None:
    """Refuse what is nested deeper than any profile, before the loader goes down there and does not come back."""
    depth = 0
    for event in yaml.parse(text, _LOADER):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            where = f"{file}:{event.start_mark.line + 1}" if event.start_mark else file
            raise NotAProfile(
                Problem(where, "given", f"it is nested {_DEEPEST} levels deep", "Close what is open there.")
            )


def _of_node(node: yaml.Node, file: str, path: str, problems: list[Problem], above: tuple[yaml.Node, ...]) -> Place:
    line = node.start_mark.line + 1
    here = Place(None, file, line, path)
    if any(node is outer for outer in above):
        problems.append(Problem(here.where, "an alias", "it contains itself", "Write the values out."))
    elif isinstance(node, yaml.MappingNode):
        return Place(_mapping(node, here, problems, (*above, node)), file, line, path)
    elif isinstance(node, yaml.SequenceNode):
        items = enumerate(node.value)
        return Place(
            [_of_node(item, file, f"{path}[{at}]", problems, (*above, node)) for at, item in items], file, line, path
        )
    elif isinstance(node, yaml.ScalarNode):
        return Place(_plain(node), file, line, path)
    return here


def _mapping(
    node: yaml.MappingNode, here: Place, problems: list[Problem], above: tuple[yaml.Node, ...]
) -> dict[str, Place]:
    found: dict[str, Place] = {}
    for key, value in node.value:
        name = str(getattr(key, "value", "a key that is no text"))
        place = Place(None, here.file, key.start_mark.line + 1, here.path)
        if name in found:
            problems.append(Problem(place.below(name), "given twice", "a key stands once", "Keep one of the two."))
        below = _of_node(value, here.file, f"{here.path}.{name}" if here.path else name, problems, above)
        found[name] = Place(below.value, below.file, place.line, below.path)
    return found


def _plain(node: yaml.ScalarNode) -> object:
    """Return the number, truth value or text of a scalar; YAML 1.1 would take 1e-6 for text."""
    text: str = node.value
    if node.style in ("'", '"', "|", ">"):
        return text
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    named = {".inf": math.inf, "+.inf": math.inf, "-.inf": -math.inf, ".nan": math.nan}
    if text.lower() in named:
        return named[text.lower()]
    try:
        return int(text, 10)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        return text


def _no_yaml(where: str, problem: str) -> Problem:
    return Problem(where, "no YAML", problem, "Correct the text there; docs/capacity.md has profiles to start from.")
