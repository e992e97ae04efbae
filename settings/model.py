"""What all parts of the stack file share."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, model_validator
from pydantic.alias_generators import to_camel

Text = Annotated[str, BeforeValidator(lambda value: str(value) if type(value) in (int, float) else value)]
"""Text that YAML reads as a number where nobody quotes it, as in `zone: 1`."""

Tags = dict[str, Text]


class Model(BaseModel):
    """A part of the stack file: camelCase keys, no key that is not known, no value of another type."""

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", frozen=True, strict=True)


class ResourceGroup(Model):
    """A resource group: created, by default under a generated name, or one that exists."""

    name: str | None = None
    """The name to create it under."""
    existing: str | None = None
    """The name of a resource group that exists and is left as it is."""

    @model_validator(mode="after")
    def one_or_the_other(self) -> ResourceGroup:
        """Refuse a group that is to be created and to exist."""
        if self.name and self.existing:
            raise ValueError("has both 'name' (create it) and 'existing' (use it): keep one")
        return self
