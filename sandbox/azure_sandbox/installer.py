"""The official CLI, installed by the SDK's own installer."""

from __future__ import annotations

import subprocess
from pathlib import Path

from .errors import CommandError


def install(folder: Path) -> str:
    """Install the CLI that matches the SDK into `folder`, and return its version.

    This is the one thing here that reaches the Internet, and only when asked.
    """
    from pulumi.automation import PulumiCommand  # noqa: PLC0415 - half a second that no other command needs

    try:
        command = PulumiCommand.install(root=str(folder))
    except subprocess.CalledProcessError as error:
        said = (error.output or b"").decode(errors="replace").strip()
        raise CommandError(f"the installer of the Pulumi CLI failed (status {error.returncode}): {said}") from None
    except (OSError, RuntimeError) as error:
        raise CommandError(f"the Pulumi CLI can't be installed into {folder}: {error}") from None
    return str(command.version)
