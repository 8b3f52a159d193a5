"""Console logs of known programs: any value written in their layout reads back, and what their files alone cannot say."""

from __future__ import annotations

import io
import math
import zipfile
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lossclinic_ingest.logs import read_log, read_runs
from lossclinic_ingest.logs.texts.console import message_of
from lossclinic_ingest.logs.texts.labelled import is_value, labelled
from lossclinic_ingest.logs.texts.torn import without_torn_value
from lossclinic_kb.run import Run

ANY = st.floats(allow_nan=True, allow_infinity=True)
LOSSES = st.lists(st.tuples(ANY, ANY), min_size=2, max_size=8)
Pairs = Sequence[tuple[float, float]]


def xgboost(pairs: Pairs) -> str:
    return "".join(f"[{i}]\ttrain-rmse:{a!r}\teval-rmse:{b!r}\n" for i, (a, b) in enumerate(pairs))


def lightgbm(pairs: Pairs) -> str:
    return "".join(f"[{i}]\ttraining's l2: {a!r}\tvalid_1's l2: {b!r}\n" for i, (a, b) in enumerate(pairs))


def catboost(pairs: Pairs) -> str:
    return "".join(
        f"{i}:\tlearn: {a!r}\ttest: {b!r}\tbest: 0 (0)\ttotal: 5ms\tremaining: 1s\n"
        for i, (a, b) in enumerate(pairs)
    )


def keras(pairs: Pairs) -> str:
    return "".join(
        f"Epoch {i}/99\n\r1/2 ━━━━━━ 1s 5ms/step - loss: 9.0\x08\x08\r2/2 ━━━━━━ 1s 5ms/step - loss: {a!r} - val_loss: {b!r}\n"
        for i, (a, b) in enumerate(pairs, 1)
    )


def mmengine(pairs: Pairs) -> str:
    return "".join(
        f"Epoch(train)  [{i}][2/2]  lr: 1.0000e-02  eta: 0:00:01  loss: {a!r}\nEpoch(val)  [{i}][4/4]    loss: {b!r}  time: 0.1\n"
        for i, (a, b) in enumerate(pairs, 1)
    )


def detectron2(pairs: Pairs) -> str:
    return "".join(
        f"[10/01 12:00:00 d2.utils.events]:  eta: 0:01:00  iter: {i}  total_loss: {a!r}  validation_loss: {b!r}  lr: 0.1  max_mem: 20M\n"
        for i, (a, b) in enumerate(pairs)
    )


def paddle(pairs: Pairs) -> str:
    return "".join(
        f"[Train][Epoch {i}/9][Iter: 0/2]lr: 0.1, loss: {a!r}, batch_cost: 0.5s\n[Eval][Epoch {i}][Avg]loss: {b!r}, top1: 0.5\n"
        for i, (a, b) in enumerate(pairs, 1)
    )


WRITERS: Mapping[str, tuple[Callable[[Pairs], str], str, str]] = {
    "xgboost_console": (xgboost, "train-rmse", "eval-rmse"),
    "lightgbm_console": (lightgbm, "training l2", "valid_1 l2"),
    "catboost_console": (catboost, "learn", "test"),
    "keras_console": (keras, "loss", "val_loss"),
    "mmengine_console": (mmengine, "loss", "val/loss"),
    "detectron2_console": (detectron2, "total_loss", "validation_loss"),
    "paddle_console": (paddle, "loss", "val/loss"),
}


def values_of(run: Run, name: str) -> list[float]:
    return next(one.values.tolist() for one in run.series if one.name == name)


@pytest.mark.parametrize("format_id", WRITERS)
@settings(deadline=None, max_examples=60)
@given(pairs=LOSSES)
def test_any_value_reads_back(format_id: str, pairs: list[tuple[float, float]]) -> None:
    write, train, held_out = WRITERS[format_id]
    run = read_log(write(pairs).encode())
    assert run.format == format_id
    np.testing.assert_array_equal(values_of(run, train), [a for a, _ in pairs])
    np.testing.assert_array_equal(values_of(run, held_out), [b for _, b in pairs])
    assert not any(one.missing.any() for one in run.series)


@pytest.mark.parametrize("format_id", WRITERS)
def test_roles_and_order(format_id: str) -> None:
    write, train, held_out = WRITERS[format_id]
    run = read_log(write([(0.5, 0.6), (0.4, 0.55), (math.nan, math.inf)]).encode())
    roles = {one.name: one.role for one in run.series}
    assert (roles[train], roles[held_out]) == ("train_loss", "val_loss")
    found = run.pick("train_loss")
    assert found is not None
    assert (np.diff(found.axis) > 0).all()


@pytest.mark.parametrize("format_id", WRITERS)
@pytest.mark.parametrize(
    "before",
    [
        "Collecting torch\n  Downloading torch-2.1.0-cp311-cp311-manylinux1_x86_64.whl (670.2 MB)\n",
        "Namespace(lr=0.1, batch_size=32)\n",
        "\x1b[33mWARNING\x1b[0m: something at 0x7f12: 3 of 4\n" * 40,
    ],
)
def test_a_preamble_does_not_matter(format_id: str, before: str) -> None:
    write, train, _ = WRITERS[format_id]
    run = read_log((before + write([(0.5, 0.6), (0.4, 0.55)])).encode())
    assert run.format == format_id
    assert values_of(run, train) == [0.5, 0.4]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("2026/10/01 12:00:00 - mmengine - INFO - Epoch(train)  [1]", "Epoch(train)  [1]"),
        ("[10/01 12:00:00 d2.utils.events]:  eta: 0:01:00", "eta: 0:01:00"),
        ("[10/01 12:00:00] d2.utils.events INFO:  eta: 0:01:00", "eta: 0:01:00"),
        ("[2026/10/01 12:00:00] ppocr INFO: epoch: [1/500]", "epoch: [1/500]"),
        ("2026-10-01 12:00:00 [INFO]\t[TRAIN] epoch: 1", "[TRAIN] epoch: 1"),
        ("[2026-10-01 12:00:00,123][__main__][INFO] - Epoch 1", "Epoch 1"),
        ("2026-10-01 12:00:00.123 | INFO     | __main__:train:45 - Epoch 1", "Epoch 1"),
        ("[2026-10-01 12:00:00 swin_tiny](main.py 240): INFO Train: [0/300]", "Train: [0/300]"),
        ("I1001 12:00:00.123456 4711 train.py:45] loss 0.5", "loss 0.5"),
        ("INFO:root:Epoch 1 loss 0.5", "Epoch 1 loss 0.5"),
        ("[INFO|trainer.py:45] 2026-10-01 12:00:00,123 >> loss = 0.5", "loss = 0.5"),
        ("[rank0]: step 5 loss 0.3", "step 5 loss 0.3"),
        ("2026-10-01T12:00:00Z epoch=1", "epoch=1"),
        ("[3/10] loss 0.4", "[3/10] loss 0.4"),
        ("[0/5][0/1583]\tLoss_D: 1.7", "[0/5][0/1583]\tLoss_D: 1.7"),
        ("Train - loss: 0.3", "Train - loss: 0.3"),
        ("epoch 3 INFORMATION 0.3", "epoch 3 INFORMATION 0.3"),
    ],
)
def test_what_a_logger_writes_in_front(line: str, said: str) -> None:
    assert message_of(line) == said


def test_names_and_values_with_a_mark() -> None:
    line = "lr: 1.0e-02  eta: 0:01:00  memory: 500  loss: nan, acc=91.2%, x: tensor(0.5, device='cuda:0') max_mem: 20M n: N/A"
    assert labelled(line) == {
        "lr": "1.0e-02", "memory": "500", "loss": "nan", "acc": "91.2%", "x": "tensor(0.5, device='cuda:0')", "n": "N/A",
    }  # fmt: skip
    assert [is_value(text) for text in ("1", "-inf", "1e-3", "5s", "0:01", "", "a", "1,234.5")] == [
        True, True, True, False, False, False, False, True,
    ]  # fmt: skip


@given(st.lists(ANY, min_size=4, max_size=8), st.integers(1, 4))
def test_a_value_cut_in_two_is_left_out(values: list[float], places: int) -> None:
    finite = [value for value in values if math.isfinite(value) and abs(value) < 1e9] or [0.5]
    cells = [f"{value:.5f}" for value in (finite * 4)[:4]]
    cut = cells[-1][:-places]
    records = [{"loss": cell} for cell in [*cells, cut]]
    kept, notes = without_torn_value("loss: " + cut, records)
    assert (kept[-1], len(notes)) == ({}, 1)
    whole, said = without_torn_value("loss: " + cut + "\n", records)
    assert (whole, said) == (records, ())


def zipped(files: Mapping[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def test_catboost_folders_are_runs_of_their_own() -> None:
    table = "iter\tLogloss\n0\t0.6\n1\t0.5\n2\tnan\n"
    times = "iter\tPassed\tRemaining\n0\t1\t2\n1\t2\t1\n2\t3\t0\n"
    names = ("learn_error.tsv", "test_error.tsv", "time_left.tsv")
    files = {f"{run}/{name}": times if "time" in name else table for run in ("a", "b") for name in names}
    runs = read_runs(zipped(files))
    assert [(run.name, run.format) for run in runs] == [("a", "catboost"), ("b", "catboost")]
    for run in runs:
        assert {one.name: one.role for one in run.series} == {
            "learn/Logloss": "train_loss",
            "test/Logloss": "val_loss",
        }
        assert [one.non_finite for one in run.series] == [1, 1]


def test_a_table_that_counts_in_iter_is_not_catboosts() -> None:
    assert read_log(b"iter\tloss\n0\t0.5\n1\t0.25\n").format == "generic_csv"


def test_keras_last_state_of_an_epoch_counts() -> None:
    states = "".join(f"\r{b}/4 [==>...] - ETA: 1s - loss: {9 - b}.0" for b in range(1, 5))
    text = "".join(f"Epoch {i}/3\n{states}\r4/4 [=====] - 1s 5ms/step - loss: 0.{i}\n" for i in (1, 2, 3))
    run = read_log(text.encode())
    assert values_of(run, "loss") == [0.1, 0.2, 0.3]
    assert run.config == {"framework": "keras", "epochs": 3.0}


def test_detectron2_tells_of_the_loss_that_stopped_it() -> None:
    text = detectron2([(0.5, 0.6), (0.4, 0.5)])
    text += "FloatingPointError: Loss became infinite or NaN at iteration=7!\n"
    run = read_log(text.encode())
    total = next(one for one in run.series if one.name == "total_loss")
    assert math.isnan(total.values[-1])
    assert not total.missing[-1]
    assert total.step is not None
    assert total.step[-1] == 7
    assert any("iteration 7" in note.en and "第 7 次迭代" in note.zh for note in run.notes)
