"""A network that knows some classes goes on with new ones alone; and with the old ones among them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import torch
from torch import Tensor, nn
from torch.utils.data import ConcatDataset, DataLoader, Subset, TensorDataset

from lossclinic_kb.lab import Scores, Trial, World, evaluate, fit, healthy_trial, optimizer_for
from lossclinic_kb.lab.samples import on_samples, samples_of
from lossclinic_kb.lab.workloads.build import Samples

WORKLOADS: tuple[str, ...] = ("tabular", "cnn_digits", "sequence_classification")

SLOWER = 0.2  # of the rate from scratch: a usual rate for fine-tuning
VALIDATIONS = 20


def broken(world: World) -> Trial:
    trial = _knows_the_old(world)
    return on_samples(trial, _of(trial, samples_of(trial.train), new=True))


def cured(world: World) -> Trial:
    return _knows_the_old(world)


def _knows_the_old(world: World) -> Trial:
    """Return a training on all classes of a network that knows the first half; validated on that half."""
    before = healthy_trial(world)
    before.schedule, before.optimizer = None, optimizer_for(world, before.model)
    before.epochs = (before.epochs + 1) // 2
    old = _of(before, samples_of(before.train), new=False)
    fit(on_samples(before, old))
    trial = healthy_trial(world)
    trial.model.load_state_dict(before.model.state_dict())
    trial.optimizer = optimizer_for(world, trial.model, lr=SLOWER * world.lr)
    trial.schedule = None
    trial.facts["pretrained"] = True
    trial.validate_every = max(1, trial.epochs * len(trial.train) // VALIDATIONS)
    val = samples_of(trial.val)
    both = on_samples(trial, samples_of(trial.train), _of(trial, val, new=False))
    new_task = on_samples(trial, samples_of(trial.train), _of(trial, val, new=True)).val

    def evaluate_both(running: Trial) -> Scores:
        new = evaluate(replace(running, val=new_task))
        return {**evaluate(running), "new_loss": new["loss"], "new_acc": new["acc"]}

    both.evaluate = evaluate_both
    return both


def _of(trial: Trial, samples: Samples, *, new: bool) -> Samples:
    inputs, targets = samples
    classes = trial.facts["classes"]
    assert isinstance(classes, int)
    kept = (targets >= (classes + 1) // 2) == new
    return inputs[kept], targets[kept]


def old_task_before_and_after(
    model: nn.Module, validate_old: Callable[[nn.Module], float], fine_tune: Callable[[nn.Module], None]
) -> tuple[float, float]:
    """Return the score on the old task before and after fine-tuning."""
    # snippet: confirm | pytorch | The old task, before and after | 微调前后各测一次原来的任务
    before = validate_old(model)  # the pretrained weights, untouched
    fine_tune(model)
    after = validate_old(model)
    # Better on the new task and much worse here: it has forgotten. Log this score at every validation.
    # end snippet
    return before, after


def with_replay(
    model: nn.Module, new_set: TensorDataset, old_set: TensorDataset, usual_lr: float, epochs: int
) -> None:
    """Fine-tune on new samples with old ones among them."""
    loader: DataLoader[tuple[Tensor, ...]]
    # snippet: fix | pytorch | Old samples among the new ones, a tenth of the rate | 新数据里掺旧数据，学习率降到十分之一
    chosen = torch.randperm(len(old_set))[: len(new_set) // 4].tolist()  # one old sample for four new ones
    loader = DataLoader(ConcatDataset([new_set, Subset(old_set, chosen)]), batch_size=32, shuffle=True)
    optimizer = torch.optim.AdamW(model.parameters(), lr=usual_lr / 10)  # usual: the rate from scratch
    for _ in range(epochs):
        for inputs, targets in loader:
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(inputs), targets).backward()
            optimizer.step()
    # end snippet


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    world = World(epochs=4)
    ill = broken(world)

    def validate_old(model: nn.Module) -> float:
        return evaluate(replace(ill, model=model))["acc"]

    def forgetful(model: nn.Module) -> None:
        fit(replace(ill, model=model))

    before, after = old_task_before_and_after(ill.model, validate_old, forgetful)
    assert before > 0.95
    assert after < 0.3

    again = cured(world)
    whole: tuple[Tensor, Tensor] = samples_of(again.train)
    new, old = (TensorDataset(*_of(again, whole, new=new)) for new in (True, False))

    def careful(model: nn.Module) -> None:
        with_replay(model, new, old, usual_lr=1e-2, epochs=8)

    _, kept = old_task_before_and_after(again.model, validate_old, careful)
    assert kept > 0.85
