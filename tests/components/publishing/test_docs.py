"""The page on publishing shows what the command says and writes, and names all keys."""

from __future__ import annotations

import json
import re
from pathlib import Path

from nat_egress.cli.app import main
from nat_egress.publishing import manifest as manifests
from nat_egress.publishing import prefix_list, prefix_lists
from nat_egress.publishing.manifest_object import CACHE_SECONDS
from nat_egress.state import checkpoint
from nat_egress.state.model import Snapshot

from tests.components.publishing.states import gateway, prefix

PAGE = (Path(__file__).parents[3] / "docs" / "publishing.md").read_text()
(SHOWN,) = re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL)
(MANIFEST,) = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)


def state(path, *attached):
    deployment = checkpoint.dump(Snapshot([*attached, gateway("egress", *attached)]), lambda _secret, text: {})
    path.write_text(json.dumps({"version": 3, "deployment": deployment}))
    return str(path)


def test_the_output_and_the_manifest_are_as_shown(s3, ec2, capsys, tmp_path, monkeypatch):
    class Noon(manifests.datetime):
        @classmethod
        def now(cls, tz=None):
            return cls(2026, 11, 25, 12, tzinfo=tz)

    monkeypatch.setattr("nat_egress.cli.publish.datetime", Noon)
    s3.client.create_bucket(Bucket="partners")
    url = s3.url("partners/shop/prod.json")
    one, two, three = (
        prefix(name, cidr) for name, cidr in (("a", "203.0.113.0/29"), ("b", "192.0.2.8/31"), ("c", "198.51.100.16/30"))
    )
    assert main(["publish", "--state", state(tmp_path / "1", one, two), "--manifest", url]) == 0
    capsys.readouterr()
    places = ["--manifest", url, "--prefix-list", "shop-egress"]
    assert main(["publish", "--state", state(tmp_path / "2", one, three), *places, "--dry-run"]) == 0
    assert capsys.readouterr().out == SHOWN
    assert main(["publish", "--state", state(tmp_path / "2", one, three), *places]) == 0
    assert json.loads(s3.objects("partners")["shop/prod.json"]) == json.loads(MANIFEST)
    capsys.readouterr()
    assert main(["publish", "--state", state(tmp_path / "2", one, three), *places, "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    keys = {*printed, *(key for place in printed["places"] for key in place), *json.loads(MANIFEST)}
    assert keys - set(re.findall(r"`(\w+)`", PAGE)) == set()


def test_the_figures_are_those_of_the_code():
    assert f"cached for {CACHE_SECONDS} seconds" in PAGE
    assert f"at least {prefix_list.LEAST_ROOM};" in PAGE
    assert f"up to {prefix_list.MOST_ENTRIES:,}" in PAGE
    assert f"up to {prefix_lists.ATTEMPTS} times" in PAGE
    assert f"up to {prefix_lists.LONGEST_WAIT_S:.0f} seconds" in PAGE
