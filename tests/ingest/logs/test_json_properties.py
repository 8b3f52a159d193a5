"""What holds for any values in the JSON formats, and for any JSON at all."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lossclinic_ingest.logs import UnreadableLog, read_log
from lossclinic_ingest.logs.inputs.document import Document
from lossclinic_ingest.logs.readers import READERS
from lossclinic_kb.run import Run

MINE = (
    "keras_history",
    "evals_result",
    "mmengine_scalars",
    "mmcv_json",
    "detectron2_metrics",
    "wandb_history_json",
    "trainer_jsonl",
    "generic_json",
    "json_in_text",
)
NUMBERS = st.floats(allow_nan=True, allow_infinity=True)
SERIES = st.lists(NUMBERS, min_size=2, max_size=12)


def lines(entries: Sequence[Mapping[str, object]]) -> bytes:
    return "".join(json.dumps(entry) + "\n" for entry in entries).encode()


def assert_holds(run: Run, name: str, values: Sequence[float | None]) -> None:
    """Assert that a series has exactly the values that were written, None standing for missing."""
    (series,) = [one for one in run.series if one.name == name]
    assert series.missing.tolist() == [value is None for value in values]
    expected = np.array([math.nan if value is None else value for value in values])
    np.testing.assert_array_equal(series.values, expected)


@settings(deadline=None)
@given(SERIES, st.data())
def test_lists_read_back(loss: list[float], data: st.DataObject) -> None:
    gaps = st.one_of(st.none(), NUMBERS)
    val = data.draw(st.lists(gaps, min_size=len(loss), max_size=len(loss)))
    run = read_log(json.dumps({"step": list(range(len(loss))), "loss": loss, "val_loss": val}).encode())
    assert run.format == "generic_json"
    assert_holds(run, "loss", loss)
    assert_holds(run, "val_loss", val)


@settings(deadline=None)
@given(SERIES)
def test_a_keras_history_reads_back(loss: list[float]) -> None:
    columns = {
        "accuracy": [0.5] * len(loss),
        "loss": loss,
        "val_accuracy": [0.5] * len(loss),
        "val_loss": loss[::-1],
    }
    run = read_log(json.dumps(columns).encode())
    assert run.format == "keras_history"
    assert_holds(run, "loss", loss)
    assert_holds(run, "val_loss", loss[::-1])


@settings(deadline=None)
@given(SERIES)
def test_rounds_read_back(loss: list[float]) -> None:
    run = read_log(json.dumps({"train": {"logloss": loss}, "eval": {"logloss": loss[::-1]}}).encode())
    assert run.format == "evals_result"
    assert_holds(run, "train/logloss", loss)
    assert_holds(run, "eval/logloss", loss[::-1])


@settings(deadline=None)
@given(SERIES, st.lists(st.booleans(), min_size=12, max_size=12))
def test_lines_read_back(loss: list[float], validated: list[bool]) -> None:
    """Every line format keeps every value, and validation where it was written and nowhere else."""
    steps = [10 * (i + 1) for i in range(len(loss))]
    val = [value for value, yes in zip(loss, validated, strict=False) if yes]
    base = {"data_time": 0.1, "time": 0.1}
    wandb = [{"loss": value, **({"val_loss": value} if yes else {}), "_step": step, "_timestamp": 1.5e9 + step}
             for step, value, yes in zip(steps, loss, validated, strict=False)]  # fmt: skip
    detectron = [dict(sorted({"iteration": step, "total_loss": value, **base, **({"validation_loss": value} if yes else {})}.items()))
                 for step, value, yes in zip(steps, loss, validated, strict=False)]  # fmt: skip
    mmengine: list[dict[str, object]] = []
    mmcv: list[dict[str, object]] = []
    for step, value, yes in zip(steps, loss, validated, strict=False):
        mmengine.append({"loss": value, **base, "iter": step, "step": step})
        mmcv.append({"mode": "train", "epoch": 1, "iter": step, "lr": 0.1, "loss": value, **base})
        if yes:
            mmengine.append({"val_loss": value, **base, "step": step})
            mmcv.append({"mode": "val", "epoch": 1, "iter": 7, "lr": 0.1, "val_loss": value})
    for form, entries, name, held_out in (
        ("wandb_history_json", wandb, "loss", "val_loss"),
        ("detectron2_metrics", detectron, "total_loss", "validation_loss"),
        ("mmengine_scalars", mmengine, "loss", "val_loss"),
        ("mmcv_json", mmcv, "loss", "val_loss"),
    ):
        run = read_log(lines(entries))
        assert run.format == form
        assert_holds(run, name, loss)
        assert all(series.axis.tolist() == steps for series in run.series if series.name == name)
        if val:
            assert_holds(run, held_out, val)


@settings(deadline=None)
@given(
    SERIES,
    st.sampled_from(["", "INFO:train:", "2026-10-01 12:00:00,123 | INFO | ", "epoch done, saved {x} "]),
)
def test_entries_in_text_read_back(loss: list[float], front: str) -> None:
    text = "start\n" + "".join(
        f"{front}{json.dumps({'step': i, 'loss': v})} ok\n" for i, v in enumerate(loss)
    )
    run = read_log(text.encode())
    assert run.format == "json_in_text"
    assert_holds(run, "loss", loss)


@settings(deadline=None)
@given(SERIES)
def test_printed_by_python_reads_back(loss: list[float]) -> None:
    for text in (
        repr({"loss": loss, "val_loss": loss[::-1]}),
        f"loss = {loss}\nval_loss = {tuple(loss[::-1])}\n",
    ):
        run = read_log(text.encode())
        assert run.format == "json_in_text"
        assert_holds(run, "loss", loss)
        assert_holds(run, "val_loss", loss[::-1])


NAMES = st.sampled_from(
    ["loss", "val_loss", "step", "epoch", "iter", "iteration", "mode", "lr", "time", "data_time", "_step", "_timestamp", "_wandb", "history", "params",
     "train", "eval", "validation_0", "logloss", "total_loss", "bbox/AP", "key", "value", "metrics", "steps", "values", "columns", "data", "schema",
     "index", "1", "2", "10", "epoch_3", "config", "global_step/max_steps", "grad_norm", "learning_rate", "", "损失"]
)  # fmt: skip
SCALARS = st.one_of(
    st.none(), st.booleans(), st.floats(), st.integers(), st.just(10**400),
    st.sampled_from(["NaN", "Infinity", "x", "0.5", "train", "val", "5/100", "loss", "1e400", "1,5", "50%"]),
)  # fmt: skip
ANY = st.recursive(
    SCALARS, lambda inner: st.one_of(st.lists(inner, max_size=5), st.dictionaries(NAMES, inner, max_size=6)), max_leaves=40
)  # fmt: skip


def either_a_run_or_a_refusal(source: bytes | dict[str, object]) -> None:
    """Read `source`; anything but a run or `UnreadableLog` of one line fails the test."""
    run, said = None, ["", ""]
    try:
        run = read_log(source)
    except UnreadableLog as error:
        said = [error.text.en, error.text.zh]
    assert all("\n" not in line for line in said)
    assert run is None or max(len(series.logged) for series in run.series) >= 2


@settings(max_examples=200, deadline=None)
@given(ANY)
@example({"1": {"loss": [1.0]}, "2": {"loss": 0.5}})
@example([{"key": "loss", "value": 1.0}, {"key": None}])
@example({"data": [[1, 2], [3]], "columns": []})
def test_any_json(parsed: object) -> None:
    either_a_run_or_a_refusal(json.dumps(parsed).encode())
    if isinstance(parsed, dict):
        either_a_run_or_a_refusal(parsed)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.dictionaries(NAMES, ANY, max_size=6), min_size=2, max_size=8))
def test_any_json_lines(entries: list[dict[str, object]]) -> None:
    either_a_run_or_a_refusal(lines(entries))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.dictionaries(NAMES, ANY, max_size=6), max_size=8))
def test_a_sniff_never_raises(entries: list[dict[str, object]]) -> None:
    for text in (json.dumps(entries), lines(entries).decode(), json.dumps(entries[0] if entries else {})):
        document = Document("x", text=text)
        assert all(0 <= READERS[form].sniff(document) <= 1 for form in MINE)


PIECES = st.sampled_from(
    ['{"epoch": 1, "loss": 0.5}', '{"loss": NaN}', "{'loss': [1.0, 0.5]}", "[", "]", "{", "}", ",", ":", "\n", " ", '"', "'", "loss", "=", "(", ")", "1",
     "nan", "-", "+", ".5", "np.float64(", "defaultdict(<class 'list'>, ", "array([", "tensor(", "0if", "\\", "#", "é", "\x00", "*", "lambda", "10" * 30]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=30))
@example(["(" * 5000])
@example(["-" * 5000, "1"])
def test_any_pieces_of_json_and_python(pieces: list[str]) -> None:
    either_a_run_or_a_refusal("".join(pieces).encode())
