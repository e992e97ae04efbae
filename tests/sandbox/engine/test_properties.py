import pytest
from azure_sandbox.engine.properties import SIGNATURE_KEY, Accepts, UnsupportedValueError, decode, encode
from google.protobuf import json_format, struct_pb2
from hypothesis import given
from hypothesis import strategies as st
from nat_egress.state.values import UNKNOWN, Secret

PLAIN = st.none() | st.booleans() | st.integers(-(2**52), 2**52) | st.floats(allow_nan=False) | st.text(max_size=5)
KEYS = st.text(min_size=1, max_size=4)
VALUES = st.recursive(
    PLAIN | st.just(UNKNOWN),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3) | inner.map(Secret),
    max_leaves=8,
)
REFERENCE = {SIGNATURE_KEY: "5cf8f73096256a8f31e491e813e4eb8e", "urn": "urn:x", "id": "7", "packageVersion": ""}


def wire(value):
    struct = struct_pb2.Struct()
    struct.update({"x": value})
    return struct


@given(st.dictionaries(KEYS, VALUES, max_size=4))
def test_whatever_is_sent_comes_back(properties):
    assert decode(encode(properties)) == properties


@pytest.mark.parametrize(
    ("accepts", "value", "sent"),
    [
        (Accepts(secrets=False), Secret({"a": Secret(1)}), {"a": 1}),
        (Accepts(resources=False), REFERENCE, "7"),
        (Accepts(resources=False), {key: v for key, v in REFERENCE.items() if key != "id"}, "urn:x"),
        (Accepts(unknowns=False), [1, UNKNOWN, {"a": UNKNOWN, "b": 2}], [1, {"b": 2}]),
        (Accepts(), REFERENCE, REFERENCE),
        (Accepts(), [], []),
        (Accepts(), {}, {}),
    ],
)
def test_what_the_receiver_does_not_understand_is_made_plain(accepts, value, sent):
    assert decode(encode({"x": value}, accepts)) == {"x": sent}


def test_an_unknown_is_left_out_for_who_knows_none():
    assert json_format.MessageToDict(encode({"x": UNKNOWN, "y": 1}, Accepts(unknowns=False))) == {"y": 1.0}


@pytest.mark.parametrize(
    ("output", "value", "dependencies"),
    [
        ({"value": 1, "dependencies": ["urn:a"]}, 1, {"x": {"urn:a"}}),
        ({"dependencies": ["urn:a"]}, UNKNOWN, {"x": {"urn:a"}}),
        ({"value": "s", "secret": True}, Secret("s"), {}),
        ({"secret": True}, Secret(UNKNOWN), {}),
    ],
)
def test_output_values_are_taken_apart(output, value, dependencies):
    found = {}
    struct = wire({SIGNATURE_KEY: "d0e6a833031e9bbcd3f4e8bde6ca49a4", **output})
    assert decode(struct, found) == {"x": value}
    assert found == dependencies


@pytest.mark.parametrize(
    ("signature", "words"),
    [("c44067f5952c0a294b673a41bacd8c17", "an asset"), ("0def7320c3a5731c473e5ecbe6d01bc7", "an archive")],
)
def test_assets_are_refused_with_the_name_of_their_property(signature, words):
    with pytest.raises(UnsupportedValueError, match=f"property 'x' is {words}"):
        decode(wire([{SIGNATURE_KEY: signature, "text": "t"}]))


@pytest.mark.parametrize(("sent", "value"), [(8.0, 8), (8.5, 8.5), (1e300, 1e300)])
def test_whole_numbers_are_integers(sent, value):
    found = decode(wire(sent))["x"]
    assert found == value
    assert type(found) is type(value)
