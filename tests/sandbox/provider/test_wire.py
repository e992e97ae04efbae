"""Values survive the way to the wire and back, and the protocol's markers are understood."""

from __future__ import annotations

from typing import Any

import pytest
from azure_sandbox.provider.wire import UNKNOWN, Secret, Unknown, contains_unknown, decode, encode
from google.protobuf.json_format import MessageToDict, ParseDict
from google.protobuf.struct_pb2 import Struct
from hypothesis import given
from hypothesis import strategies as st
from pulumi.runtime import rpc

values = st.recursive(
    st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text(max_size=5), values, max_size=4))
def test_what_is_encoded_is_decoded(properties: dict[str, Any]) -> None:
    assert decode(encode(properties)) == properties


def test_whole_numbers_are_int_and_booleans_stay() -> None:
    decoded = decode(ParseDict({"a": 4.0, "b": 4.5, "c": True}, Struct()))
    assert [(value, type(value)) for value in decoded.values()] == [(4, int), (4.5, float), (True, bool)]


def test_nulls_are_left_out_at_every_depth() -> None:
    assert decode(ParseDict({"a": None, "b": {"c": None, "d": 1}}, Struct())) == {"b": {"d": 1}}
    assert MessageToDict(encode({"a": None, "b": {"c": None}})) == {"b": {}}


def test_empty_lists_and_objects_are_kept() -> None:
    assert MessageToDict(encode({"a": [], "b": {}})) == {"a": [], "b": {}}


def test_secrets_are_laid_open() -> None:
    secret = {rpc._special_sig_key: rpc._special_secret_sig, "value": {"x": [1]}}
    assert decode(ParseDict({"s": secret}, Struct())) == {"s": {"x": [1]}}


def test_what_is_to_be_kept_secret_is_marked_at_every_depth() -> None:
    mark = {rpc._special_sig_key: rpc._special_secret_sig}
    marked = encode({"a": Secret({"x": [1]}), "b": [Secret("y")]})
    assert MessageToDict(marked) == {"a": {**mark, "value": {"x": [1]}}, "b": [{**mark, "value": "y"}]}
    assert decode(marked) == {"a": {"x": [1]}, "b": ["y"]}


def test_unknowns_keep_their_type_on_the_way() -> None:
    bool_sentinel = "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7"
    decoded = decode(ParseDict({"a": rpc.UNKNOWN, "b": [bool_sentinel]}, Struct()))
    assert decoded == {"a": UNKNOWN, "b": [Unknown(bool_sentinel)]}
    assert MessageToDict(encode(decoded)) == {"a": rpc.UNKNOWN, "b": [bool_sentinel]}


@pytest.mark.parametrize(
    ("value", "expected"), [(UNKNOWN, True), ([{"a": UNKNOWN}], True), ({"a": [1, "x"]}, False), (None, False)]
)
def test_unknowns_are_found_at_every_depth(value: Any, expected: bool) -> None:
    assert contains_unknown(value) is expected


def test_a_value_without_a_form_is_an_error() -> None:
    with pytest.raises(TypeError, match="set has no form"):
        encode({"a": {1}})
