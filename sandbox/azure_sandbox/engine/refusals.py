"""The errors that a person is to read, and what the embedded engine does not do."""

from __future__ import annotations


class EngineError(Exception):
    """An error to be shown as it is; it ends the update."""

    def __init__(self, message: str, urn: str = "") -> None:
        super().__init__(message)
        self.urn = urn
        self.told = False


class ReportedError(EngineError):
    """An error that ends the update and that has been told already."""


class MonitorClosedError(Exception):
    """The update ends; what the program asked for will not be done."""


def unsupported(feature: str, of: str) -> EngineError:
    """Return the refusal of a feature that only the official engine has, used by the resource or call `of`."""
    return EngineError(
        f"{of}: the embedded engine does not do {feature}; the official Pulumi CLI does (`make cli` installs it)"
    )


def no_provider(package: str, of: str, known: tuple[str, ...]) -> EngineError:
    """Return the refusal of a package that there is no provider for."""
    return EngineError(
        f"{of}: the embedded engine has no provider for package {package} (it has {', '.join(known) or 'none'}); "
        f"leave the resource out of what is run in the sandbox, or use the official Pulumi CLI with the provider of "
        f"{package} installed"
    )
