"""What is said where a stack file is wrong."""

from __future__ import annotations

import json
import re

from nat_egress.did_you_mean import nearest
from pulumi import RunError
from pydantic import BaseModel
from pydantic.alias_generators import to_camel
from pydantic_core import ErrorDetails


class SettingsError(RunError):
    """A stack file that cannot be used; the message names every setting that is wrong."""


def refusal(problems: list[str]) -> SettingsError:
    """Return the error that names all `problems`, a line each."""
    count = "a wrong setting" if len(problems) == 1 else f"{len(problems)} wrong settings"
    return SettingsError("\n".join([f"The stack file has {count}:", *problems]))


def as_setting(text: str) -> str:
    """Write the arguments that a component's message names as the stack file has them: `subnets['a'].nat_only`."""
    dotted = re.sub(r"\['([^']+)'\]", r".\1", text)
    return re.sub(r"\b[a-z]+(?:_[a-z]+)+\b", lambda name: to_camel(name[0]), dotted)


def explain(stack: type[BaseModel], project: str, problem: ErrorDetails) -> str:
    """Say in a line which setting is wrong, which value it has, why, and what to write instead."""
    path = [str(part) for part in problem["loc"]]
    setting = f"{project}:{'.'.join(path)}"
    match problem["type"]:
        case "extra_forbidden":
            known = _known_keys(stack, path[:-1])
            meant = nearest(path[-1], known)
            hint = f"did you mean '{meant}'?" if meant else f"known here: {', '.join(known)}."
            return f"  - {setting}: unknown key; {hint}"
        case "missing" if path == ["location"]:
            return f"  - {setting}: missing; set it, or azure-native:location, to an Azure region such as westeurope."
        case "missing":
            return f"  - {setting}: missing; it is required."
        case "value_error":
            return f"  - {setting} {problem['ctx']['error']}."
        case _:
            return f"  - {setting} is {_shown(problem['input'])}: {problem['msg'][0].lower()}{problem['msg'][1:]}."


def _shown(value: object) -> str:
    text = json.dumps(value, default=str)
    return text if len(text) <= 60 else f"{text[:57]}..."  # noqa: PLR2004 - what fits on the line


def _known_keys(stack: type[BaseModel], path: list[str]) -> list[str]:
    """List the keys that may stand at `path`, walking the models by the names of the stack file."""
    model, parts = stack, iter(path)
    for part in parts:
        field = next((field for field in model.model_fields.values() if field.alias == part), None)
        if field is None or (inner := _model_of(field.annotation)) is None:
            break
        model = inner
        if _is_mapping(field.annotation):
            next(parts, None)  # a name of the user's own
    return [str(field.alias) for field in model.model_fields.values()]


def _is_mapping(annotation: object) -> bool:
    """Tell whether `annotation` is that of names of the user's own, as in `dict[str, Prefix]`."""
    parts = getattr(annotation, "__args__", ())
    return getattr(annotation, "__origin__", None) is dict or any(map(_is_mapping, parts))


def _model_of(annotation: object) -> type[BaseModel] | None:
    """Return the model in `annotation`, as in `Prefix`, `Prefix | None` and `dict[str, Prefix]`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((model for part in getattr(annotation, "__args__", ()) if (model := _model_of(part))), None)
