"""The public diagnosis: what it holds, what it renders, how answers move it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest

import lossclinic
from lossclinic_kb.run import Run

STATUS = {"diagnosed", "healthy", "undetermined", "off_topic", "unreadable"}


@pytest.fixture(scope="module")
def diverging(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The log of a real training whose rate is far too high."""
    from lossclinic_kb.lab import World, fit, healthy_trial
    from lossclinic_kb.lab.record import write_csv

    path = tmp_path_factory.mktemp("logs") / "metrics.csv"
    write_csv(fit(healthy_trial(World(seed=3, task="spirals", lr_factor=160))), path)
    return path


def test_a_path_bytes_text_frame_and_mapping_give_the_same_answer(diverging: Path) -> None:
    import pandas as pd

    text = diverging.read_text()
    frame = pd.read_csv(diverging)
    columns = {name: [None if pd.isna(value) else value for value in frame[name]] for name in frame}
    made = [
        lossclinic.diagnose(source)
        for source in (diverging, str(diverging), text.encode(), text, frame, columns)
    ]
    assert len({tuple(cause.id for cause in each.causes) for each in made}) == 1
    assert made[0].causes[0].id == "lr_too_high"


def test_probabilities_fall_and_stay_below_one(diverging: Path) -> None:
    chances = [cause.probability for cause in lossclinic.diagnose(diverging).causes]
    assert chances == sorted(chances, reverse=True)
    assert 0 < sum(chances) <= 1


def test_evidence_quotes_the_persons_numbers(diverging: Path) -> None:
    first = lossclinic.diagnose(diverging).causes[0]
    supporting = [line.text for line in first.evidence if line.supports]
    assert supporting
    assert any(char.isdigit() for char in supporting[0])


def test_the_schema(diverging: Path) -> None:
    data = json.loads(json.dumps(lossclinic.diagnose(diverging).to_dict()))
    assert set(data) == {
        "schema", "id", "source", "lang", "status", "summary", "run", "symptoms", "causes", "twins", "next_check", "documents",
    }  # fmt: skip
    assert data["schema"] == 1
    assert data["status"] in STATUS
    assert data["run"]["format"] == "generic_csv"
    assert set(data["run"]["series"][0]) == {"name", "role", "points", "non_finite"}
    assert set(data["symptoms"][0]) == {"id", "steps", "evidence"}
    assert set(data["causes"][0]) == {"id", "title", "probability", "evidence", "fixes", "sources"}
    assert set(data["causes"][0]["evidence"][0]) == {"kind", "for", "text"}
    assert set(data["causes"][0]["fixes"][0]) == {"title", "framework", "code"}
    flat = lossclinic.diagnose({"step": list(range(60)), "train_loss": [2.0] * 60}).to_dict()
    assert set(flat["next_check"]) == {"id", "question", "minutes", "outcomes"}
    assert set(flat["next_check"]["outcomes"][0]) == {"id", "title"}


def test_an_answer_moves_the_ranking_and_can_be_taken_back(diverging: Path) -> None:
    before = lossclinic.diagnose(diverging)
    after = before.answer("lr_down_10x", "loss_falls")
    chance = {cause.id: cause.probability for cause in after.causes}
    assert chance["lr_too_high"] > before.causes[0].probability
    assert any(line.kind == "answer" for line in after.causes[0].evidence)
    back = after.take_back("lr_down_10x")
    assert [cause.probability for cause in back.causes] == [cause.probability for cause in before.causes]


def test_an_unknown_answer_is_refused(diverging: Path) -> None:
    made = lossclinic.diagnose(diverging)
    with pytest.raises(lossclinic.InputError, match="no check is called"):
        made.answer("no_such_check", "yes")
    with pytest.raises(lossclinic.InputError, match="has no outcome"):
        made.answer("lr_down_10x", "no_such_outcome")


def test_configuration_is_evidence(diverging: Path) -> None:
    made = lossclinic.diagnose(diverging, config={"optimizer": "adam", "lr": 0.3})
    facts = [line for line in made.causes[0].evidence if line.kind == "fact"]
    assert facts
    assert "0.3" in facts[0].text


def test_both_languages_rank_alike_and_read_differently(diverging: Path) -> None:
    english, chinese = lossclinic.diagnose(diverging), lossclinic.diagnose(diverging, lang="zh")
    assert [cause.id for cause in english.causes] == [cause.id for cause in chinese.causes]
    assert english.in_language("zh").summary == chinese.summary != english.summary


def test_a_healthy_run_is_healthy() -> None:
    from lossclinic_kb.lab import World, fit, healthy_trial

    run = fit(healthy_trial(World()))
    made = lossclinic.diagnose(
        {each.name: each.values for each in run.series if len(each) == len(run.series[0])}
    )
    assert made.status == "healthy"
    assert made.causes == ()
    assert "train_loss" in made.summary


def test_nothing_and_unknown_facts_are_refused(diverging: Path) -> None:
    with pytest.raises(lossclinic.InputError, match="nothing to diagnose"):
        lossclinic.diagnose()
    with pytest.raises(lossclinic.InputError, match="unknown fact 'colour'"):
        lossclinic.diagnose(diverging, config={"colour": "red"})
    with pytest.raises(lossclinic.InputError, match="unknown language"):
        lossclinic.diagnose(diverging, lang="fr")  # type: ignore[arg-type] - the mistake under test


def test_plot_keeps_every_spike_and_marks_what_is_not_finite() -> None:
    values = np.full(50_000, 0.5)
    values[31_234] = 90.0
    values[40_000:40_010] = np.nan
    made = lossclinic.diagnose({"step": np.arange(50_000), "train_loss": values})
    assert isinstance(made.run, Run)
    figure = made.plot()
    drawn = next(trace for trace in figure.data if trace.name == "train_loss")
    assert max(drawn.y) == 90.0
    assert len(drawn.y) < 5000
    assert any("NaN" in trace.name for trace in figure.data)


def test_markdown_shows_hostile_names_literally() -> None:
    steps = list(range(60))
    made = lossclinic.diagnose(
        {"step": steps, "train_loss": [2.0] * 60, "<img src=x onerror=alert(1)>": steps}
    )
    assert re.search(r"(?<!\\)<img", made.to_markdown()) is None


def test_a_log_that_shows_nothing_is_undetermined_and_says_why() -> None:
    made = lossclinic.diagnose({"alpha": [1.0, 2.0, 3.0], "beta": [3.0, 1.0, 2.0]})
    assert made.status == "undetermined"
    assert made.causes == ()
    assert "no column is known" in made.summary
