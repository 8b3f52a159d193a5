"""The digest: what leaves this machine, how much of it, and what never does."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from model_case import plain

from lossclinic import Clinic
from lossclinic.llm.digest import Digest, digest_of
from lossclinic.llm.sizes import LIMIT
from lossclinic.llm.thinned import thinned
from lossclinic_kb.run import Run, series
from lossclinic_kb.text import LANGUAGES, Lang

ROWS = 600
LOSS = [2.3 * 0.99**i if i < 300 else math.nan for i in range(ROWS)]
LOG = "step,train_loss,lr\n" + "".join(f"{i},{value},0.1\n" for i, value in enumerate(LOSS))
FACTS = {"optimizer": "adam", "lr": 0.1, "framework": "keras"}


def digest(words: str = "", lang: Lang = "en", log: str = LOG, name: str = "secret-name.csv") -> Digest:
    made = Clinic().diagnose(log.encode(), config=FACTS, name=name)
    return digest_of(made, words, lang)


def test_observations_have_ids_in_order_and_quote_the_run() -> None:
    made = digest()
    assert [each.id for each in made.observations] == [f"o{n}" for n in range(1, len(made.observations) + 1)]
    told = {each.ref: each.text for each in made.observations}
    assert "step 300" in told["loss_not_finite"]
    assert told["optimizer"] == "optimizer = adam"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_leading_causes_come_with_articles_sources_and_code(lang: Lang) -> None:
    made = digest(lang=lang)
    first = made.causes[0]
    assert first.happens
    assert first.lookalikes
    assert set(first.sources) <= {source.id for source in made.sources}
    assert {name for each in made.causes[:3] for name in each.snippets} == {code.id for code in made.snippets}
    assert not {each.id for each in made.causes} & set(made.others)
    assert any(code.framework == "keras" for code in made.snippets)


def test_the_log_stays_here() -> None:
    sent = digest().to_json()
    assert "secret-name" not in sent
    assert sum(f"{value:.5g}" in sent for value in LOSS[:300]) <= 30


def test_a_digest_has_a_limit_whatever_a_log_holds() -> None:
    columns = [f"metric_{'x' * 200}_{n}" for n in range(60)]
    rows = "\n".join(",".join([str(i), *(str(i * n % 17 + 0.5) for n in range(60))]) for i in range(400))
    made = digest(
        "the loss explodes " * 2000, log=f"step,{','.join(columns)}\n{rows}\n".replace("metric", "loss")
    )
    assert len(made.to_json()) <= LIMIT
    assert len(made.words) <= 4000


def test_what_is_sent_is_json_and_is_shown_to_the_person() -> None:
    made = digest("it broke", lang="zh")
    assert json.loads(made.to_json())["words"] == "it broke"
    shown = made.to_text()
    assert "日志原文" in shown
    for each in made.observations:
        assert each.text in shown
    for curve in made.curves:
        assert f"{curve.points[0][0]:g}:{curve.points[0][1]}" in shown


def test_thinned_curves_keep_ends_extremes_and_breaks() -> None:
    rng = np.random.default_rng(0)
    for _ in range(40):
        values = rng.normal(size=int(rng.integers(1, 900)))
        values[rng.random(len(values)) < rng.choice([0.0, 0.05])] = np.nan
        (curve,) = thinned(Run("test", (series("a", "train_loss", values.tolist()),)), 1, 12)
        places = [int(place) for place, _ in curve.points]
        finite = np.flatnonzero(np.isfinite(values))
        wanted = {0, len(values) - 1}
        if len(finite):
            wanted |= {int(finite[values[finite].argmin()]), int(finite[values[finite].argmax()])}
        broken = np.flatnonzero(np.isnan(values))
        wanted |= {int(broken[0])} if len(broken) else set()
        assert wanted <= set(places)
        assert places == sorted(set(places))
        assert len(places) <= 12


def test_a_healthy_run_offers_no_cause(tmp_path: Path) -> None:
    log = tmp_path / "run.csv"
    fall = [0.2 + 2 * 0.98**i for i in range(200)]
    log.write_text(
        "step,train_loss,val_loss\n" + "".join(f"{i},{v},{v + 0.02}\n" for i, v in enumerate(fall))
    )
    made = Clinic().diagnose(log)
    assert made.status == "healthy"
    assert digest_of(made).causes == ()


@pytest.mark.parametrize(
    ("words", "framework"),
    [
        ("my loss is nan in PyTorch Lightning", "lightning"),
        ("用 keras训练，loss 变成 nan", "keras"),
        ("nan with the Hugging Face Trainer", "hf"),
        ("飞桨里 loss 变成 nan", "paddle"),
        ("plain pytorch, loss is nan", "pytorch"),
        ("a transformer; my trainer prints nan", ""),
    ],
)
def test_the_framework_is_the_one_that_the_words_name(words: str, framework: str) -> None:
    case = replace(plain().case, facts={})
    digest = digest_of(replace(plain(), case=case), words)
    assert digest.framework == framework
    assert digest_of(plain(), words).framework == "pytorch"  # what is stated wins
