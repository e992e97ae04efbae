"""What is broken is told at once, in one message for people, and nothing is lost."""

import pytest
import yaml


def replace(path, content):
    path.write_bytes(content)


def broken_stack_file(project):
    replace(project.root / "stacks" / "Pulumi.sandbox.yaml", b"config:\n  private-egress:network: {a: [\n")
    return "Pulumi.sandbox.yaml"


def wrong_value(project):
    project.settings("sandbox", {"network": {"subnets": {}}, "egress": {"zone": "9", "sku": "Premium"}})
    return "private-egress:egress.sku is Premium"


def missing_stack_file(project):
    (project.root / "stacks" / "Pulumi.sandbox.yaml").unlink()
    return "Pulumi.sandbox.yaml"


def missing_project_file(project):
    (project.root / "Pulumi.yaml").unlink()
    return "Pulumi.yaml"


def missing_virtual_environment(project):
    path = project.root / "Pulumi.yaml"
    settings = yaml.safe_load(path.read_text())
    settings["runtime"]["options"]["virtualenv"] = "nowhere"
    path.write_text(yaml.safe_dump(settings))
    return "nowhere"


def corrupt_state(project):
    replace(project.root / ".sandbox/backend/.pulumi/stacks/private-egress/sandbox.json", b'{"version": 3, "checkp')
    return "sandbox.json"


def corrupt_cloud(project):
    replace(project.root / ".sandbox" / "azure.sqlite", b"This is not a database, whatever its name says." * 100)
    return "azure.sqlite"


def policy_pack_without_environment(project):
    pack = project.root / "policies"
    pack.mkdir()
    (pack / "PulumiPolicy.yaml").write_text("runtime: {name: python, options: {virtualenv: gone}}\n")
    (pack / "__main__.py").write_text("")
    return "gone"


def broken_program(project):
    with (project.root / "__main__.py").open("a") as program:
        program.write("\nraise SystemError('the program is broken')\n")
    return "the program is broken"


@pytest.mark.parametrize(
    "damage",
    [
        broken_stack_file,
        wrong_value,
        missing_stack_file,
        missing_project_file,
        missing_virtual_environment,
        corrupt_state,
        corrupt_cloud,
        policy_pack_without_environment,
    ],
)
def test_what_is_broken_is_told_and_nothing_is_lost(project, damage):
    project.up()
    named = damage(project)
    damaged = {path: path.read_bytes() for path in (project.root / ".sandbox").rglob("*.json") if path.is_file()}
    ran = project.try_run("up", "--yes")
    assert ran.status != 0
    assert named in ran.said
    assert "Traceback" not in ran.said
    for path, content in damaged.items():
        if "backend/.pulumi/stacks" in str(path):
            assert path.read_bytes() == content, "the state is as it was"


def test_a_program_that_fails_deletes_nothing(project):
    project.up()
    before = set(project.resources())
    named = broken_program(project)
    ran = project.try_run("up", "--yes", "--skip-preview")
    assert ran.status != 0
    assert named in ran.said
    assert set(project.resources()) == before
