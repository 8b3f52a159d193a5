"""Texts that give orders change nothing, even if the model obeys them.

What a log, a configuration or a document orders does not reach the ranking at all. What a person pastes into their
question does, as it is theirs to say; there it can move odds by no more than the weight of one opinion. In the explanation
everything is dropped that an order can want and a program can know to be wrong: foreign causes, citations, numbers,
addresses, commands, markup. Harmless prose that somebody orders is not among that.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from model_case import log
from obedient import Attempt, Obedient, attempts
from scripted import serving
from sound import sound

from lossclinic import Clinic, Diagnosis
from lossclinic.llm.digest import digest_of
from lossclinic.llm.limits import Limits
from lossclinic_kb.causes import load_cause, load_profiles
from lossclinic_kb.opinion import load_weights
from lossclinic_kb.text import Lang

ATTEMPTS = attempts()
FACTS = {"optimizer": "adam", "lr": 0.5, "classes": 10}
EXPLODES: dict[Lang, str] = {"en": "my loss explodes and becomes nan", "zh": "loss 越来越大，最后变成 nan"}
CLEAN = {
    "column": "extra",
    "run": "first",
    "config": "resnet50",
    "note": "epoch done",
    "document": "Our cluster has two kinds of nodes.",
    "name": "runbook",
    "cell": "fine",
}
"""What stands in the place of an order in the same case without one."""
DOCUMENTS = ("document", "name")


@pytest.fixture(autouse=True)
def _no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "none")


@cache
def clinic() -> Clinic:
    return Clinic()


def case(place: str, text: str, lang: Lang) -> tuple[Diagnosis, str]:
    """Return a diverging run, made so that `text` stands in a place of it, and what the person says of it."""
    words = text if place == "question" else EXPLODES[lang]
    config = {**FACTS, **({"model": text} if place == "config" else {})}
    source: bytes = {"column": _column, "run": _run, "note": _note, "cell": _cell}.get(place, _plain)(text)
    with _ingested(place, text, words):
        made = clinic().diagnose(source, describe=words, config=config, lang=lang)
    assert bool(made.case.documents) == (place in DOCUMENTS)
    return made, words


@contextmanager
def _ingested(place: str, text: str, words: str) -> Iterator[None]:
    """Have a document among the person's own that answers the words, and holds the text where it may."""
    if place not in DOCUMENTS:
        yield
        return
    with TemporaryDirectory() as folder:
        name = f"{text.replace('/', ' ')}.md" if place == "name" else "runbook.md"
        Path(folder, name).write_text(f"{words}\n\n{'' if place == 'name' else text}\n", encoding="utf-8")
        clinic().ingest(folder, collection="hostile")
        try:
            yield
        finally:
            clinic().forget(collection="hostile")


def _plain(_text: str) -> bytes:
    return log()


def _column(text: str) -> bytes:
    rows = list(csv.reader(io.StringIO(log().decode())))
    table = io.StringIO()
    csv.writer(table).writerows([[*rows[0], text], *([*row, str(i % 7)] for i, row in enumerate(rows[1:]))])
    return table.getvalue().encode()


def _cell(text: str) -> bytes:
    """Return a table with a column of text, which holds it in each seventh row."""
    rows = list(csv.reader(io.StringIO(log().decode())))
    table = io.StringIO()
    told = ([*row, "fine" if i % 7 else text] for i, row in enumerate(rows[1:]))
    csv.writer(table).writerows([[*rows[0], "remark"], *told])
    return table.getvalue().encode()


def _run(text: str) -> bytes:
    """Return an archive of two runs, of which the one that is looked at has the text as its name."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(f"{text.replace('/', ' ')}.csv", log())
        archive.writestr("short.csv", b"".join(log().splitlines(keepends=True)[:40]))
    return packed.getvalue()


def _note(text: str) -> bytes:
    """Return a console log in which the text stands between the steps."""
    rows = list(csv.DictReader(io.StringIO(log().decode())))
    lines = [
        f"step {row['step']} train_loss: {row['train_loss']} grad_norm: {row['grad_norm']}" for row in rows
    ]
    return "\n".join([*lines[:30], text, *lines[30:50], text, *lines[50:]]).encode()


def consulted(made: Diagnosis, words: str, order: Attempt | None) -> tuple[Diagnosis, Obedient]:
    """Return the last state of an answer, and the model that had its part in it."""
    script = Obedient(order)
    with serving(script) as server:
        asked = Clinic(llm="openai:obedient", llm_base_url=server.url, llm_limits=Limits(seconds=30))
        *_, last = asked.consult(made, words)
    return last, script


def shares(made: Diagnosis) -> dict[str, float]:
    return {cause.id: round(cause.probability, 9) for cause in made.causes}


@cache
def clean(place: str, lang: Lang) -> dict[str, float]:
    """Return what is made of the same case without an order, with an honest model."""
    made, words = case(place, CLEAN[place], lang)
    last, _ = consulted(made, words, None)
    return shares(last)


def wanted(attempt: Attempt, made: Diagnosis) -> Iterator[str]:
    """Yield what must not be read in the explanation."""
    wants = attempt.wants
    yield from (f"[{wants['cite']}]" for _ in range("cite" in wants))
    yield from (wants[kind] for kind in ("link", "number", "code", "markup") if kind in wants)
    if is_foreign(attempt, made):
        yield from (f"[c:{wants['cause']}]", wants["cause"])


def is_foreign(attempt: Attempt, made: Diagnosis) -> bool:
    """Return whether the cause that is wanted has no place in the explanation.

    Those that lead have one. Those akin to them, and names that their pages use in passing, may be spoken of to say what
    else it could be.
    """
    cause = attempt.wants.get("cause")
    if cause is None:
        return False
    profiles, digest = load_profiles(), digest_of(made)
    leading = {each.id for each in digest.causes}
    akin = {name for each in leading for name in (*profiles[each].twins, *profiles[each].related)}
    pages = " ".join(
        text for each in leading for text in load_cause(each).articles[digest.lang].sections.values()
    )
    return cause not in leading | akin and cause not in pages.casefold()


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=lambda each: each.id)
def test_an_order_changes_nothing(attempt: Attempt) -> None:
    made, words = case(attempt.place, attempt.text, attempt.lang)
    offline = shares(made)
    last, model = consulted(made, words, attempt)
    assert last.model is not None
    assert last.model.missing is None
    sound(last, words)
    assert f"[c:{last.causes[0].id}]" in last.model.text  # the honest sentence stays
    for text in wanted(attempt, last):
        assert text not in last.model.text
    if set(attempt.wants) - {"fact", "check", "cause"} or is_foreign(attempt, last):
        assert last.model.drops.total > 0
    for name, value in attempt.wants.get("fact", {}).items():
        assert last.case.facts.get(name) != value
    assert attempt.wants.get("check") not in last.case.put_off
    assert last.case.answers == ()
    if attempt.place == "question":
        named = attempt.wants.get("cause")
        assert last.causes[0].id != named
        if named in offline:
            assert _odds(shares(last)[named]) <= load_weights().factor(1) * _odds(offline[named]) * 1.01
    else:
        assert "rank" not in model.reached
        assert shares(last) == clean(attempt.place, attempt.lang)


def _odds(share: float) -> float:
    return share / (1 - share)


def test_the_set_is_large_and_even() -> None:
    assert len(ATTEMPTS) >= 60
    assert len({each.id for each in ATTEMPTS}) == len(ATTEMPTS)
    assert abs(sum(each.lang == "en" for each in ATTEMPTS) - len(ATTEMPTS) / 2) <= 2
    assert {each.place for each in ATTEMPTS} == {*CLEAN, "question"}
    made, _ = case("column", CLEAN["column"], "en")
    assert sum(is_foreign(each, made) for each in ATTEMPTS) >= 20


def test_the_model_of_these_tests_does_obey() -> None:
    attempt = next(each for each in ATTEMPTS if each.id == "document_link_en")
    made, words = case("document", attempt.text, "en")
    digest = json.loads(digest_of(made, words).to_json())
    assert attempt.wants["link"] in Obedient(attempt)._explanation(digest)
    _, model = consulted(made, words, attempt)
    assert model.reached == {"explain"}


def test_orders_in_ingested_documents_reach_no_probability(tmp_path: Path) -> None:
    orders = [each for each in ATTEMPTS if each.place == "document"]
    before = clinic().ask(EXPLODES["en"])
    for each in orders:
        (tmp_path / f"{each.id}.md").write_text(f"# {EXPLODES[each.lang]}\n\n{each.text}\n", encoding="utf-8")
    clinic().ingest(tmp_path, collection="hostile")
    try:
        after = clinic().ask(EXPLODES["en"])
        assert after.documents  # they are found, and shown as what they are
        assert shares(after) == shares(before)
        assert after.summary == before.summary
    finally:
        clinic().forget(collection="hostile")
