"""Every code that the control plane can answer stands in the table, with its evidence; and no other does."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import azure_sandbox.arm
import pytest
from azure_sandbox.arm.errors import CODES, Refusal

PACKAGE = Path(azure_sandbox.arm.__file__).parent
NODES = [
    node
    for source in PACKAGE.rglob("*.py")
    if source.name != "errors.py"
    for node in ast.walk(ast.parse(source.read_text()))
]
POSITION_OF_CODE = {"Refusal": 0, "required": 1, "unchanged": 1, "within": 2, "valid_zones": 0}


def codes_raised() -> Iterator[str]:
    """Yield what stands where a code belongs; a name is looked up among the module constants."""
    constants = {
        ast.unparse(node.targets[0]): node.value.value
        for node in NODES
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
    }
    for node in NODES:
        if isinstance(node, ast.Call) and ast.unparse(node.func) in POSITION_OF_CODE:
            code = node.args[POSITION_OF_CODE[ast.unparse(node.func)]]
            # Inside a rule's own definition the code is its parameter.
            if ast.unparse(code) != "code":
                yield code.value if isinstance(code, ast.Constant) else constants[ast.unparse(code)]


def test_the_codes_of_the_package_are_those_of_the_table():
    assert set(codes_raised()) == set(CODES)


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_code_has_evidence_and_an_error_status(code):
    entry = CODES[code]
    assert 400 <= entry.status < 500
    own = code.startswith("Sandbox")
    assert entry.evidence.startswith(("rule", "the sandbox's own") if own else ("seen", "text of Microsoft"))


def test_a_code_that_is_not_in_the_table_has_no_status():
    with pytest.raises(KeyError):
        _ = Refusal("Invented", "never seen").status
