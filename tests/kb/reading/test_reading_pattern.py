"""The language of patterns: what it matches, what a text must hold, what it refuses."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from lossclinic_kb.errors import KnowledgeError
from lossclinic_kb.reading.load import load_statements
from lossclinic_kb.reading.needs import NeedIndex, needs_of
from lossclinic_kb.reading.negation import denied
from lossclinic_kb.reading.pattern import Pattern, make_entry, make_pattern

LEXICON = {"loss": make_entry(["loss", "损失"]), "falls": make_entry(["decreas", "drop(?!out)", "下降"])}


@pytest.mark.parametrize(
    ("source", "text", "found"),
    [
        ("<loss> ~ <falls>", "the loss is decreasing", "loss is decreasing"),
        ("<loss> ~ <falls>", "损失在下降", "损失在下降"),
        ("<loss> ~ <falls>", "the loss is not decreasing", None),
        ("<loss> ~ <falls>", "损失没有下降", None),
        ("<loss> ~ <falls>", "损失不断下降", "损失不断下降"),
        ("<loss> ~ <falls>", "the loss is odd. learning rate drops", None),
        ("<loss> ~ <falls>", "the loss of 0.5 drops", "loss of 0.5 drop"),
        ("<loss> ~~ <falls>", "the loss is odd. It drops", "loss is odd. It drop"),
        ("<loss> <falls>", "loss-drop", "loss-drop"),
        ("<loss> <falls>", "loss dropout", None),
        ("<loss>", "glossy flossing", None),
    ],
)
def test_what_a_pattern_matches(source: str, text: str, found: str | None) -> None:
    match = make_pattern(source, LEXICON).regex.search(text.lower())
    assert (match[0] if match else None) == (found.lower() if found else None)


@pytest.mark.parametrize(
    ("source", "needs"),
    [
        ("fp16 ~ overflow", [{"fp16"}, {"overflow"}]),
        ("(?:very|too) slow", [{"very", "too"}, {"slow"}]),
        ("(?:very )?slow(?:ly)?", [{"slow"}]),
        ("colou?r", [{"colo"}]),
        ("[ab]nan", [{"nan"}]),
        ("a|nan", []),
        ("(?!not)nan(?<!x)", [{"nan"}]),
        ("损?失", [{"失"}]),
        (r"\d{3} steps", [{"steps"}]),
    ],
)
def test_what_a_text_must_hold(source: str, needs: list[set[str]]) -> None:
    assert [set(need) for need in needs_of(source, lambda _: frozenset())] == needs


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("<gain>", "no <gain>"),
        (r"\d+", "holds no word"),
        ("(loss)", "written"),
        ("loss(?:es", "bracket"),
    ],
)
def test_what_is_refused(source: str, complaint: str) -> None:
    with pytest.raises(KnowledgeError, match=re.escape(complaint)):
        make_pattern(source, LEXICON)


@pytest.mark.parametrize(
    ("text", "word", "is_denied"),
    [
        ("there is no nan", "nan", True),
        ("it is not really overfitting", "overfitting", True),
        ("并没有过拟合", "过拟合", True),
        ("nan never happened", "nan", True),
        ("instead of nan", "nan", True),
        ("it gives nan", "nan", False),
        ("是过拟合吗", "过拟合", False),
        ("不断过拟合", "过拟合", False),
    ],
)
def test_denial(text: str, word: str, is_denied: bool) -> None:
    start = text.index(word)
    assert denied(text, start, start + len(word)) is is_denied


def patterns() -> Iterator[tuple[str, Pattern]]:
    for statement in load_statements().values():
        for way in (*statement.ways, statement.unless):
            yield from ((statement.id, pattern) for pattern in way)


def test_every_pattern_compiles_and_is_in_lower_case() -> None:
    for statement, pattern in patterns():
        plain = re.sub(r"\\.|<[^>]*>", "", pattern.source)
        assert plain == plain.lower(), f"{statement}: {pattern.source}: texts are read in lower case"
        assert pattern.regex.pattern


@pytest.mark.parametrize("text", ["fp16 overflow at step 3", "半精度溢出", "nothing of the kind", "", "溢"])
def test_the_index_finds_what_a_plain_search_finds(text: str) -> None:
    needs = [
        frozenset({"fp16", "半精度"}),
        frozenset({"overflow", "溢"}),
        frozenset({"3"}),
        frozenset({"kin"}),
    ]
    assert NeedIndex(needs).met(text) == {need for need in needs if any(word in text for word in need)}
