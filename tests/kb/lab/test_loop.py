"""The loop: micro-batches, mixed precision, resuming, validation every n steps, further series, several processes."""

from __future__ import annotations

import copy
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

from lossclinic_kb.lab import Trial, World, accuracy, fit, healthy_trial, train_step, validation_means
from lossclinic_kb.lab.checkpoint import PARTS
from lossclinic_kb.lab.distributed import fit_distributed
from lossclinic_kb.lab.figures import IGNORED, counted, token_cross_entropy
from lossclinic_kb.lab.precision import Precision
from lossclinic_kb.lab.views import by_epoch
from lossclinic_kb.run import Run

torch.set_num_threads(1)

SMALL = World(task="wine", epochs=4, log_every=1)


def values(run: Run, name: str) -> list[float]:
    return next(list(s.values) for s in run.series if s.name == name)


def tokens_and_targets() -> tuple[Tensor, Tensor]:
    """Return sequences of very unequal length, padded."""
    draw = torch.Generator().manual_seed(0)
    inputs, targets = (torch.randint(7, (8, 6), generator=draw) for _ in range(2))
    lengths = torch.tensor([6, 1, 6, 2, 1, 1, 5, 6])
    return inputs, targets.masked_fill(torch.arange(6) >= lengths[:, None], IGNORED)


def test_accuracy_and_loss_over_tokens_leave_padding_out() -> None:
    outputs, targets = torch.randn(8, 6, 7), tokens_and_targets()[1]
    kept = [(outputs[i, j], targets[i, j]) for i in range(8) for j in range(6) if targets[i, j] != IGNORED]
    assert counted(targets) == len(kept) == 28
    right = sum(bool(scores.argmax() == target) for scores, target in kept) / len(kept)
    assert accuracy(outputs, targets) == pytest.approx(right)
    losses = [-scores.log_softmax(0)[target] for scores, target in kept]
    assert float(token_cross_entropy(outputs, targets)) == pytest.approx(float(torch.stack(losses).mean()))
    assert accuracy(torch.eye(3), torch.tensor([0, 1, 1])) == pytest.approx(2 / 3)


@pytest.mark.parametrize("summed", [False, True])
def test_micro_batches_give_the_gradient_of_the_whole_batch(summed: bool) -> None:
    inputs, targets = tokens_and_targets()
    model = nn.Sequential(nn.Embedding(7, 5), nn.Linear(5, 7))
    gradients = []
    for parts in (1, 4):
        twin = copy.deepcopy(model)
        batches: DataLoader[tuple[Tensor, ...]] = DataLoader(TensorDataset(inputs, targets), 8)

        def loss(outputs: Tensor, targets: Tensor) -> Tensor:
            mean = token_cross_entropy(outputs, targets)
            return mean * counted(targets) if summed else mean

        optimizer = torch.optim.SGD(twin.parameters(), lr=0.0)
        trial = Trial(twin, optimizer, batches, batches, loss, epochs=1, accumulate=parts, summed=summed)
        row = train_step(trial, inputs, targets)
        gradients.append((row["loss"], row["acc"], torch.cat([p.grad.flatten() for p in twin.parameters()])))  # type: ignore[union-attr]
    assert gradients[0][:2] == pytest.approx(gradients[1][:2])
    assert torch.allclose(gradients[0][2], gradients[1][2], atol=1e-6)


@pytest.mark.parametrize("precision", ["bf16", "fp16"])
def test_a_run_in_mixed_precision_learns_as_in_full(precision: Precision) -> None:
    full, mixed = fit(healthy_trial(SMALL)), fit(replace(healthy_trial(SMALL), precision=precision))
    assert values(mixed, "val_loss")[-1] == pytest.approx(values(full, "val_loss")[-1], rel=0.3)
    assert values(mixed, "train_loss") != values(full, "train_loss")


def test_an_overflow_halves_the_loss_scale_and_skips_the_step() -> None:
    trial = replace(healthy_trial(SMALL), precision="fp16")
    trial.loss = lambda outputs, targets: 50 * nn.functional.cross_entropy(outputs, targets)
    trial.optimizer.param_groups[0]["lr"] /= 50
    trial.schedule = torch.optim.lr_scheduler.LinearLR(trial.optimizer, 0.1, total_iters=1000)
    trial.schedule_per_step = True
    run = fit(trial)
    scale, norm, rate = (np.array(values(run, name)) for name in ("loss_scale", "grad_norm", "lr"))
    skipped = np.flatnonzero(~np.isfinite(norm))
    assert scale[0] == 65536
    assert 1 <= len(skipped) <= 12
    assert np.array_equal(np.flatnonzero(np.diff(scale) < 0), skipped)
    assert (scale[skipped + 1] == scale[skipped] / 2).all()
    assert np.array_equal(np.flatnonzero(np.diff(rate) == 0), skipped)  # the schedule waits too
    assert run.pick("loss_scale") is not None


def test_a_complete_checkpoint_changes_nothing_and_an_incomplete_one_does() -> None:
    world = replace(SMALL, optimizer="adam")
    straight = values(fit(healthy_trial(world)), "train_loss")
    half = len(straight) // 2
    for missing in (None, "model", "optimizer", "order"):
        saved = [part for part in PARTS if part != missing]
        resumed = values(fit(replace(healthy_trial(world), resume_after=2, saved=saved)), "train_loss")
        assert resumed[:half] == straight[:half]
        assert (resumed[half:] == straight[half:]) == (missing is None), missing


def test_a_resumed_schedule_goes_on() -> None:
    def with_schedule() -> Trial:
        trial = healthy_trial(SMALL)
        trial.schedule = torch.optim.lr_scheduler.CosineAnnealingLR(trial.optimizer, T_max=4)
        return trial

    rates = values(fit(with_schedule()), "lr")
    assert values(fit(replace(with_schedule(), resume_after=2)), "lr") == rates
    parts = [part for part in PARTS if part not in ("schedule", "optimizer")]
    forgotten = values(fit(replace(with_schedule(), resume_after=2, saved=parts)), "lr")
    assert forgotten == rates[: len(rates) // 2] * 2


def test_validation_every_n_steps() -> None:
    trial = replace(healthy_trial(SMALL), validate_every=3)
    run = fit(trial)
    per_epoch, val = len(trial.train), run.pick("val_loss")
    assert val is not None
    assert val.step is not None
    assert list(val.step) == list(range(3, 4 * per_epoch + 1, 3))
    seen = by_epoch(run).pick("val_loss")
    assert seen is not None
    assert seen.epoch is not None
    ends = [max(s for s in val.step if s <= e * per_epoch) for e in (1, 2, 3, 4)]
    assert list(seen.epoch) == [1, 2, 3, 4]
    assert list(seen.values) == [val.values[list(val.step).index(end)] for end in ends]


def test_further_series_are_logged_for_both_sets() -> None:
    trial = replace(healthy_trial(SMALL), extra={"largest": lambda outputs, _: float(outputs.max())})
    run = fit(trial)
    assert len(values(run, "largest")) == 4 * len(trial.train)
    assert values(run, "val_largest")[-1] == pytest.approx(validation_means(trial)["largest"])
    assert all(s.role == "other" for s in run.series if "largest" in s.name)


def test_a_run_can_be_stopped_and_told_of_each_epoch() -> None:
    begun: list[int] = []
    trial = replace(
        healthy_trial(SMALL),
        before_epoch=lambda _, epoch: begun.append(epoch),
        stop_when=lambda _: len(begun) == 2,
    )
    assert len(values(fit(trial), "val_loss")) == 2
    assert begun == [0, 1]


@pytest.mark.slow
def test_two_processes_train_as_one_does() -> None:
    world = replace(World.draw_workload(3, ["cnn_digits"]), schedule="cosine", precision="fp32", epochs=3)
    run, alone = fit_distributed(partial(healthy_trial, world)), fit(healthy_trial(world))
    assert values(run, "lr") == pytest.approx(values(alone, "lr"))
    assert values(run, "val_loss")[-1] == pytest.approx(values(alone, "val_loss")[-1], rel=0.3)
