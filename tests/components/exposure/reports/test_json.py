from __future__ import annotations

import json
from pathlib import Path

from nat_egress.exposure.reports.json import VERSION, document_of

DOCS = Path(__file__).parents[4] / "docs" / "policy-reports.md"


def test_all_of_it(full):
    document = document_of(full)
    assert document == json.loads(json.dumps(document, allow_nan=False))
    assert document["version"] == VERSION == 1
    assert (document["subject"], document["refused"]) == ("shop-dev", True)
    assert document["counts"] == {"refused": 2, "warned": 2, "undecidable": 1, "exempt": 1, "known": 1}
    assert document["findings"][1] == {
        "policy": "vm-no-public-ip",
        "verdict": "deny",
        "outcome": "refused",
        "level": "mandatory",
        "severity": "critical",
        "urn": "urn:pulumi:dev::shop::azure-native:network:NetworkInterface::web",
        "resource": "shop::azure-native:network:NetworkInterface::web",
        "path": ["internet", "public address"],
        "what": "The machine has a public address.",
        "remedy": "Remove it.",
        "fingerprint": "309f80da2a7f6c2b07def69be12c9a0e",
    }
    assert [one["outcome"] for one in document["findings"]] == ["refused"] * 2 + ["warned"] * 2 + ["undecidable"]
    assert document["known"][0]["resource"].endswith("::known")
    assert (document["gone"][0]["count"], document["gone"][0]["verdict"]) == (1, "deny")
    used = document["exemptions"]["used"][0]
    assert used["finding"]["urn"].endswith("::relay")
    assert {key: used[key] for key in ("policy", "resource", "reason", "owner", "expires")} == {
        "policy": "vm-no-public-ip",
        "resource": "relay",
        "reason": "SMTP of partners",
        "owner": "netops",
        "expires": "2027-01-31",
    }
    assert [one["resource"] for one in document["exemptions"]["ended"]] == ["old"]
    assert [one["resource"] for one in document["exemptions"]["unused"]] == ["idle"]


def test_nothing(empty):
    document = document_of(empty)
    assert (document["refused"], document["findings"]) == (False, [])
    assert set(document["counts"].values()) == {0}


def keys(value, path=""):
    if isinstance(value, dict):
        for key, inside in value.items():
            yield f"{path}{key}"
            yield from keys(inside, f"{path}{key}.")
    elif isinstance(value, list):
        for inside in value:
            yield from keys(inside, f"{path[:-1]}[].")


def test_every_key_is_in_the_documentation(full):
    text = DOCS.read_text(encoding="utf-8")
    last = {key.rpartition(".")[2] for key in keys(document_of(full))}
    assert [key for key in sorted(last) if f"`{key}`" not in text] == []


def test_special_characters(nasty):
    document = document_of(nasty)
    assert json.loads(json.dumps(document).encode()) == document
    json.dumps(document, ensure_ascii=False).encode()
