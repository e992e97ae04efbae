import pytest
from azure_sandbox.engine.paths import contains, format_path, parse_path, reset
from nat_egress.state.values import Secret


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("root", ("root",)),
        ("root.nested", ("root", "nested")),
        ('root["a.b"].c[10]', ("root", "a.b", "c", 10)),
        ('["a \\" b"][*]', ('a " b', "*")),
        ("root.[0]", ("root", 0)),
        ("foo-bar", ("foo-bar",)),
        ("*", ("*",)),
    ],
)
def test_paths_are_read(text, path):
    assert parse_path(text) == path


@pytest.mark.parametrize("text", ["", ".a", "a[", "a[x]", 'a["x]', "a."])
def test_what_is_no_path_is_refused(text):
    with pytest.raises(ValueError, match="no property path"):
        parse_path(text)


@pytest.mark.parametrize(
    ("path", "text"),
    [(("a", "b"), "a.b"), (("a", 1, "b"), "a[1].b"), (("a", "b.c"), 'a["b.c"]'), (("a-b",), '["a-b"]')],
)
def test_paths_are_written_as_diffs_have_them(path, text):
    assert format_path(path) == text
    assert parse_path(text) == path


@pytest.mark.parametrize(
    ("outer", "inner", "held"),
    [("a", "a.b", True), ("a.b", "a", False), ("a[*].c", "a[3].c.d", True), ("*", "x", True), ("a", "b", False)],
)
def test_a_path_contains_what_is_beneath_it(outer, inner, held):
    assert contains(parse_path(outer), parse_path(inner)) is held


OLD = {"a": 1, "deep": {"x": 1, "y": 1}, "list": [{"n": 1}, {"n": 2}], "hidden": Secret({"x": 1})}
CASES = [
    ("a", {"a": 2}, {"a": 1}, True),
    ("a", {}, {"a": 1}, True),
    ("new", {"new": 2, "b": 1}, {"b": 1}, True),
    ("deep.x", {"deep": {"x": 2, "y": 2}}, {"deep": {"x": 1, "y": 2}}, True),
    ("deep.x", {}, {}, False),
    ("deep.x", {"deep": 3}, {"deep": 3}, False),
    ("none.x", {"none": {"x": 1}}, {"none": {}}, True),
    ("none.x", {}, {}, True),
    ("list[0].n", {"list": [{"n": 9}, {"n": 9}]}, {"list": [{"n": 1}, {"n": 9}]}, True),
    ("list[1]", {"list": [{"n": 9}]}, {"list": [{"n": 9}]}, False),
    ("list[5]", {"list": [{"n": 9}]}, {"list": [{"n": 9}]}, True),
    ("list[*].n", {"list": [{"n": 9}, {"n": 8}]}, {"list": [{"n": 1}, {"n": 2}]}, True),
    ("list[*].n", {"list": [{"n": 9}]}, {"list": [{"n": 1}]}, False),
    ("deep.*", {"deep": {"x": 2, "z": 2}}, {"deep": {"x": 1, "y": 1}}, True),
    ("hidden.x", {"hidden": {"x": 2}}, {"hidden": {"x": Secret(1)}}, True),
    ("hidden.x", {"hidden": Secret({"x": 2})}, {"hidden": Secret({"x": Secret(1)})}, True),
]


@pytest.mark.parametrize(("path", "new", "expected", "done"), CASES)
def test_a_place_is_put_back(path, new, expected, done):
    before = repr(new)
    assert reset(parse_path(path), OLD, new) == (expected, done)
    assert repr(new) == before
