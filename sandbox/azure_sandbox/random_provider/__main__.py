"""`python -m azure_sandbox.random_provider [engine address]`: prints its port as its first line, then serves."""

from __future__ import annotations

import os
import sys

from azure_sandbox.provider.settings import RefusedToStartError, place


def main() -> int:
    """Start the provider, or say in one line why not; return the exit status."""
    try:
        place(os.environ)
    except RefusedToStartError as error:
        sys.stderr.write(f"random (sandbox): {error}\n")
        return 1
    # A refusal comes at once, before gRPC is loaded.
    from azure_sandbox.provider.process import serve  # noqa: PLC0415

    from .servicer import Servicer  # noqa: PLC0415

    serve(Servicer)
    return 0


if __name__ == "__main__":
    sys.exit(main())
