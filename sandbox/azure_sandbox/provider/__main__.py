"""`python -m azure_sandbox.provider [engine address]`: prints its port as its first line, then serves."""

from __future__ import annotations

import os
import sys

from .settings import RefusedToStartError, place


def main() -> int:
    """Start the provider, or say in one line why not; return the exit status."""
    try:
        found = place(os.environ)
    except RefusedToStartError as error:
        sys.stderr.write(f"azure-native (sandbox): {error}\n")
        return 1
    # A refusal comes at once, before gRPC is loaded.
    from .connecting import connector  # noqa: PLC0415
    from .process import serve  # noqa: PLC0415
    from .schema import load_schemas  # noqa: PLC0415
    from .servicer import Servicer  # noqa: PLC0415

    serve(lambda stop: Servicer(connector(found), stop), once_listening=load_schemas)
    return 0


if __name__ == "__main__":
    sys.exit(main())
