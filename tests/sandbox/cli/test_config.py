from __future__ import annotations

import pytest
from azure_sandbox.engine import config, project
from azure_sandbox.errors import CommandError, Exit

# The texts are those that the official CLI 3.259 gives the program for the same file.
SCALARS = [
    ("1", "1"),
    ("1.50", "1.5"),
    ("1e3", "1000"),
    ("0x10", "16"),
    ("010", "8"),
    ("1_000", "1000"),
    ("yes", "yes"),
    ("on", "on"),
    ("true", "true"),
    ("True", "true"),
    ("2020-01-02", "2020-01-02 00:00:00 +0000 UTC"),
    ("null", ""),
    ('"007"', "007"),
    ("123456789012345678901234567890", "1.2345678901234568e+29"),
    ("{}", "{}"),
    (
        "{z: 1, a: [1.0, null, true, '<x>'], 5: q, f: 1e3}",
        '{"5":"q","a":[1,null,true,"\\u003cx\\u003e"],"f":1000,"z":1}',
    ),
    ("[a, b]", '["a","b"]'),
]


def resolve(root, stack_file, schema=""):
    (root / "stacks" / "Pulumi.dev.yaml").write_text(stack_file)
    path = root / "Pulumi.yaml"
    path.write_text(path.read_text().partition("config:")[0] + schema)
    file = project.read(path)
    return config.resolve(file, "dev", config.read(file, "dev"), lambda sealed: sealed[::-1])


@pytest.mark.parametrize(("written", "text"), SCALARS)
def test_a_value_reaches_the_program_as_the_cli_hands_it_on(root, written, text):
    assert resolve(root, f"config:\n  key: {written}\n")["shop:key"].text == text


def test_keys_without_a_namespace_are_the_projects(root):
    keys = resolve(root, "config: {a: 1, 'shop:b': 2, 'azure-native:location': x, 'shop:config:old': 3}")
    assert list(keys) == ["azure-native:location", "shop:a", "shop:b", "shop:old"]


def test_secure_values_are_decrypted_and_known_as_secret(root):
    values = resolve(root, "config: {a: {secure: terces}, b: {c: [{secure: terces}], d: 1}, e: plain}")
    assert (values["shop:a"].text, values["shop:a"].secret) == ("secret", True)
    assert (values["shop:b"].text, values["shop:b"].secret) == ('{"c":["secret"],"d":1}', True)
    assert not values["shop:e"].secret


def test_the_projects_defaults_fill_in(root):
    schema = "config:\n  n: {type: integer, default: 3}\n  short: hi\n  'azure-native:location': {value: westeurope}\n"
    values = resolve(root, "config: {n: 4}\n", schema)
    assert {key: value.text for key, value in values.items()} == {
        "azure-native:location": "westeurope",
        "shop:n": "4",
        "shop:short": "hi",
    }


@pytest.mark.parametrize(
    ("stack_file", "schema", "said"),
    [
        ("config: {}", "config: {n: {type: integer}}", "Stack 'dev' is missing configuration value 'n'"),
        ("config: {}", "config: {z: {}, a: {type: string}}", "is missing configuration values 'a' and 'z'"),
        ("config: {n: abc}", "config: {n: {type: integer}}", "shop:n: must be of type 'integer'"),
        ("config: {n: {a: 1}}", "config: {n: {type: string}}", "shop:n: must be of type 'string'"),
        ("config: {n: maybe}", "config: {n: {type: boolean}}", "shop:n: must be of type 'boolean'"),
        (
            "config: {n: [1, x]}",
            "config: {n: {type: array, items: {type: integer}}}",
            "shop:n: must be of type 'array<integer>'",
        ),
        ("config: {n: open}", "config: {n: {type: string, secret: true}}", "shop:n: must be encrypted"),
        ("config: {}", "config: {n: {default: 1, value: 2}}", "config.n: has both 'default' and 'value'"),
        ("config: {}", "config: {'azure-native:x': {default: 1}}", "takes 'value', not 'default'"),
        ("config: {'a:b:c': 1}", "", "'a:b:c' is not a configuration key"),
        ("config: [a]", "", "config: must be a mapping"),
        ("- a", "", "must be a mapping"),
        ("environment: [base]", "", "ESC environments need Pulumi Cloud"),
        ("config:\n  a: [1\n  b: 2\n", "", "line 3, column 4: invalid YAML"),
        ("config:\n\ta: 1\n", "", "line 2, column 1: invalid YAML"),
    ],
)
def test_what_is_wrong_is_told_with_its_file(root, stack_file, schema, said):
    with pytest.raises(CommandError) as refused:
        resolve(root, stack_file, schema)
    assert str(refused.value).startswith(str(root))
    assert said in str(refused.value)
    assert refused.value.status == Exit.CONFIGURATION


@pytest.mark.parametrize("fits", ["3", "'10'", "3.0"])
def test_what_the_cli_takes_for_an_integer(root, fits):
    assert resolve(root, f"config: {{n: {fits}}}", "config: {n: {type: integer}}")


def test_an_empty_file_is_an_empty_configuration(root):
    assert resolve(root, "") == {}


def test_a_missing_file_names_those_that_exist(root):
    (root / "stacks" / "Pulumi.prod.yaml").write_text("")
    with pytest.raises(CommandError, match=r"Pulumi.nope.yaml does not exist. Stacks with a file: dev, prod"):
        config.read(project.read(root / "Pulumi.yaml"), "nope")
