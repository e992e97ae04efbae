"""The stack file's settings: what may stand in stacks/Pulumi.<environment>.yaml, and what is said where it is wrong."""

from .loading import load
from .messages import SettingsError
from .model import ResourceGroup
from .stack import Settings

__all__ = ["ResourceGroup", "Settings", "SettingsError", "load"]
