"""Console logs of language-model trainers: what single lines mean, where they stand, what is said of them."""

from __future__ import annotations

import numpy as np
import pytest

from lossclinic_ingest.logs import read_log
from lossclinic_kb.run import Run, Series


def series(run: Run, name: str) -> Series:
    return next(one for one in run.series if one.name == name)


def said(run: Run) -> str:
    return " / ".join(note.en for note in run.notes)


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


TRAINER = "{{'loss': 2.0, 'learning_rate': 0.1, 'epoch': {}}}"


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

    def test_steps_of_the_script_alone(self) -> None:
        overflow = "[2024-09-15 00:13:28,307] [INFO] [loss_scaler.py:183:update_scale] [deepspeed] OVERFLOW! Rank 0 Skipping step. Attempted loss scale: {}, reducing to {}\n"
        run = read_log(
            "step:3, loss:5.45\n"
            + overflow.format(65536, 32768)
            + "step:4, loss:5.3\n"
            + overflow.format(32768, 16384)
        )
        assert series(run, "loss").axis.tolist() == [3, 4]
        assert series(run, "loss_scale").values.tolist() == [65536, 32768, 16384]
        assert series(run, "loss_scale").axis.tolist() == [3, 3, 4]

    def test_epoch_and_batch_in_brackets(self) -> None:
        overflow = (
            "[deepspeed] OVERFLOW! Rank 0 Skipping step. Attempted loss scale: 16384, reducing to 8192\n"
        )
        run = read_log(
            f"[1,  2000] loss: 1.5\n[1,  4000] loss: 1.4\n{overflow}[2,  2000] loss: 1.3\n[2,  4000] loss: 1.2\n"
        )
        loss = series(run, "loss")
        assert loss.axis.tolist() == [2000, 4000, 6000, 8000]
        assert loss.epoch is not None
        assert loss.epoch.tolist() == [1, 1, 2, 2]
        assert "counted on" in said(run)
        assert "restart" not in said(run)

    def test_dicts_of_the_trainer_come_first(self) -> None:
        assert (
            read_log(
                self.STEP.format(10)
                + TRAINER.format(1)
                + "\n"
                + self.STEP.format(20)
                + TRAINER.format(2)
                + "\n"
            ).format
            == "hf_printed"
        )
