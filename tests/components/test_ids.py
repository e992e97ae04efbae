from __future__ import annotations

import pytest
from nat_egress import ids

PREFIX = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/publicIPPrefixes/p"


@pytest.mark.parametrize("text", [PREFIX, PREFIX.replace("resourceGroups", "resourcegroups"), f"{PREFIX}/"])
def test_reads_the_parts(text):
    assert ids.parse(text) == ids.ResourceId("s", "g", "Microsoft.Network/publicIPPrefixes", "p")


@pytest.mark.parametrize(
    "text",
    ["", "p", PREFIX[1:], PREFIX.rpartition("/")[0], f"{PREFIX}/children/c", PREFIX.replace("/g/", "//")],
)
def test_refuses_what_is_no_id(text):
    with pytest.raises(ValueError, match="is not an id"):
        ids.parse(text)
