"""States in files, as commands read them."""

from __future__ import annotations

import json
from functools import cache

import pytest
from nat_egress.state import Passphrase, checkpoint
from nat_egress.state.model import Snapshot

PASSPHRASE = "correct horse"  # not a secret: a test's own


@cache
def locked():
    """Return a crypter whose key is derived once."""
    return Passphrase(PASSPHRASE).crypter(None)


@pytest.fixture
def state(tmp_path):
    """Write a state with its secrets encrypted, as `pulumi stack export` does."""

    def write(*resources):
        crypter = locked()
        deployment = checkpoint.dump(
            Snapshot(list(resources)), lambda _secret, text: {"ciphertext": crypter.encrypt(text)}
        )
        deployment["secrets_providers"] = crypter.provider
        path = tmp_path / "state.json"
        path.write_text(json.dumps({"version": 3, "deployment": deployment}))
        return path

    return write
