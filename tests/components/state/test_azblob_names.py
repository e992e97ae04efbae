"""The names of blobs: what gocloud.dev escapes, and all of it back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nat_egress.state.azblob_names import escape, unescape

STATE = ".pulumi/stacks/shop/dev.json"


@pytest.mark.parametrize(
    ("key", "name"),
    [
        (STATE, STATE),
        ("our team/größe+&=~'()/x", "our team/größe+&=~'()/x"),
        ('a"b#c%d?e\\f', "a__0x22__b__0x23__c__0x25__d__0x3f__e__0x5c__f"),
        ("\x00\t\x1f\x7f", "__0x0____0x9____0x1f____0x7f__"),
        ("shop../dev.json", "shop..__0x2f__dev.json"),
        ("shop./dev.json", "shop./dev.json"),
        ("../x", "..__0x2f__x"),
        (".../x", "...__0x2f__x"),
        ("a__0x2f__b", "a__0x5f___0x2f__b"),
        ("a___0x2f__b", "a___0x5f___0x2f__b"),
        ("a__0x__b", "a__0x__b"),
        ("a__0xg__b", "a__0xg__b"),
        ("a_0x2f__b", "a_0x2f__b"),
    ],
)
def test_names_are_those_of_gocloud(key, name):
    assert escape(key) == name
    assert unescape(name) == key


@given(st.text(st.sampled_from("_0x2f./\\%aé") | st.characters(exclude_categories=["Cs"])))
def test_every_key_comes_back(key):
    assert unescape(escape(key)) == key


@pytest.mark.parametrize("name", ["__0xffffffff__", "__0x110000__"])
def test_what_is_no_character_is_no_escape(name):
    assert unescape(name) == name
