"""`nat-egress size`: what it prints, its JSON against its reference, and mistakes without tracebacks."""

from __future__ import annotations

import dataclasses
import json
import re
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from nat_egress.capacity import profile
from nat_egress.cli.app import main

ROOT = Path(__file__).parents[3]
SHOP = ROOT / "docs" / "examples" / "shop.profile.yaml"
PROD = ROOT / "stacks" / "prod.profile.yaml"
GUIDE = (ROOT / "docs" / "capacity.md").read_text()
BIG = """\
end: {fin: 1}
destinations:
  "[bold]api":
    destination: {host: api.example.com, port: 443}
    source: {machines: 400}
    connections: {rate_per_s: 20000, life_s: 0.2}
    restart: {share: 1, within_s: 60, end: rst}
zone_shares: {1: 0.5, 2: 0.5}
"""


@pytest.fixture(autouse=True)
def wide(monkeypatch):
    monkeypatch.setenv("COLUMNS", "118")


def printed(capsys, *arguments):
    assert main(["size", *map(str, arguments)]) == 0
    return capsys.readouterr().out


def test_the_guide_shows_its_example():
    blocks = re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)
    assert blocks == [SHOP.read_text()]


def test_the_guide_shows_what_is_printed(capsys):
    (shown,) = re.findall(r"```text\n(.*?)```", GUIDE, re.DOTALL)
    assert printed(capsys, SHOP).startswith(shown)


def test_the_program_of_the_guide_runs(capsys, monkeypatch):
    monkeypatch.chdir(ROOT)
    (program,) = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)
    exec(program, {})  # noqa: S102 - the documentation of this project
    assert capsys.readouterr().out == "2 ports of an address\n"


def test_what_the_guide_says_of_reuse(capsys, tmp_path):
    reused = tmp_path / "p.yaml"
    reused.write_text(SHOP.read_text().replace("per_connection: 1", "per_connection: 4"))
    answer = json.loads(printed(capsys, reused, "--json"))
    assert round(answer["destinations"][0]["ports"], -2) == 24_700
    assert answer["addresses"] == 1


def test_tables_show_every_limit_and_destination(capsys):
    text = printed(capsys, PROD)
    for shown in ("partner", "identity", "ledger", "packages", "traces", "source ports of a machine", "packets/s"):
        assert shown in text


def test_names_are_printed_as_they_are(capsys, tmp_path):
    path = tmp_path / "p.yaml"
    path.write_text(BIG)
    text = printed(capsys, path)
    assert text.count("│ [bold]api ") == 5  # in each limit that it comes nearest to, and among the destinations
    assert "a gateway has at most 16" in text
    assert "What helps, best first:" in text
    assert "with another zone lost" in text


def test_many_destinations_are_cut_short_for_people_only(capsys, tmp_path):
    head, body = SHOP.read_text().split("  database:")[0].split("  payments:")
    path = tmp_path / "p.yaml"
    path.write_text(head + "".join(f"  d{number}:{body}" for number in range(25)))
    text = printed(capsys, path)
    assert "... and 5 destinations that need no more" in text
    assert len(re.findall(r"^│ d\d+ ", text, re.MULTILINE)) == 20
    assert len(json.loads(printed(capsys, path, "--json"))["destinations"]) == 25


def keys(value):
    if isinstance(value, dict):
        return set(value) | {key for inside in value.values() for key in keys(inside)}
    return {key for item in value for key in keys(item)} if isinstance(value, list) else set()


def test_every_key_of_the_json_is_documented_and_there(capsys, tmp_path):
    path = tmp_path / "p.yaml"
    path.write_text(BIG)
    found = keys(json.loads(printed(capsys, path, "--json")))
    table = GUIDE.split("`--json` prints the same")[1].split("In a program:")[0]
    documented = {name.removesuffix("[]") for name in re.findall(r"`([a-z_]+(?:\[\])?)`", table)}
    assert found == documented


SHAPES = [
    profile.Profile,
    profile.Destination,
    profile.Endpoint,
    profile.Source,
    profile.Connections,
    profile.Requests,
    profile.Pool,
    profile.End,
    profile.Burst,
    profile.Restart,
    profile.Retry,
    profile.Traffic,
]


@pytest.mark.parametrize("shape", SHAPES)
def test_every_key_of_a_profile_is_documented(shape):
    table = GUIDE.split("| key | what it means | default |")[1].split("## What the answer means")[0]
    documented = set(re.findall(r"[a-z_]+", " ".join(re.findall(r"`([^`]+)`", table))))
    keys = {field.name for field in dataclasses.fields(shape)} - {"name"}  # the user's own
    if "demand" in keys:
        keys = keys - {"demand"} | {"connections", "requests", "pool"}
    assert keys - documented == set()


def test_the_prod_stack_fits_its_prefix(capsys):
    answer = json.loads(printed(capsys, PROD, "--json"))
    assert answer["enough"]
    assert answer["addresses"] == 6
    assert answer["layouts"][0]["prefix_lengths"] == [29]  # as stacks/Pulumi.prod.yaml begins with


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("destinations: {a: 1}", "p.yaml:1: destinations.a is 1"),
        ("a: [", "is no YAML"),
        ("", "is empty"),
        (None, "no such file or directory"),
    ],
)
def test_mistakes_are_one_message(capsys, tmp_path, text, said):
    path = tmp_path / "p.yaml"
    if text is not None:
        path.write_text(text)
    assert main(["size", str(path), "--json"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("error: The profile has ")
    assert said in err


@pytest.mark.parametrize("arguments", [["size"], ["size", "x", "--yaml"], ["sise"]])
def test_options_that_do_not_exist_are_refused(capsys, arguments):
    assert main(arguments) == 2
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.process
def test_it_runs_as_a_module_and_as_a_script():
    module = subprocess.run(
        [sys.executable, "-m", "nat_egress.cli", "size", str(SHOP)], check=True, capture_output=True, text=True
    )
    assert "2 addresses needed" in module.stdout
    (script,) = entry_points(group="console_scripts", name="nat-egress")
    assert script.load().__name__ == "run"
