from __future__ import annotations

import pytest
from azure_sandbox.engine import display_outputs, display_text
from nat_egress.state.values import UNKNOWN, Secret

NEW = """\
    bare : "x"
    json : (json) {
        a: 1
    }
    known: [unknown]
    lines: "one\\ntwo"
    obj  : {
        gone: <null>
        k   : [
            [0]: 1
            [1]: "2"
            [2]: {
                z: true
            }
            [3]: []
        ]
    }
    sec  : [secret]
    size : 3"""


def shown(values, before=None, **options):
    return "\n".join(line.plain for line in display_outputs.lines(values, before, **options))


def test_outputs_of_a_new_stack_have_no_sign():
    values = {
        "size": 3.0,
        "bare": "x",
        "json": '{"a": 1}',
        "known": UNKNOWN,
        "lines": "one\ntwo",
        "obj": {"k": [1, "2", {"z": True}, []], "gone": None},
        "sec": Secret("s3cret"),
        "none": None,
        "void": "",
        "list": [],
        "map": {},
    }
    assert shown(values) == NEW
    assert '    sec  : "s3cret"' in shown(values, show_secrets=True)


def test_the_block_has_a_head_where_there_is_anything_in_it():
    block = [line.plain for line in display_text.outputs({"made": "yes"}, {"made": "no"})]
    assert block == ["Outputs:", '  ~ made: "no" => "yes"', ""]
    assert display_text.outputs({"made": None}) == []
    assert display_text.outputs({"made": "yes"}, {"made": "yes"}, preview=True) == []


@pytest.mark.parametrize(
    ("old", "new", "lines"),
    [
        ("a", "b", '  ~ x: "a" => "b"'),
        (1, 2.5, "  ~ x: 1 => 2.5"),
        (1, True, "  ~ x: 1 => true"),
        (None, "a", '  + x: "a"'),
        ("a", None, '  - x: "a"'),
        ("", "a", '  + x: "a"'),
        ("a", [], '  - x: "a"'),
        (UNKNOWN, "a", '  ~ x: [unknown] => "a"'),
        (Secret("a"), "a", '  ~ x: [secret] => "a"'),
        (1, [2], "  - x: 1\n  + x: [\n  +     [0]: 2\n    ]"),
        ([1, 2], [1, 3, 4], "  ~ x: [\n        [0]: 1\n      ~ [1]: 2 => 3\n      + [2]: 4\n    ]"),
        (
            [1, {"a": 1}],
            [1, {"a": 1, "b": 2}],
            (
                "  ~ x: [\n        [0]: 1\n      ~ [1]: {\n                a: 1\n"
                "              + b: 2\n            }\n    ]"
            ),
        ),
        ([1, 2], [1], "  ~ x: [\n        [0]: 1\n      - [1]: 2\n    ]"),
        (
            {"a": 1, "long": 2, "same": {}, "kept": 4},
            {"a": 2, "b": {"c": 3}, "same": {}, "kept": 4},
            (
                "  ~ x: {\n      ~ a   : 1 => 2\n      + b   : {\n          + c: 3\n        }\n        kept: 4\n"
                "      - long: 2\n    }"
            ),
        ),
        ('{"a": 1}', '{"a": 2}', "  ~ x: (json) {\n      ~ a: 1 => 2\n    }"),
        ('{"a": 1}', '{"a":1}', '  ~ x: "{\\"a\\": 1}" => "{\\"a\\":1}"'),
        ("one\n", "one", '  ~ x: "one\\n" => "one"'),
        ("one\ntwo", "one\nthree", "  ~ x: \n        one\n      - two\n      + three"),
        (
            "\n".join("abcdefghi"),
            "\n".join("abcdEfghi"),
            "  ~ x: \n        ...\n        c\n        d\n      - e\n      + E\n        f\n        g\n        ...",
        ),
    ],
)
def test_what_differs_has_a_sign(old, new, lines):
    assert shown({"x": new}, {"x": old}) == lines
    assert shown({"x": new}, {"x": old}, preview=True) == lines


def test_an_update_shows_what_stays_and_a_preview_does_not():
    before, after = {"b": 1, "stays": "x", "void": ""}, {"b": 2, "stays": "x", "void": ""}
    assert shown(after, before) == '  ~ b    : 1 => 2\n    stays: "x"'
    assert shown(after, before, preview=True) == "  ~ b    : 1 => 2"
    assert shown(after, after, preview=True) == ""


def test_what_goes_with_the_stack():
    assert shown({}, {"a": [1], "k": {"z": 1}, "none": None}) == (
        "  - a: [\n  -     [0]: 1\n    ]\n  - k: {\n      - z: 1\n    }"
    )


def test_what_is_not_known_yet_is_no_change_but_may_be_new():
    before = {"ip": "1.2.3.4", "obj": {"id": "/a", "n": 1}, "list": ["a"]}
    after = {"ip": UNKNOWN, "obj": {"id": UNKNOWN, "n": 1}, "list": [UNKNOWN], "new": UNKNOWN}
    assert shown(after, before, preview=True) == (
        '  ~ list: [\n      ~ [0]: "a" => [unknown]\n    ]\n  + new : [unknown]\n  ~ obj : {\n        n: 1\n    }'
    )


def test_of_secrets_only_who_may_see_them_learns_that_they_differ():
    before, after = {"key": Secret("old"), "n": [Secret(1)]}, {"key": Secret("new"), "n": [Secret(1)]}
    assert shown(after, before, preview=True) == ""
    assert shown(after, before) == "    key: [secret]\n    n  : [\n        [0]: [secret]\n    ]"
    assert shown(after, before, preview=True, show_secrets=True) == '  ~ key: "old" => "new"'
    assert shown({"key": "old"}, before, preview=True, show_secrets=True).startswith('  ~ key: [secret] => "old"')


def test_signs_have_their_colours():
    styles = [line.style for line in display_outputs.lines({"a": 1, "c": 2, "d": 4}, {"b": 1, "c": 1, "d": 4})]
    assert styles == ["green", "red", "yellow", ""]
