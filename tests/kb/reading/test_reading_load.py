"""Files of statements: what is refused, and how they enter the ranking."""

from __future__ import annotations

import dataclasses
import time
from pathlib import Path

import pytest

from lossclinic_kb.case import Observations
from lossclinic_kb.causes.registry import CAUSES
from lossclinic_kb.diagnosis import rank
from lossclinic_kb.errors import KnowledgeError
from lossclinic_kb.reading import load_statements, statements_in
from lossclinic_kb.reading.lexicon import load_lexicon
from lossclinic_kb.reading.load import read_topic

STATEMENT = """
statements:
  it_hums:
    title: {{en: "it hums", zh: "它在哼"}}
    group: {group}
    ways: {ways}
    base: rarely
    says: {says}
    why: A sentence that is long enough.
"""
GOOD = {"group": "noise", "ways": '["humming"]', "says": "{lr_too_high: often}"}


def written(folder: Path, **parts: str) -> Path:
    path = folder / "noises.yaml"
    path.write_text(STATEMENT.format(**{**GOOD, **parts}), encoding="utf-8")
    return path


def test_a_good_file_is_read(tmp_path: Path) -> None:
    (statement,) = read_topic(written(tmp_path), load_lexicon())
    assert statement.likelihood("lr_too_high") > statement.likelihood("overfitting") > 0


@pytest.mark.parametrize(
    ("parts", "complaint"),
    [
        ({"says": "{lr_too_hihg: often}"}, "no cause is called 'lr_too_hihg'"),
        ({"says": "{lr_too_high: usually}"}, "it_hums.says"),
        ({"says": "{}"}, "it_hums.says"),
        ({"ways": '["<hum>"]'}, "it_hums: pattern '<hum>': the lexicon has no <hum>"),
        ({"ways": '["[hm]+"]'}, "holds no word"),
    ],
)
def test_a_malformed_file_is_refused_by_name(tmp_path: Path, parts: dict[str, str], complaint: str) -> None:
    with pytest.raises(KnowledgeError) as refused:
        read_topic(written(tmp_path, **parts), load_lexicon())
    assert complaint in str(refused.value)
    assert "noises.yaml" in str(refused.value)


def test_every_statement_tells_causes_apart() -> None:
    for statement in load_statements().values():
        chances = {statement.likelihood(cause) for cause in CAUSES}
        assert len(chances) > 1, statement.id


def test_every_cause_is_named_often_or_always_by_some_statement() -> None:
    named = {
        cause
        for statement in load_statements().values()
        for cause, word in statement.says.items()
        if word in ("often", "always")
    }
    assert set(CAUSES) <= named


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("with amp I get nan, in fp32 everything is fine", "fp16_overflow"),
        ("断点续训后 loss 突然跳高", "resume_state_incomplete"),
        ("accuracy is 95% but the loss stays at 1.47", "softmax_before_cross_entropy"),
        ("loss 变成负数而且绝对值越来越大", "loss_sign_error"),
    ],
)
def test_statements_alone_lead_to_the_cause(text: str, cause: str) -> None:
    ranking = rank(Observations(said=statements_in(text)))
    assert cause in [candidate.cause for candidate in ranking.candidates[:2]]


def test_what_was_tried_speaks_against_what_it_would_cure() -> None:
    plain = Observations(said=statements_in("the loss does not decrease"))
    tried = Observations(
        said=statements_in("the loss does not decrease. Lowering the learning rate did not help")
    )

    def share(case: Observations) -> float:
        return {each.cause: each.probability for each in rank(case).candidates}["lr_too_high"]

    assert share(tried) < 0.5 * share(plain)


def test_statements_of_one_group_are_damped_together() -> None:
    one = statements_in("loss nan with fp16")
    alone = [said for said in one if said.statement == "half_precision_used"]
    both = [said for said in one if load_statements()[said.statement].group == "half_precision"]
    assert len(both) == 2

    def odds(case: Observations) -> float:
        shares = {each.cause: each.probability for each in rank(case).candidates}
        return shares["fp16_overflow"] / shares["overfitting"]

    free = odds(Observations())
    factor = odds(Observations(said=tuple(alone))) / free
    assert factor < odds(Observations(said=tuple(both))) / free < factor**2


def test_a_long_text_takes_no_long_time() -> None:
    """Patterns that try every split of a text would take seconds for a page of half-matching words."""
    page = "the loss is odd while training and validation accuracy and the learning rate are odd, " * 60
    statements_in(page)
    start = time.process_time()
    statements_in(page)
    assert time.process_time() - start < 1.0  # measured: about 0.1 s


def test_said_is_frozen() -> None:
    (said, *_) = statements_in("the loss is nan")
    with pytest.raises(dataclasses.FrozenInstanceError):
        said.quote = "something else"  # type: ignore[misc]
