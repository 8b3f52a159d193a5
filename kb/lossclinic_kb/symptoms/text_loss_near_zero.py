"""A language model predicts nearly every token, on text that it has not seen.

What is seen: training and validation fall together to next to nothing, far below what text allows.
Reported when: the log is that of a language model (its task says so, or it has a perplexity), begins untrained (or with the
mean of a whole epoch), and
training and validation both end below 0.45 nats a token and below an eighth of the loss of guessing.
Not observable: where nothing says that it is a language model; without both losses on one axis; where the log begins
with a network that was trained before.
Not to be confused with: a text that is learned by heart, where validation rises (`val_rises_while_train_falls`).
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.levels import classes, named
from lossclinic_kb.symptoms.pairs import Pairs, train_and_validation
from lossclinic_kb.symptoms.scale import ignorance
from lossclinic_kb.text import Text, number

ID = "text_loss_near_zero"
TITLE = Text("Text is predicted too well", "文本预测得好到不合理")

_TASKS = ("language", "lm", "clm", "generation")
_PERPLEXITY = ("perplexity", "ppl", "bpc", "bpb")

_NATS = 0.45
"""A token: two thirds of a bit, less than the best models leave on a *character* of English (0.6 to 0.7 nats)."""

_OF_IGNORANCE = 0.125
"""An eighth of ln K. It binds for vocabularies of less than 37: their tokens hold less than a character."""


def detect(run: Run, facts: Facts) -> Finding:
    """Compare the ends of both curves with what text leaves open."""
    if not _is_language_model(run, facts):
        return not_observable(ID)
    pairs = train_and_validation(run)
    if pairs is None or not pairs.fine.from_start:
        return not_observable(ID)
    known = classes(run, facts)
    guessing = ignorance(run, facts, pairs.fine)
    if pairs.fine.start < guessing / 2 and not (_opens_with_an_epoch(pairs) and not facts.get("pretrained")):
        return not_observable(ID)
    limit = min(_NATS * (known.unit if known else 1.0), _OF_IGNORANCE * guessing)
    last = max(1, len(pairs) // 5)
    train, validation = pairs.fine.end, float(np.median(pairs.value[-last:]))
    if not max(train, validation) < limit:
        return absent(ID)
    end = pairs.place(len(pairs) - 1)
    return pairs.report(
        ID,
        len(pairs) - last,
        len(pairs) - 1,
        Text(
            f"at {end.en} {pairs.coarse.name} is {number(validation)} and {pairs.fine.name} {number(train)}; guessing "
            f"costs {number(guessing)}, and no model predicts unseen text below {number(limit)}",
            f"{end.zh} {pairs.coarse.name} 为 {number(validation)}，{pairs.fine.name} 为 {number(train)}；随机猜是 "
            f"{number(guessing)}，没有模型能把没见过的文本预测到 {number(limit)} 以下",
        ),
        train=train,
        validation=validation,
        limit=limit,
    )


def _opens_with_an_epoch(pairs: Pairs) -> bool:
    """Return whether the first training value is the mean of a first epoch, in which much may have been learned."""
    return pairs.unit == "epoch" and bool(pairs.fine.x[0] >= 1) and len(pairs.fine) == len(pairs)


def _is_language_model(run: Run, facts: Facts) -> bool:
    return named(facts, _TASKS) or any(
        word in series.name.lower() for series in run.series for word in _PERPLEXITY
    )
