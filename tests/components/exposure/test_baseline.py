from __future__ import annotations

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nat_egress.exposure.baseline import Coverage, InvalidBaseline, compare, entries_of, parse, text_of
from nat_egress.exposure.finding import Finding, Verdict
from nat_egress.exposure.policies import POLICIES


def test_what_is_there_today_is_known_and_what_is_new_is_not(finding):
    entries = entries_of([finding(), finding("api")])
    done = compare([finding(), finding("db"), finding(stack="prod", name="api")], entries)
    assert [one.urn.rpartition("::")[2] for one in done.known] == ["web", "api"]
    assert done.new == (finding("db"),)
    assert done.gone == ()


def test_what_no_longer_occurs_is_told(finding):
    done = compare([finding()], entries_of([finding(), finding(), finding("api")]))
    assert [(entry.resource.rpartition("::")[2], entry.count) for entry in done.gone] == [("api", 1), ("web", 2)]
    assert (len(done.known), done.new) == (1, ())


def test_what_is_left_covers_what_is_still_to_come(finding):
    coverage = Coverage(entries_of([finding(), finding(), finding("api")]))
    assert coverage.divide([finding()]) == ([], [finding()])
    assert coverage.divide([finding(), finding()]) == ([finding()], [finding()])
    assert [entry.resource.rpartition("::")[2] for entry in coverage.gone] == ["api"]


def test_as_many_as_there_were(finding):
    done = compare([finding(), finding(), finding()], entries_of([finding(), finding()]))
    assert (len(done.known), len(done.new)) == (2, 1)


def test_a_warning_does_not_cover_a_denial_and_a_denial_covers_a_warning(finding):
    warning = finding(verdict=Verdict.WARN)
    assert compare([finding()], entries_of([warning])).new == (finding(),)
    assert compare([warning], entries_of([finding()])).known == (warning,)
    done = compare([warning, finding()], entries_of([warning, finding()]))
    assert (len(done.known), done.new, done.gone) == (2, (), ())


def test_a_warning_takes_the_entry_of_a_warning_first(finding):
    warning = finding(verdict=Verdict.WARN)
    (gone,) = compare([warning], entries_of([finding(), warning])).gone
    assert gone.verdict is Verdict.DENY


def test_entries_are_in_an_order_of_their_own(finding):
    found = [finding("b"), finding("a"), finding("a", verdict=Verdict.WARN), finding("a", path=("x",))]
    assert entries_of(found) == entries_of(found[::-1]) == sorted(entries_of(found))


def test_a_warning_leaves_the_entry_of_a_denial_to_the_denial(finding):
    warning = finding(verdict=Verdict.WARN)
    assert compare([warning, finding()], entries_of([finding()])).new == (warning,)


def test_what_cannot_be_decided_is_never_taken_in(finding):
    open_ = finding(verdict=Verdict.UNDECIDABLE)
    assert entries_of([open_]) == []
    assert compare([open_], entries_of([finding()])).new == (open_,)


def test_the_file(finding):
    text = text_of(entries_of([finding("web"), finding("api", path=()), finding("web")]))
    assert text == text_of(entries_of([finding("web"), finding("web"), finding("api", path=())]))
    assert text.endswith("}\n")
    document = json.loads(text)
    assert document["version"] == 1
    first, second = document["findings"]
    assert set(first) == {"policy", "resource", "path", "verdict", "count", "fingerprint"}
    assert first["resource"] == "shop::azure-native:network:NetworkInterface::api"
    assert (second["count"], second["path"], second["verdict"]) == (2, ["internet", "public address"], "deny")
    assert "dev" not in text
    assert finding().what not in text


WORDS = st.text(max_size=8)
FINDINGS = st.lists(
    st.builds(
        Finding,
        policy=st.sampled_from(sorted(POLICIES)),
        verdict=st.sampled_from(list(Verdict)),
        urn=WORDS | WORDS.map(lambda name: f"urn:pulumi:dev::shop::a:b:C::{name}"),
        path=st.lists(WORDS, max_size=3).map(tuple),
        what=WORDS,
        remedy=WORDS,
    ),
    max_size=8,
)


@given(FINDINGS, st.randoms(use_true_random=False))
def test_what_was_written_covers_all_that_it_was_written_of(findings, shuffled: random.Random):
    text = text_of(entries_of(findings))
    entries = parse(text, "baseline.json")
    assert text_of(entries) == text
    other = list(findings)
    shuffled.shuffle(other)
    assert text_of(entries_of(other)) == text
    done = compare(other, entries)
    assert all(one.verdict is Verdict.UNDECIDABLE for one in done.new)
    assert done.gone == ()


def spoiled(finding, **changes):
    document = json.loads(text_of(entries_of([finding])))
    document["findings"][0].update(changes)
    return json.dumps(document)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"policy": "no-such"}, "findings[0].policy is no-such: there is no such policy. "),
        ({"policy": ["x"]}, 'findings[0].policy is ["x"]: there is no such policy. '),
        ({"resource": 5}, "findings[0].resource is 5: it must be text. "),
        ({"path": "x"}, "findings[0].path is x: it must be a list of texts. "),
        ({"path": [1]}, "findings[0].path is [1]: it must be a list of texts. "),
        ({"path": ["other"]}, ": of this policy, resource and path it is "),
        ({"verdict": "undecidable"}, "findings[0].verdict is undecidable: it is one of warn, deny. "),
        ({"count": 0}, "findings[0].count is 0: it must be a whole number from 1. "),
        ({"count": True}, "findings[0].count is true: it must be a whole number from 1. "),
        ({"extra": 1}, ": an entry has the keys policy, resource, path, verdict, count, fingerprint. "),
    ],
)
def test_mistakes_in_the_file(finding, changes, said):
    with pytest.raises(InvalidBaseline) as refused:
        parse(spoiled(finding(), **changes), "known.json")
    assert str(refused.value).startswith("The baseline known.json has ")
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the file is no JSON: "),
        ("[" * 100_000, "the file is no JSON: "),
        ("[]", "version is not set: this package reads version 1. "),
        ('{"version": 2}', "version is 2: this package reads version 1. "),
        ('{"version": 1}', "findings is not set: it must be a list. "),
        ('{"version": 1, "findings": [5]}', "findings[0] is int: an entry has the keys "),
    ],
)
def test_what_is_no_baseline(text, said):
    with pytest.raises(InvalidBaseline) as refused:
        parse(text, "known.json")
    assert said in str(refused.value)


def test_a_cause_stands_there_once(finding):
    document = json.loads(text_of(entries_of([finding()])))
    document["findings"] *= 2
    with pytest.raises(InvalidBaseline, match="each cause stands there once, with a count"):
        parse(json.dumps(document), "known.json")
