"""A policy pack is named with its folder, of which the middle is left out where it is long."""

from pathlib import Path

import pytest
from azure_sandbox.engine.pack_names import name_and_folder, pack_name

LONG = "d" * 40


@pytest.mark.parametrize(
    ("folder", "shown"),
    [
        ("policies", "policies"),
        ("/" + "p" * 74, "/" + "p" * 74),
        (f"/a/{LONG}/b/{LONG}/c", f"/a/.../{LONG}/c"),
        (f"a/{LONG}/{LONG}/c", f"a/{LONG}/{LONG}/c"),
        (f"a/{LONG}/x/{LONG}/c", f"a/{LONG}/.../{LONG}/c"),
    ],
)
def test_there_and_back(folder, shown):
    assert pack_name("net", Path(folder)) == f"net|local|{shown}"
    assert name_and_folder(f"net|local|{shown}") == ("net", shown)
