"""A language model in a conversation: its part is kept with the diagnosis it is about, and with no other."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from model_case import FACTS, log, plain
from scripted import Say, Server, by_task, serving
from sound import sound

from lossclinic import Clinic
from lossclinic.compose import compose
from lossclinic.conversation import Conversation, Deed
from lossclinic.llm.citations import Citation
from lossclinic.llm.limits import Limits
from lossclinic.llm.part import ModelPart
from lossclinic.notebook import html
from lossclinic.ui.parts.model_text import explanation, offer
from lossclinic_kb.case import Observations
from lossclinic_kb.text import Text

RANKED = json.dumps(
    {
        "causes": [
            {"cause": "lr_too_high", "because": "NaN from step 60 on", "observations": ["o1", "o2", "o3"]}
        ]
    }
)


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(by_task(Say(RANKED), Say("The rate is too high [c:lr_too_high]."))) as running:
        yield running


@pytest.fixture
def clinic(server: Server) -> Clinic:
    return Clinic(llm="openai:scripted", llm_base_url=server.url)


def test_a_session_keeps_what_the_model_added_until_the_case_changes(clinic: Clinic) -> None:
    session = clinic.chat()
    session.say(log=log(), name="run.csv")
    states = list(session.consult())
    kept = session.diagnosis
    assert kept is states[-1]
    assert kept.model is not None
    assert kept.case.opinion is not None
    changed = session.set_facts(FACTS)
    assert changed is not None
    assert changed.model is None
    assert changed.case.opinion is None
    assert session.undo() is kept
    sound(kept)


def test_a_follow_up_is_read_with_what_was_said_before(clinic: Clinic, server: Server) -> None:
    session = clinic.chat()
    session.say("my loss explodes and becomes nan")
    session.say("in PyTorch Lightning, and it happens at lr 0.5 only")
    list(session.consult())
    understood, ranked, explained = (server.sent(number) for number in range(3))
    for sent in (understood, ranked, explained):
        assert "my loss explodes and becomes nan" in sent
        assert "happens at lr 0.5 only" in sent
    assert "in the terms of PyTorch Lightning" in explained


def test_what_comes_late_is_about_what_was(clinic: Clinic) -> None:
    session = clinic.chat()
    session.say(log=log(), name="run.csv")
    late = session.consult()
    next(late)
    changed = session.set_facts(FACTS)
    *_, last = late
    assert last.model is not None
    assert session.diagnosis is changed


def test_a_conversation_takes_the_part_into_its_last_turn(clinic: Clinic) -> None:
    from lossclinic_ingest.logs import open_log

    deed = Deed("say", {"text": ""}, Text("[run.csv]", "[run.csv]"), open_log(log(), name="run.csv"))
    now = Conversation.new(clinic).do(deed)
    assert now.diagnosis is not None
    *_, made = clinic.consult(now.diagnosis)
    after = now.consulted(made)
    assert after.diagnosis is made
    assert after.turns[-1].made is made
    assert len(after.turns) == len(now.turns)
    assert now.diagnosis.model is None
    assert after.do(Deed("fact", {"name": "lr", "value": 0.1}, Text("lr", "lr"))).diagnosis is not made


def test_a_healthy_run_is_explained_and_stays_healthy(clinic: Clinic, server: Server) -> None:
    fall = [0.2 + 2 * 0.98**i for i in range(200)]
    rows = "".join(f"{i},{v},{v + 0.02}\n" for i, v in enumerate(fall))
    made = clinic.diagnose(f"step,train_loss,val_loss\n{rows}".encode())
    assert made.status == "healthy"
    assert made.causes == ()
    assert made.case.opinion is None
    assert len(server.requests) == 1  # the explanation; there is nothing to rank
    assert made.model is not None
    assert "c:lr_too_high" not in made.model.text


def test_what_is_about_no_training_is_not_explained(clinic: Clinic, server: Server) -> None:
    made = compose(Observations(relevant=False), None, "en")
    *_, last = clinic.consult(made, "what is the weather like?")
    assert last.status == "off_topic"
    assert last.model is not None
    assert last.model.text == ""
    assert len(server.requests) == 1  # its words were read once, in case they mean a training after all


def test_the_same_words_are_read_once(clinic: Clinic, server: Server) -> None:
    for _ in range(2):
        list(clinic.consult(plain(), "it explodes right away"))
    tasks = [str(request["messages"][0]["content"])[:8] for request in server.requests]
    assert tasks.count("You read") == 1
    assert len(tasks) == 5


def test_a_model_that_reads_little_is_told_little(server: Server) -> None:
    clinic = Clinic(llm="openai:m", llm_base_url=server.url, llm_limits=Limits(characters=3000))
    *_, last = clinic.consult(plain(), "it explodes right away")
    assert last.model is not None
    assert len(server.requests) == 2
    assert all(len(server.sent(number)) < 6000 for number in range(2))


def test_nothing_of_a_models_words_is_markup_in_the_chat() -> None:
    text = "<img src=x> **bold** [c:lr_too_high] [x](http://evil.example)\n```python\nprint('<b>')\n```"
    cited = (Citation("c:lr_too_high", "Learning rate too high", "?view=knowledge&cause=lr_too_high"),)
    part = ModelPart("<m>", text, cited, missing=Text("<script>", "<script>"), done=True)
    made = replace(plain(), model=part)
    for shown in (explanation(made, "en"), offer(made, "<b>words</b>", "<m>", "zh"), html(made)):
        assert "<img" not in shown
        assert "<script>" not in shown
        assert "<b>words" not in shown
        assert 'href="http://evil' not in shown
    assert 'href="?view=knowledge&amp;cause=lr_too_high"' in explanation(made, "en")
    assert "\\*\\*bold\\*\\*" in made.to_markdown()
    assert "\\<img" in made.to_markdown()
