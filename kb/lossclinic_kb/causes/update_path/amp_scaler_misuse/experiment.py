"""Mixed precision with a loss scaler whose steps come in the wrong order, or twice; and in the right one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import torch
from torch import Tensor, nn

from lossclinic_kb.lab import Scores, Trial, World, gradient_norm, healthy_trial
from lossclinic_kb.lab.steps import backward, step, unscale

WORKLOADS = (
    "cnn_digits",
    "tabular",
    "regression_friedman",
    "regression_drawn",
    "segmentation",
    "sequence_classification",
)

CLIP = 1.0
DOUBLINGS = 8  # of the loss scale per run: real runs, of 2000 steps to each, have more


def broken(world: World) -> Trial:
    """SGD is clipped before the scale is taken out, or never rid of it; adaptive optimisers step twice."""
    trial = cured(world)
    if world.optimizer != "sgd":
        trial.train_step = _steps_twice
    else:
        trial.train_step = _steps_on_scaled_gradients if world.seed % 3 == 1 else _clips_before_unscaling
    return trial


def cured(world: World) -> Trial:
    trial = healthy_trial(replace(world, precision="fp16"))
    trial.precision = "fp16"
    trial.clip_norm = CLIP
    steps = trial.epochs * len(trial.train)
    trial.scaler = torch.amp.GradScaler(trial.device, growth_interval=max(10, steps // DOUBLINGS))
    return trial


def _clips_before_unscaling(trial: Trial, inputs: Tensor, targets: Tensor) -> Scores:
    trial.optimizer.zero_grad()
    outputs, loss = backward(trial, inputs, targets)
    norm = float(
        nn.utils.clip_grad_norm_(trial.model.parameters(), CLIP)
    )  # of gradients 65536 times too large
    scale = unscale(trial)
    step(trial)
    return {**trial.scores(outputs, targets, loss, norm), **scale}


def _steps_on_scaled_gradients(trial: Trial, inputs: Tensor, targets: Tensor) -> Scores:
    trial.optimizer.zero_grad()
    outputs, loss = backward(trial, inputs, targets)
    norm = gradient_norm(trial.model)
    trial.optimizer.step()  # past the scaler, which would have divided
    return trial.scores(outputs, targets, loss, norm)


def _steps_twice(trial: Trial, inputs: Tensor, targets: Tensor) -> Scores:
    trial.optimizer.zero_grad()
    outputs, loss = backward(trial, inputs, targets)
    scale = unscale(trial)
    norm = gradient_norm(trial.model)
    nn.utils.clip_grad_norm_(trial.model.parameters(), CLIP)
    step(trial)  # leaves out a step whose gradients overflowed
    trial.optimizer.step()  # does not
    return {**trial.scores(outputs, targets, loss, norm), **scale}


def norms(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    scaler: torch.amp.GradScaler,
    inputs: Tensor,
    targets: Tensor,
    loss_fn: Callable[[Tensor, Tensor], Tensor],
) -> tuple[float, float]:
    """Return the gradient norm before and after the scale is taken out."""
    # snippet: confirm | pytorch | The norm that you clip, and the true one | 裁剪时看到的范数，和真实的范数
    optimizer.zero_grad()
    scaler.scale(loss_fn(model(inputs), targets)).backward()
    scaled = torch.nn.utils.clip_grad_norm_(model.parameters(), float("inf")).item()  # only measures
    scaler.unscale_(optimizer)
    true = torch.nn.utils.clip_grad_norm_(model.parameters(), float("inf")).item()
    # scaled / true is scaler.get_scale(), 65536 at first. The norm in your log must be of the size of `true`.
    # end snippet
    scaler.update()
    return scaled, true


def trained(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    train_loader: list[tuple[Tensor, Tensor]],
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    device: str,
) -> float:
    """Train for one epoch in mixed precision; return the last loss."""
    # snippet: fix | pytorch | scale, unscale, clip, step, update: each once | scale、unscale、裁剪、step、update，各一次
    scaler = torch.amp.GradScaler(device)  # one for the whole run, saved with the checkpoint
    for inputs, targets in train_loader:
        optimizer.zero_grad()
        with torch.autocast(device, dtype=torch.float16):
            loss = loss_fn(model(inputs), targets)
        scaler.scale(loss).backward()
        scaler.unscale_(optimizer)  # once for each optimiser and step
        torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm=1.0)
        scaler.step(optimizer)  # instead of optimizer.step(), never both
        scaler.update()
    # end snippet
    return float(loss.detach())


def without_scaler(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    inputs: Tensor,
    targets: Tensor,
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    device: str,
) -> None:
    """Take one step in bfloat16."""
    # snippet: fix_bf16 | pytorch | bfloat16 needs no scaler at all | 用 bfloat16 就不需要 scaler
    with torch.autocast(device, dtype=torch.bfloat16):
        loss = loss_fn(model(inputs), targets)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm=1.0)
    optimizer.step()
    # end snippet


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    trial = healthy_trial(World(epochs=1))
    batches = [(inputs, targets) for inputs, targets in trial.train]
    inputs, targets = batches[0]
    scaler = torch.amp.GradScaler("cpu")
    scaled, true = norms(trial.model, trial.optimizer, scaler, inputs, targets, trial.loss)
    assert abs(scaled / true / 65536 - 1) < 1e-3

    start = trial.loss(trial.model(inputs), targets).item()
    short = batches[:8]
    trained(trial.model, trial.optimizer, short, trial.loss, "cpu")
    without_scaler(trial.model, trial.optimizer, inputs, targets, trial.loss, "cpu")
    assert trial.loss(trial.model(inputs), targets).item() < start

    overflow = broken(World(optimizer="adam"))
    overflow.scaler = torch.amp.GradScaler("cpu", init_scale=2.0**30)
    overflow.train_step(overflow, inputs, targets)
    assert not all(p.isfinite().all() for p in overflow.model.parameters())  # the second step took them
    skipped = cured(World(optimizer="adam"))
    skipped.scaler = torch.amp.GradScaler("cpu", init_scale=2.0**30)
    skipped.train_step(skipped, inputs, targets)
    assert all(p.isfinite().all() for p in skipped.model.parameters())
    assert skipped.scaler.get_scale() == 2.0**29
