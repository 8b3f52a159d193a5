"""Messages in the ranking: they name the cause, contradict a fair curve, and are counted once."""

from __future__ import annotations

import numpy as np
import pytest

from lossclinic_kb.case import Observations
from lossclinic_kb.diagnosis import rank
from lossclinic_kb.messages import load_messages, quoted_in
from lossclinic_kb.messages.weighed import QUOTED, RESTATED, weighed_messages
from lossclinic_kb.reading import load_statements, statements_in
from lossclinic_kb.run import Printed, Run, series
from lossclinic_kb.symptoms import Finding, detect_all

SHAPES = (Printed("target_size_differs", "Using a target size ...", 2),)
ROWS = np.arange(60.0)


def findings(loss: np.ndarray[tuple[int], np.dtype[np.float64]]) -> tuple[Finding, ...]:
    run = Run(
        "plain_text",
        (
            series("train_loss", "train_loss", loss, epoch=ROWS),
            series("val_loss", "val_loss", loss + 0.02, epoch=ROWS),
        ),
    )
    return detect_all(run, {})


FAIR = findings(0.2 + 2 * np.exp(-ROWS / 10))


def share(case: Observations, cause: str) -> float:
    return {each.cause: each.probability for each in rank(case).candidates}[cause]


def test_a_fair_curve_is_healthy_without_a_message_and_not_with_one() -> None:
    assert rank(Observations(findings=FAIR)).status == "healthy"
    told = rank(Observations(findings=FAIR, messages=SHAPES))
    assert told.status == "diagnosed"
    assert told.candidates[0].cause == "wrong_dim_or_reshape"
    assert told.healthy < 0.1


def test_a_message_that_is_often_harmless_leaves_a_fair_curve_healthy() -> None:
    harmless = (Printed("schedule_steps_before_optimizer", "Detected call of ...", 2),)
    assert not load_messages()[harmless[0].message].is_fault
    assert rank(Observations(findings=FAIR, messages=harmless)).status == "healthy"


def test_it_is_evidence_of_its_own_kind() -> None:
    (first, *_) = rank(Observations(findings=FAIR, messages=SHAPES)).candidates
    assert ("message", "target_size_differs") in [(line.kind, line.ref) for line in first.evidence]


def test_words_that_quote_the_message_are_not_counted_again() -> None:
    said = [each for each in statements_in("Using a target size that is different to the input size") if load_statements()[each.statement].group == "shapes"]  # fmt: skip
    assert load_messages()["target_size_differs"].group == "shapes"
    assert said

    def odds(case: Observations) -> float:
        return share(case, "wrong_dim_or_reshape") / share(case, "overfitting")

    free = odds(Observations())
    alone = odds(Observations(messages=SHAPES)) / free
    words = odds(Observations(said=tuple(said))) / free
    both = odds(Observations(messages=SHAPES, said=tuple(said))) / free
    assert alone < both < alone * words**0.9


def test_a_quotation_weighs_less_than_a_line_of_the_log() -> None:
    quoted = quoted_in(
        "It says\r\nRuntimeError: element 0 of tensors does not require grad and does not have a grad_fn"
    )
    assert [(each.message, each.line) for each in quoted] == [("loss_without_graph", 0)]
    printed = (Printed("loss_without_graph", quoted[0].quote, 7),)
    free, told, read = (
        share(Observations(messages=each), "graph_detached") for each in ((), quoted, printed)
    )
    assert free < told < read


def test_what_is_ordinary_when_it_is_rare_is_no_message_in_a_quotation() -> None:
    assert quoted_in(load_messages()["apex_overflows_go_on"].example) == ()
    assert quoted_in("  ") == ()


def test_every_group_of_a_message_is_that_of_a_statement_or_its_own() -> None:
    """A group that is misspelt would be counted beside the words that say the same."""
    groups = {statement.group for statement in load_statements().values()}
    own = {message.group for message in load_messages().values()} - groups
    assert own <= {"lines"}


def test_a_log_that_shows_nothing_is_still_heard_by_its_messages() -> None:
    unseen = tuple(Finding(each.id, "not_observable") for each in FAIR)
    assert Observations(findings=unseen).silent
    assert not Observations(findings=unseen, messages=SHAPES).silent
    assert rank(Observations(findings=unseen, messages=SHAPES)).status == "diagnosed"


def test_what_a_symptom_says_already_weighs_less() -> None:
    for message in load_messages().values():
        printed = (Printed(message.id, "", 1),)
        (alone,) = weighed_messages(Observations(messages=printed))
        assert (alone.message, alone.weight) == (message, 1.0)
        for symptom in message.restates:
            seen = tuple(Finding(each.id, "present" if each.id == symptom else "absent") for each in FAIR)
            (beside,) = weighed_messages(Observations(findings=seen, messages=printed))
            assert beside.weight == RESTATED < QUOTED


@pytest.mark.parametrize("message", load_messages())
def test_each_message_alone_leads_to_a_cause_that_it_names(message: str) -> None:
    known = load_messages()[message]
    first = rank(Observations(messages=(Printed(message, "", 1),))).candidates[0].cause
    likeliest = max(known.likelihood(cause) for cause in known.says)
    assert known.likelihood(first) >= 0.3 * likeliest
