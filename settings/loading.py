"""Reads a stack's settings out of its configuration."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime

from pydantic import ValidationError

from .checks import problems_with_azure
from .messages import explain, refusal
from .stack import Settings


def load(project: str, config: Mapping[str, str], today: date | None = None) -> Settings:
    """Read the settings of `project` out of a stack's configuration.

    `config` has fully qualified keys and text, structured values as JSON, as `pulumi.runtime.get_config_env` gives it;
    `today` is the day, in UTC, that exceptions are judged by. Raises `SettingsError` with everything that is wrong.
    """
    values = {name: _structured(text) for name, text in _of_namespace(project, config)}
    if "azure-native:location" in config:
        values.setdefault("location", config["azure-native:location"])
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        raise refusal([explain(Settings, project, problem) for problem in error.errors(include_url=False)]) from None
    if problems := list(problems_with_azure(settings, project, today or datetime.now(UTC).date())):
        raise refusal(problems)
    return settings


def _of_namespace(project: str, config: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for key, text in config.items():
        namespace, _, name = key.partition(":")
        if namespace == project:
            yield name, text


def _structured(text: str) -> object:
    """Return the map or list that `text` holds as JSON, and any other text as it is."""
    if not text.lstrip().startswith(("{", "[")):
        return text
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text
