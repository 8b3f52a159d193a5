"""What the Hugging Face Trainer prints: bars, copies, nested values, absent ones."""

from __future__ import annotations

import numpy as np
import pytest

from lossclinic_ingest.logs import UnreadableLog, read_log
from lossclinic_kb.run import Run, Series


def series(run: Run, name: str) -> Series:
    return next(one for one in run.series if one.name == name)


def said(run: Run) -> str:
    return " / ".join(note.en for note in run.notes)


def entry(i: int, **more: object) -> str:
    return str({"loss": 2.0 - i / 10, "grad_norm": 1.0, "learning_rate": 1e-4, "epoch": i / 10, **more})


def test_bars_and_several_dicts_in_one_line() -> None:
    run = read_log(
        f"  5%|▌         | 50/1000 [00:10<03:10,  5.00it/s]{entry(1)}\r  6%|▌ | 60/1000{entry(2)}{entry(3)}\n"
    )
    assert run.format == "hf_printed"
    assert series(run, "loss").values.tolist() == [1.9, 1.8, 1.7]


def test_nested_values_and_printed_scalars() -> None:
    text = "\n".join(
        f"{{'loss': np.float64({2.0 - i}), 'betas': (0.9, 0.999), 'at': {{'x': [1, 2]}}, 'learning_rate': tensor(0.1), 'epoch': {i}}}"
        for i in range(1, 4)
    )
    run = read_log(text + "\n")
    assert series(run, "loss").values.tolist() == [1.0, 0.0, -1.0]
    assert series(run, "learning_rate").role == "lr"
    assert "left out, no numbers in them: betas, at" in said(run)


def test_missing_is_not_nan() -> None:
    run = read_log(
        "\n".join([entry(1, kl=None), entry(2, kl=float("nan")), entry(3), entry(4, kl=0.5)]) + "\n"
    )
    kl = series(run, "kl")
    assert kl.missing.tolist() == [True, False, False]
    assert np.isnan(kl.values[1])
    assert kl.epoch is not None
    assert kl.epoch.tolist() == [0.1, 0.2, 0.4]


def test_processes_that_are_not_in_step_print_copies() -> None:
    order = [1, 1, 2, 1, 2, 3, 2, 3, 3, 4, 4, 4]
    run = read_log("\n".join(map(entry, order)) + "\n")
    assert len(series(run, "loss")) == 4
    assert "printed 3 times" in said(run)


def test_the_same_run_twice_is_a_restart_and_no_copy() -> None:
    run = read_log("\n".join(map(entry, [*range(1, 13), *range(1, 13)])) + "\n")
    assert len(series(run, "loss")) == 24
    assert series(run, "loss").restarts.tolist() == [12]


def test_a_loss_that_does_not_change_is_no_copy() -> None:
    flat = [entry(1, loss=0.7, epoch=0.5)] * 3 + [entry(1, loss=0.7, epoch=0.6)] * 2 + [entry(2)]
    assert len(series(read_log("\n".join(flat) + "\n"), "loss")) == 6


def test_steps_of_ms_swift() -> None:
    more = [
        {"global_step/max_steps": f"{10 * i}/100", "percentage": "10.00%", "remaining_time": "6m 42s"}
        for i in (1, 2)
    ]
    run = read_log("\n".join([entry(1, **more[0]), entry(2, **more[1])]) + "\n")
    loss = series(run, "loss")
    assert loss.step is not None
    assert loss.step.tolist() == [10, 20]
    assert not run.notes


def test_the_summary_alone_is_no_curve() -> None:
    with pytest.raises(UnreadableLog):
        read_log("{'train_runtime': 3.2, 'train_loss': 0.5, 'epoch': 1.0}\n")
