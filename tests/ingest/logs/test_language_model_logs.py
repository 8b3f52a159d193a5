"""Console logs of language-model trainers: what single lines mean, where they stand, what is said of them."""

from __future__ import annotations

import contextlib
import time

import numpy as np
import pytest

from lossclinic_ingest.logs import UnreadableLog, read_log
from lossclinic_ingest.logs.inputs.document import Document
from lossclinic_ingest.logs.readers import READERS
from lossclinic_kb.run import Run, Series

MINE = (
    "hf_printed", "nanogpt", "megatron", "fairseq", "torchtune_disk", "deepspeed_console", "llamafactory_jsonl"
)  # fmt: skip


def series(run: Run, name: str) -> Series:
    return next(one for one in run.series if one.name == name)


def said(run: Run) -> str:
    return " / ".join(note.en for note in run.notes)


def entry(i: int, **more: object) -> str:
    return str({"loss": 2.0 - i / 10, "grad_norm": 1.0, "learning_rate": 1e-4, "epoch": i / 10, **more})


class TestHuggingFace:
    def test_bars_and_several_dicts_in_one_line(self) -> None:
        run = read_log(
            f"  5%|▌         | 50/1000 [00:10<03:10,  5.00it/s]{entry(1)}\r  6%|▌ | 60/1000{entry(2)}{entry(3)}\n"
        )
        assert run.format == "hf_printed"
        assert series(run, "loss").values.tolist() == [1.9, 1.8, 1.7]

    def test_nested_values_and_printed_scalars(self) -> None:
        text = "\n".join(
            f"{{'loss': np.float64({2.0 - i}), 'betas': (0.9, 0.999), 'at': {{'x': [1, 2]}}, 'learning_rate': tensor(0.1), 'epoch': {i}}}"
            for i in range(1, 4)
        )
        run = read_log(text + "\n")
        assert series(run, "loss").values.tolist() == [1.0, 0.0, -1.0]
        assert series(run, "learning_rate").role == "lr"
        assert "left out, no numbers in them: betas, at" in said(run)

    def test_missing_is_not_nan(self) -> None:
        run = read_log(
            "\n".join([entry(1, kl=None), entry(2, kl=float("nan")), entry(3), entry(4, kl=0.5)]) + "\n"
        )
        kl = series(run, "kl")
        assert kl.missing.tolist() == [True, False, False]
        assert np.isnan(kl.values[1])
        assert kl.epoch is not None
        assert kl.epoch.tolist() == [0.1, 0.2, 0.4]

    def test_processes_that_are_not_in_step_print_copies(self) -> None:
        order = [1, 1, 2, 1, 2, 3, 2, 3, 3, 4, 4, 4]
        run = read_log("\n".join(map(entry, order)) + "\n")
        assert len(series(run, "loss")) == 4
        assert "printed 3 times" in said(run)

    def test_the_same_run_twice_is_a_restart_and_no_copy(self) -> None:
        run = read_log("\n".join(map(entry, [*range(1, 13), *range(1, 13)])) + "\n")
        assert len(series(run, "loss")) == 24
        assert series(run, "loss").restarts.tolist() == [12]

    def test_a_loss_that_does_not_change_is_no_copy(self) -> None:
        flat = [entry(1, loss=0.7, epoch=0.5)] * 3 + [entry(1, loss=0.7, epoch=0.6)] * 2 + [entry(2)]
        assert len(series(read_log("\n".join(flat) + "\n"), "loss")) == 6

    def test_steps_of_ms_swift(self) -> None:
        more = [
            {"global_step/max_steps": f"{10 * i}/100", "percentage": "10.00%", "remaining_time": "6m 42s"}
            for i in (1, 2)
        ]
        run = read_log("\n".join([entry(1, **more[0]), entry(2, **more[1])]) + "\n")
        loss = series(run, "loss")
        assert loss.step is not None
        assert loss.step.tolist() == [10, 20]
        assert not run.notes

    def test_the_summary_alone_is_no_curve(self) -> None:
        with pytest.raises(UnreadableLog):
            read_log("{'train_runtime': 3.2, 'train_loss': 0.5, 'epoch': 1.0}\n")


class TestNanoGpt:
    def test_steps_hold_estimates_of_their_own(self) -> None:
        lines = [f"step {i}: train loss {4.0 - i / 100:.4f}, val loss {4.1 - i / 100:.4f}\niter {i}: loss {4.05 - i / 100:.4f}, time 85.11ms, mfu 12.34%" for i in (0, 10, 20)]  # fmt: skip
        run = read_log("\n".join(lines) + "\n")
        roles = {one.name: one.role for one in run.series}
        assert roles == {"train loss": "train_loss", "val loss": "val_loss", "loss": "train_loss", "time (ms)": "other", "mfu (%)": "other"}  # fmt: skip
        assert "estimates over eval_iters batches" in said(run)

    def test_a_score_of_nan_is_not_the_loss(self) -> None:
        run = read_log("".join(f"step {i:4d}/74 | loss {4.3677 - i:.6f} (+nanz)| norm 15.3000 (+nanz)| lr 1.00e-04 | 35.00 ms\n" for i in (1, 2, 3)))  # fmt: skip
        assert all(one.non_finite == 0 for one in run.series)

    def test_validation_without_a_step_stands_before_the_next_one(self) -> None:
        step = "step {:4d}/99 | loss 4.000000 (+0.10z)| norm 1.0000 (+0.10z)| lr 1.00e-04 | 35.00 ms\n"
        text = (
            "val loss 5.0\n"
            + step.format(1)
            + step.format(2)
            + "val loss 4.0\n"
            + step.format(3)
            + "val loss 3.0\n"
        )
        again = "val loss 3.5\n" + step.format(2)
        held_out = series(read_log(text + again), "val loss")
        assert held_out.step is not None
        assert held_out.step.tolist() == [0, 2, 1, 1]

    def test_utilisation_that_is_not_known_is_not_logged(self) -> None:
        run = read_log("".join(f"iter {i}: loss 3.1234, time 85.11ms, mfu {mfu}%\n" for i, mfu in enumerate(["-100.00", "12.00", "13.00"])))  # fmt: skip
        assert series(run, "mfu (%)").values.tolist() == [12, 13]


def megatron(i: int, fields: str) -> str:
    return f" [2026-08-22 10:00:00.000000] iteration {i:8d}/  500000 | consumed samples: {i * 1024:12d} | {fields}\n"


class TestMegatron:
    def test_nan_missing_and_skipped_stay_apart(self) -> None:
        counted = "number of skipped iterations: {:3d} | number of nan iterations: {:3d} |"
        run = read_log(
            megatron(10, "lm loss: 6.5E+00 | grad norm: 1.0 | " + counted.format(0, 0))
            + megatron(20, counted.format(10, 0))  # skipped, nothing measured
            + megatron(30, counted.format(10, 10))  # skipped, because the loss was NaN
            + megatron(40, "grad norm: nan | " + counted.format(0, 0))  # bf16 skips nothing
            + megatron(50, "lm loss: 0.0E+00 | " + counted.format(10, 0))  # a mean over nothing
            + megatron(60, "lm loss: 5.5E+00 | " + counted.format(4, 4))  # the mean of what was not skipped
        )
        loss = series(run, "lm loss")
        assert loss.step is not None
        assert loss.step.tolist() == [10, 30, 40, 60]
        assert np.isnan(loss.values).tolist() == [False, True, True, False]
        assert "2 lines without a loss were NaN" in said(run)
        assert "2 lines without a loss and without a sign of NaN" in said(run)

    def test_every_loss_of_a_line_is_nan_together(self) -> None:
        last = "number of skipped iterations:   0 | number of nan iterations: {:3d} |"
        run = read_log(
            "".join(
                megatron(i, f"lm loss: 6.5E+00 | mtp_1 loss: 7.0E+00 | loss scale: 1.0 | {last.format(0)}")
                for i in (10, 20)
            )
            + megatron(30, f"loss scale: 1.0 | {last.format(10)}")
        )
        assert [series(run, name).non_finite for name in ("lm loss", "mtp_1 loss", "loss scale")] == [1, 1, 0]
        assert series(run, "mtp_1 loss").role == "other"

    def test_a_log_of_nan_alone(self) -> None:
        run = read_log("".join(megatron(i, "number of skipped iterations:  10 | number of nan iterations:  10 |") for i in (10, 20)))  # fmt: skip
        assert series(run, "lm loss").role == "train_loss"
        assert series(run, "lm loss").non_finite == 2

    def test_a_test_set_is_no_validation(self) -> None:
        run = read_log(
            megatron(10, "lm loss: 6.5E+00 |") + megatron(20, "lm loss: 6.4E+00 |")
            + " validation loss at iteration 20 on validation set | lm loss value: 6.6E+00 | lm loss PPL: 7.0E+02 | \n"
            + " validation loss at the end of training for test data | lm loss value: 6.7E+00 | lm loss PPL: 8.0E+02 | \n"
        )  # fmt: skip
        roles = {one.name: one.role for one in run.series}
        assert roles["lm loss validation"] == "val_loss"
        assert roles["lm loss test"] == roles["lm loss PPL validation"] == "other"

    def test_prefixes_of_launchers(self) -> None:
        run = read_log(
            "".join(f"[default7]:{megatron(i, 'lm_loss: NAN | loss scale: 1.0 |')}" for i in (1, 2))
        )
        assert series(run, "lm_loss").non_finite == 2


class TestFairseq:
    def test_positions_in_epochs(self) -> None:
        inner = "2026-10-01 12:00:00 | INFO | train_inner | epoch 002:    {} / 1000 loss=8.1, num_updates={}, lr=0.1\n"
        valid = "2026-10-01 12:00:00 | INFO | valid | epoch 002 | valid on 'valid' subset | loss 7.2 | num_updates {}\n"
        text = inner.format(200, 1200) + valid.format(1300) + inner.format(400, 1400) + valid.format(2000)
        run = read_log(text)
        loss, held_out = series(run, "loss"), series(run, "valid_loss")
        assert loss.epoch is not None
        assert held_out.epoch is not None
        assert loss.epoch.tolist() == pytest.approx([1.2, 1.4])
        assert held_out.epoch.tolist() == pytest.approx([1.2, 2.0])
        assert held_out.axis.tolist() == [1300, 2000]
        assert "they are in bits" in said(run)

    def test_update_is_no_count_of_updates(self) -> None:
        text = "".join(
            f'{{"epoch": 1, "update": {i / 10}, "loss": "8.{i}", "num_updates": "{i * 100}"}}\n'
            for i in (1, 2)
        )
        loss = series(read_log(text), "loss")
        assert loss.axis.tolist() == [100, 200]
        assert loss.epoch is not None
        assert loss.epoch.tolist() == pytest.approx([0.1, 0.2])


class TestDeepSpeed:
    STEP = "[2026-10-01 12:00:00,123] [INFO] [logging.py:96:log_dist] [Rank 0] step={}, skipped=1, lr=[0.001, 0.01], mom=[[0.9, 0.999]]\n"

    def test_without_a_loss(self) -> None:
        run = read_log(self.STEP.format(10) + self.STEP.format(20))
        assert "hold no loss" in said(run)
        assert {one.name: one.role for one in run.series} == {
            "skipped": "other",
            "lr": "lr",
            "lr/1": "lr",
            "mom": "other",
        }

    def test_lines_of_the_script(self) -> None:
        script = "Epoch: 0, Step: {}, Rank: 0, loss = {}\n"
        run = read_log(
            script.format(9, 0.5)
            + self.STEP.format(10)
            + "Validation loss: 0.7\n"
            + script.format(19, "nan")
            + "Validation loss: 0.8\n"
        )
        assert series(run, "loss").axis.tolist() == [9, 19]
        assert series(run, "loss").non_finite == 1
        assert series(run, "Validation_loss").role == "val_loss"
        assert series(run, "Validation_loss").axis.tolist() == [9, 19]

    def test_dicts_of_the_trainer_come_first(self) -> None:
        assert (
            read_log(self.STEP.format(10) + entry(1) + "\n" + self.STEP.format(20) + entry(2) + "\n").format
            == "hf_printed"
        )


HOSTILE = {
    "dicts": "{'" * 60_000,
    "quotes": "{'a': '" + "\\'" * 60_000,
    "words": "step " * 30_000,
    "steps": "step 1 | loss " * 12_000,
    "bars": "iteration 1/ 2 | " * 10_000,
    "blanks": "iteration" + " " * 120_000,
    "epochs": "epoch 001 | " * 10_000,
    "digits": "epoch " + "1" * 120_000,
    "fields": "Step 1 | " + "a:1" * 40_000,
    "dots": "lr " + "." * 120_000,
}


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.parametrize("format_id", MINE)
def test_endless_lines_take_no_time(kind: str, format_id: str) -> None:
    document = Document("log", text=f"{HOSTILE[kind]}\n" * 3)
    start = time.process_time()
    assert READERS[format_id].sniff(document) <= 1
    with contextlib.suppress(UnreadableLog):
        READERS[format_id].read(document)
    assert time.process_time() - start < 5  # seconds; what grows with the square takes minutes
