"""A case in which a text of a stranger stands at every place where one can stand."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from types import MappingProxyType

from lossclinic.compose import compose
from lossclinic.conversation import Conversation, Deed, Turn
from lossclinic.diagnosis import Diagnosis
from lossclinic_ingest.collections.places import link
from lossclinic_ingest.logs import read_log
from lossclinic_kb.case import Observations, WordMatch
from lossclinic_kb.documents import DocumentPassage
from lossclinic_kb.facts import LONGEST, Fact
from lossclinic_kb.reading import load_statements
from lossclinic_kb.reading.statement import Said
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms import detect_all
from lossclinic_kb.text import Lang, Text, whole

CAUSE = "lr_too_high"
ROWS = 40


@cache
def hostile_run(payload: str) -> Run:
    """Return a run that diverges, read from a log in which `payload` names file, columns, run and settings."""
    rising = [2.3 * 1.25**step for step in range(ROWS - 2)] + [float("inf"), float("nan")]
    falling = [2.3 * 0.95**step for step in range(ROWS)]
    table = {f"{payload} train_loss": rising, f"{payload} val_loss": falling, payload or "x": falling}
    run = read_log({"step": list(range(ROWS)), **table}, name=payload)
    config = MappingProxyType({"optimizer": payload, "notes": payload})
    said = Text(run.source, run.source)  # as readers write notes: names made fit for one line
    return replace(run, name=run.source, others=(run.source, "other"), config=config, notes=(said,))


@cache
def hostile_case(payload: str, lang: Lang = "en") -> Diagnosis:
    """Return the diagnosis of `hostile_run` with words, facts, quotations and documents that hold `payload` too."""
    run, words = hostile_run(payload), whole(payload)
    statement = next(each.id for each in load_statements().values() if CAUSE in each.says)
    facts: dict[str, Fact] = {
        "optimizer": words[:LONGEST],
        "model": words[:LONGEST],
        "loss": words[:LONGEST],
        "lr": 10.0,
    }
    case = Observations(
        findings=detect_all(run, facts),
        words={CAUSE: WordMatch(3.0, Text(words or "x", words or "x"))},
        said=(Said(statement, words),),
        facts=facts,
        documents=(passage(f"said {words}", words), passage(f"    {words}", words)),
    )
    return compose(case, run, lang, source=run.source)


def passage(text: str, name: str) -> DocumentPassage:
    """Return a passage of a document of which a stranger chose everything."""
    place = Path("/documents", name.replace("\x00", "").replace("/", "_")[:100] or "x")
    return DocumentPassage(text, name, name, link(str(place), "", name), "default", 0.9)


def hostile_conversation(payload: str, lang: Lang = "en") -> Conversation:
    """Return a conversation in which `payload` was said, dropped, corrected, answered and complained of."""
    from lossclinic.clinic import Clinic

    made, said = hostile_case(payload, lang), Text(payload, payload)
    started = Conversation.new(Clinic(), lang)
    turns = (
        Turn(Deed("say", {"text": payload}, said), lang, made),
        Turn(Deed("fact", {"name": "model", "value": payload}, said), lang, problem=said),
    )
    return replace(started, turns=turns)
