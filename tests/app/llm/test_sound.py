"""The look at every answer sees what no answer may hold."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from model_case import plain
from scripted import Say, by_task, serving
from sound import nowhere, wrong_with

from lossclinic import Clinic
from lossclinic.llm.citations import Citation
from lossclinic.llm.grounding import Grounding
from lossclinic.llm.part import ModelPart
from lossclinic_kb.opinion import Ground, Named, Opinion


@pytest.mark.parametrize(
    ("text", "tokens", "seen"),
    [
        (
            "The loss is NaN at step 60 [o:o3]; divide the rate of 0.5 by 3 [c:lr_too_high].",
            ["o:o3", "c:lr_too_high"],
            "",
        ),
        ("This is proven [s:s99].", ["s:s99"], "unresolved citation s:s99"),
        ("It is too high [c:lr_too_high].", [], "resolved"),
        ("It broke after 4711 steps.", [], "4711 from nowhere"),
        ("准确率会到 98.7%。", [], "98.7% from nowhere"),
        ("In truth it is dying_relu.", [], "a sentence from nowhere"),
    ],
)
def test_what_is_wrong_in_a_text_is_seen(text: str, tokens: list[str], seen: str) -> None:
    cited = tuple(Citation(token, "", "") for token in tokens)
    found = wrong_with(replace(plain(), model=ModelPart("m", text, cited, done=True)), "")
    assert any(seen in each for each in found) if seen else found == []


def test_what_is_wrong_in_the_ranking_is_seen() -> None:
    made = replace(plain(), model=ModelPart("m", done=True))
    (first, *rest) = made.causes
    strange = replace(made, causes=(replace(first, id="gremlins"), *rest))
    assert "unknown cause gremlins" in wrong_with(strange, "")
    foreign = replace(made, causes=(replace(first, sources=("A paper https://made.up/x",)), *rest))
    assert any("https://made.up/x" in each for each in wrong_with(foreign, ""))
    named = Named(first.id, 1, (Ground("symptom", "loss_not_finite"),), "it breaks at 4711")
    judged = replace(made, case=replace(made.case, opinion=Opinion("m", (named,))))
    assert wrong_with(judged, "") == ["4711 from nowhere"]


def test_numbers_are_looked_for_where_they_may_come_from() -> None:
    made = plain()
    assert nowhere("at step 60 of 300, lr 0.50, 2.3 at first", made, "", []) == []
    assert nowhere("at step 61.5", made, "", []) == ["61.5"]
    assert nowhere("after 77 epochs", made, "it ran for 77 epochs", []) == []
    assert nowhere("begin with 3e-4", made, "", []) == ["3e-4"]
    assert nowhere("begin with 3e-4", made, "", ["lr_too_high"]) == []


def test_an_answer_that_slips_through_anywhere_is_seen(
    answers: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    monkeypatch.setattr(Grounding, "piece", lambda _, piece: piece)
    script = by_task(Say(json.dumps({"causes": []})), Say("It broke after 4711 steps."))
    with serving(script) as server:
        list(Clinic(llm="openai:m", llm_base_url=server.url).consult(plain()))
    assert answers == ["4711 from nowhere"]
    answers.clear()
