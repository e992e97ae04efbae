"""A program that makes a password and hands it on: where it is kept, what is shown of it, and when it changes."""

import json
import shutil
import sys
from pathlib import Path

import pytest
import yaml
from azure_sandbox.official import OfficialCli
from azure_sandbox.session import start

from tests.program.conftest import Project

# Special characters that look the same in every form in which they may be written.
PROGRAM = """\
import pulumi
import pulumi_random as random
from pulumi_azure_native import resources

password = random.RandomPassword("admin", length=pulumi.Config().require_int("length"), override_special="-_.")
group = resources.ResourceGroup("group", resource_group_name="rg", tags={"password": password.result})
pulumi.export("password", password.result)
pulumi.export("id", password.id)
"""
SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"


def make(folder, engine):
    (folder / "stacks").mkdir()
    runtime = {"name": "python", "options": {"toolchain": "pip", "virtualenv": sys.prefix}}
    project = {"name": "shop", "runtime": runtime, "stackConfigDir": "stacks"}
    (folder / "Pulumi.yaml").write_text(yaml.safe_dump(project))
    (folder / "__main__.py").write_text(PROGRAM)
    found = Project(folder, engine)
    ask(found, 16)
    return found


def ask(project, length):
    project.settings("sandbox", {"shop:length": length})


@pytest.fixture(params=["embedded", pytest.param("official", marks=pytest.mark.cli)])
def project(request, tmp_path):
    """The program on each engine; the official CLI's half is skipped by name where there is none."""
    if request.param == "official" and shutil.which("pulumi") is None:
        pytest.skip("pulumi CLI not on PATH")
    return make(tmp_path, request.param)


def password(project):
    """The password, from the tag that Azure was given."""
    group = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg"
    found = project.cloud().get(group, api_version="2024-03-01")
    return found.body["tags"]["password"] if found.status == 200 else None


def backend(project):
    """Every file that the backend has written: the state, its backup, the history."""
    files = {path.name: path.read_text() for path in (project.root / ".sandbox/backend").rglob("*") if path.is_file()}
    assert {"sandbox.json", "sandbox.json.bak"} <= files.keys()
    return files


def rows(project):
    """The resources in the state file, by logical name."""
    resources = json.loads(backend(project)["sandbox.json"])["checkpoint"]["latest"].get("resources", [])
    return {row["urn"].rsplit("::", 1)[1]: row for row in resources}


def test_the_password_reaches_azure_stays_until_its_rules_change_and_is_shown_to_nobody(project):
    said = project.up().said
    first = password(project)
    assert len(first) == 16
    assert project.run("output", "password", "--show-secrets").stdout == f"{first}\n"
    said += project.run("up", "--yes", "--skip-preview", "--expect-no-changes").said
    said += project.run("preview").said
    assert password(project) == first

    ask(project, 20)
    assert project.steps() == {("replace", "RandomPassword", "admin"), ("update", "ResourceGroup", "group")}
    said += project.run("up", "--yes", "--json").said
    second = password(project)
    assert len(second) == 20
    said += project.run("preview", "--json", "--expect-no-changes").said
    said += project.run("output").said + project.run("output", "--json").said + project.run("export").said
    written = backend(project)
    said += project.run("destroy", "--yes").said
    assert (password(project), rows(project)) == (None, {})

    everything = said + "".join({**written, **backend(project)}.values())
    assert "[secret]" in said
    assert first not in everything
    assert second not in everything


def test_the_state_is_in_the_form_that_the_cli_writes(project):
    project.run("up", "--yes", "--skip-preview")
    found = rows(project)
    row, provider = found["admin"], found["default_4_21_4"]
    result = row["outputs"].pop("result")
    assert result.keys() == {SIGNATURE, "ciphertext"}
    assert (result[SIGNATURE], result["ciphertext"][:3]) == (SECRET, "v1:")
    assert (row["id"], row["type"]) == ("none", "random:index/randomPassword:RandomPassword")
    assert row["inputs"] == {"length": 16, "overrideSpecial": "-_."}
    assert row["outputs"] == {
        "__meta": '{"schema_version":"3"}',
        "id": "none",
        "length": 16,
        "lower": True,
        "minLower": 0,
        "minNumeric": 0,
        "minSpecial": 0,
        "minUpper": 0,
        "number": True,
        "numeric": True,
        "overrideSpecial": "-_.",
        "special": True,
        "upper": True,
    }
    assert sorted(row["additionalSecretOutputs"]) == ["bcryptHash", "result"]
    assert row["provider"] == f"{provider['urn']}::{provider['id']}"
    assert provider["inputs"]["version"] == "4.21.4"
    for properties in (found["group"]["inputs"], found["group"]["outputs"]):
        assert properties["tags"]["password"][SIGNATURE] == SECRET


def test_rules_that_cannot_be_kept_are_refused_before_anything_is_made(project):
    ask(project, 0)
    said = project.refused("up", "--yes", "--skip-preview")
    assert (
        "random:index/randomPassword:RandomPassword resource 'admin' has a problem: Invalid Attribute Value. Attribute "
        "length value must be at least 1, got: 0. Examine values at 'admin.length'."
    ) in " ".join(said.split())
    assert password(project) is None


def test_another_resource_of_the_package_is_refused_by_name(project):
    (project.root / "__main__.py").write_text('import pulumi_random as random\n\nrandom.RandomPet("pet")\n')
    said = " ".join(project.refused("preview").split())
    assert "the sandbox does not serve the resource type random:index/randomPet:RandomPet" in said


@pytest.mark.cli
@pytest.mark.skipif(shutil.which("pulumi") is None, reason="pulumi CLI not on PATH")
def test_a_stack_moves_between_the_engines_and_a_refresh_keeps_the_password(tmp_path):
    embedded = make(tmp_path, "embedded")
    embedded.run("up", "--yes", "--skip-preview")
    first = password(embedded)
    official = Project(tmp_path, "official")
    assert official.steps() == set()
    cli = OfficialCli(Path(shutil.which("pulumi") or ""), start(tmp_path, "sandbox", None))
    cli.prepare(create=False)
    assert cli.run("refresh", "--yes", "--skip-preview") == 0
    assert official.run("output", "password", "--show-secrets").stdout == f"{first}\n"
    assert embedded.steps() == set()
    ask(official, 20)
    official.run("up", "--yes", "--skip-preview")
    assert embedded.steps() == set()
    assert password(embedded) != first
    embedded.run("destroy", "--yes")
    assert rows(official) == {}
