"""Logs in JSON: what the recorded ones cannot say."""

from __future__ import annotations

import json
import math
import shutil
from pathlib import Path

import numpy as np
import pytest

from lossclinic_ingest.logs import UnreadableLog, read_log, read_runs
from lossclinic_kb.run import Run

LOGS = Path(__file__).parents[2] / "logs"


def log_of(case: Path) -> Path:
    expected = json.loads((case / "expected.json").read_text(encoding="utf-8"))
    return case / expected["file"]


MAPPINGS = [
    case
    for form in ("keras_history", "evals_result", "generic_json")
    for case in sorted((LOGS / form).iterdir())
    if log_of(case).read_text(encoding="utf-8").startswith("{") and log_of(case).suffix == ".json"
]


def roles(run: Run) -> dict[str, str]:
    return {series.name: series.role for series in run.series}


def notes(run: Run) -> str:
    return "\n".join(note.en for note in run.notes)


@pytest.mark.parametrize("case", MAPPINGS, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_a_mapping_in_memory_reads_as_its_file(case: Path) -> None:
    log = log_of(case)
    file, memory = read_log(log), read_log(json.loads(log.read_text(encoding="utf-8")))
    assert memory.format == "mapping"
    assert roles(memory) == roles(file)
    assert (memory.notes, dict(memory.config), memory.others) == (file.notes, dict(file.config), file.others)
    for one, other in zip(memory.series, file.series, strict=True):
        np.testing.assert_array_equal(one.values, other.values)
        np.testing.assert_array_equal(one.missing, other.missing)
        np.testing.assert_array_equal(one.axis, other.axis)


def test_arrays_in_a_mapping() -> None:
    run = read_log({"train": {"loss": np.array([1.0, np.nan, np.inf])}, ("val", "loss"): (1, None, 10**400)})
    train, val = run.series
    assert roles(run) == {"train/loss": "train_loss", "val/loss": "val_loss"}
    assert train.non_finite == 2
    assert val.missing.tolist() == [False, True, False]
    assert val.values[2] == math.inf


def test_a_mapping_that_holds_itself() -> None:
    held: dict[str, object] = {"loss": [1.0, 0.5]}
    held["again"] = held
    with pytest.raises(UnreadableLog, match="nested too deeply"):
        read_log(held)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"_step": 100, "_runtime": 5.5, "_timestamp": 1.7e9, "loss": 0.5, "_wandb": {"runtime": 5}}', "summary"),
        ('{"system.cpu": 1, "_timestamp": 1, "_wandb": true}\n' * 3, "system metrics"),
        ('{"train_loss": 0.5, "epoch": 3, "best": {"acc": 0.9}}', "one value per quantity"),
        ('{"1": {"loss": 0.5}}', "one value per quantity"),
        ("[" * 100_000 + "]" * 100_000, "nested too deeply"),
        ('{"a":' * 100_000 + "1" + "}" * 100_000, "nested too deeply"),
        ('{"loss": [0.5, 0.4, 0.', "not complete"),
        ('[{"seed": 0.5', "not complete"),
        ("[__import__('os').system('x')]", ""),
        ('{"names": ["a", "b"], "kind": "list"}', "no numbers"),
        ('[{"name": "a"}, {"name": "b"}]', "no numbers"),
        ("[[], []]", "no numbers"),
        ('{"loss": [0.5]}', "only one row"),
        ('[{"loss": 0.5}]', "only one row"),
        ('{"loss": [], "val_loss": []}', ""),
        ("[{}, {}]\n", "no numbers"),
        ("[NaN]", "no numbers"),
    ],
)  # fmt: skip
def test_what_is_no_curve_is_refused_in_one_line(text: str, said: str) -> None:
    with pytest.raises(UnreadableLog) as caught:
        read_log(text.encode())
    assert said in caught.value.text.en
    assert "\n" not in caught.value.text.en + caught.value.text.zh


def test_too_many_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOSSCLINIC_MAX_COLUMNS", "10")
    many = {f"loss_{i}": [1.0, 0.5] for i in range(11)}
    lines = "".join(json.dumps(dict.fromkeys(many, 0.5)) + "\n" for _ in range(3))
    curves = {name: [[0, 1.0], [1, 0.5]] for name in many}
    evals = {name: {"logloss": [0.5, 0.4]} for name in ["train", *many]}
    for source in (json.dumps(many), lines, json.dumps(curves), json.dumps(evals)):
        with pytest.raises(UnreadableLog, match="LOSSCLINIC_MAX_COLUMNS"):
            read_log(source.encode())


def test_deep_but_not_too_deep() -> None:
    deep: object = {"loss": [1.0, 0.5]}
    for _ in range(300):
        deep = {"in": deep}
    with pytest.raises(UnreadableLog):
        read_log(json.dumps(deep).encode())
    assert roles(read_log(json.dumps({"a": {"b": {"c": {"loss": [1.0, 0.5]}}}}).encode())) == {
        "loss": "train_loss"
    }


def test_mmengine_writes_two_copies(tmp_path: Path) -> None:
    log = log_of(LOGS / "mmengine_scalars" / "validation_loss")
    folder = tmp_path / "20261001_120000" / "vis_data"
    folder.mkdir(parents=True)
    for name in ("scalars.json", "20261001_120000.json"):
        shutil.copy(log, folder / name)
    assert len(read_runs(tmp_path)) == 1
    other = tmp_path / "20261002_120000" / "vis_data"
    other.mkdir(parents=True)
    shutil.copy(log, other / "scalars.json")
    assert len(read_runs(tmp_path)) == 2


def test_mmengine_validation_stands_where_it_was() -> None:
    train = '{"lr": 0.1, "data_time": 0.1, "loss": %s, "time": 0.1, "epoch": %s, "iter": %s, "step": %s}\n'
    val = '{"acc": %s, "data_time": 0.1, "time": 0.1, "step": %s}\n'
    text = '{"config": "model = dict()"}\n'
    for epoch in (1, 2):
        text += train % (1 / epoch, epoch, 50 * epoch, 50 * epoch) + val % (0.1 * epoch, epoch)
    run = read_log(text.encode())
    found = {series.name: series for series in run.series}
    assert found["val/acc"].role == "val_acc"
    assert found["val/acc"].axis.tolist() == [50, 100]
    assert found["val/acc"].epoch is not None
    assert found["val/acc"].epoch.tolist() == [1, 2]
    assert "2 validation lines count their step in epochs" in notes(run)
    assert "1 line without a step left out" in notes(run)


def test_a_summary_of_wandb_among_other_files_is_passed_over(tmp_path: Path) -> None:
    history = log_of(LOGS / "wandb_history_json" / "loss_and_validation")
    shutil.copy(history, tmp_path / "wandb-history.jsonl")
    (tmp_path / "wandb-summary.json").write_text('{"_step": 19, "_runtime": 3, "loss": 0.5, "_wandb": {}}')
    (tmp_path / "wandb-events.jsonl").write_text('{"system.cpu": 1, "_timestamp": 1}\n' * 4)
    (tmp_path / "config.json").write_text(
        '{"hidden_size": 16, "layers": [1, 2, 3], "architectures": ["Bert"]}'
    )
    (run,) = read_runs(tmp_path)
    assert run.format == "wandb_history_json"
    assert not any("summary" in note.en for note in run.notes)


def test_what_was_decided_of_evaluation_sets() -> None:
    def said(result: object) -> str:
        return notes(read_log(json.dumps(result).encode()))

    pair = {"validation_0": {"logloss": [0.6, 0.3]}, "validation_1": {"logloss": [0.6, 0.5]}}
    assert "validation_0 was taken as the training set: by custom" in said(pair)
    assert "may also hold the training data" in said({"validation_0": {"logloss": [0.6, 0.3]}})
    assert "taken: logloss as the loss, train as training, eval as validation" in said(
        {
            "train": {"error": [0.1, 0.1], "logloss": [0.6, 0.5]},
            "eval": {"error": [0.1, 0.1], "logloss": [0.6, 0.5]},
        }
    )
    assert "dtest was evaluated in every round" in said(
        {"dtrain": {"auc": [0.5, 0.6], "rmse": [0.5, 0.4]}, "dtest": {"auc": [0.5, 0.6], "rmse": [0.5, 0.4]}}
    )
    run = read_log(json.dumps({"a": {"logloss": [0.6, 0.5]}, "b": {"logloss": [0.6, 0.5]}}).encode())
    assert set(roles(run).values()) == {"other"}  # nothing tells which is which


def test_a_network_is_no_booster() -> None:
    both = {"train": {"loss": [1.0, 0.5], "mae": [1.0, 0.5]}, "val": {"loss": [1.0, 0.5], "mae": [1.0, 0.5]}}
    run = read_log(json.dumps(both).encode())
    assert run.format == "generic_json"
    assert roles(run)["train/loss"] == "train_loss"


def test_keras_by_its_order_alone() -> None:
    def format_of(columns: object) -> str:
        return read_log(json.dumps(columns).encode()).format

    kept = [1.0, 0.5]
    assert format_of({"loss": kept, "acc": kept, "val_loss": kept, "val_acc": kept}) == "keras_history"
    assert format_of({"loss": kept, "val_loss": kept, "acc": kept, "val_acc": kept}) == "generic_json"
    assert format_of({"epoch": [1, 2], "loss": kept, "val_loss": kept}) == "generic_json"
    assert format_of({"train_loss": kept, "val_loss": kept}) == "generic_json"


def test_entries_that_name_their_keys_after_steps() -> None:
    text = json.dumps({"step 100": {"loss": 1.0}, "step 200": {"loss": 0.5}})
    (loss,) = read_log(text.encode()).series
    assert loss.step is not None
    assert loss.step.tolist() == [100, 200]


def test_a_long_first_line_of_mmcv() -> None:
    meta = json.dumps({"env_info": "x" * 70_000, "config": "optimizer = dict(type='AdamW', lr=0.0001)\n"})
    line = '{"mode": "train", "epoch": 1, "iter": %s, "lr": 0.0001, "loss": %s, "time": 0.1}\n'
    run = read_log((meta + "\n" + line % (50, 1.0) + line % (100, 0.5)).encode())
    assert run.format == "mmcv_json"
    assert dict(run.config) == {"framework": "pytorch", "optimizer": "adamw", "lr": 0.0001}
