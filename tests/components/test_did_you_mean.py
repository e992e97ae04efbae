import pytest
from nat_egress.did_you_mean import nearest, nearest_in_any_case, suggestion

KNOWN = ["subnets", "zones", "tags", "PublicIPPrefix"]


@pytest.mark.parametrize(("word", "meant"), [("subnet", "subnets"), ("zone", "zones"), ("TAGS", ""), ("", "")])
def test_the_word_that_is_most_like_it(word, meant):
    assert nearest(word, KNOWN) == meant
    assert nearest(word, []) == ""


@pytest.mark.parametrize(("word", "meant"), [("publicipprefix", "PublicIPPrefix"), ("TAG", "tags"), ("qqq", "")])
def test_letter_case_means_nothing_where_it_is_said_so(word, meant):
    assert nearest_in_any_case(word, KNOWN) == meant


def test_it_may_have_to_be_more_alike():
    assert nearest("subnt", KNOWN) == nearest("subnt", KNOWN, alike=0.8) == "subnets"
    assert nearest("sub", KNOWN) == "subnets"
    assert nearest("sub", KNOWN, alike=0.9) == nearest_in_any_case("SUB", KNOWN, alike=0.9) == ""


def test_what_is_said():
    assert suggestion("subnets", "Known: x.") == "Did you mean subnets?"
    assert suggestion("", "Known: x.") == "Known: x."
