"""The capacity part is pure, and what it costs to import."""

from __future__ import annotations

import subprocess
import sys

import pytest
from nat_egress import capacity

MODULES = [
    "erlang",
    "probabilities",
    "profile",
    "loads",
    "blocking",
    "retries",
    "layouts",
    "advice",
    "sizing",
    "document",
    "azure_state",
    "deployed",
]
HEAVY = ["numpy", "numba", "pandas", "pyarrow", "duckdb", "matplotlib"]


@pytest.mark.parametrize("name", capacity.__all__)
def test_every_public_name_can_be_imported(name):
    assert getattr(capacity, name).__name__ == name


def test_names_that_do_not_exist_are_attribute_errors():
    with pytest.raises(AttributeError, match="no attribute 'siz'"):
        _ = capacity.siz


@pytest.mark.process
@pytest.mark.parametrize(
    ("imports", "absent"),
    [
        (["nat_egress", "nat_egress.capacity"], ["pulumi", "typer", "rich", "yaml", *HEAVY]),
        (
            [f"nat_egress.capacity.{name}" for name in MODULES],
            ["pulumi", "typer", "rich", "yaml", *HEAVY],
        ),
        (
            [f"nat_egress.capacity.{name}" for name in ("reading", "verdict", "deployed_document")],
            ["pulumi", "typer", "rich", *HEAVY],
        ),
        (["nat_egress.cli.app"], ["pulumi", *HEAVY]),
        (["nat_egress.gateway"], ["typer", *HEAVY]),
        (["nat_egress.gateway", "settings"], [f"nat_egress.capacity.{name}" for name in ("profile", "answer")]),
    ],
)
def test_what_is_not_loaded(imports, absent):
    code = f"import sys, {', '.join(imports)}; print([name for name in {absent} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
