"""Hidden units pushed so far below zero that no sample wakes them, and units that leak."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from lossclinic_kb.lab import Trial, World, healthy_trial, load_task, mlp, train_step
from lossclinic_kb.lab.trial import Scores

WORKLOADS = ("tabular", "tabular_regression")


def broken(world: World) -> Trial:
    trial = healthy_trial(world)
    if world.seed % 2 == 0:
        _push_below_zero(trial.model, by=4.0 if world.seed % 4 == 0 else 2.0)
    else:
        _push_on_the_way(trial, world)
    return trial


def cured(world: World) -> Trial:
    task = load_task(world.task, world.seed)
    torch.manual_seed(world.seed)
    trial = healthy_trial(world, task=task, model=mlp(task, world.width, world.depth, nn.LeakyReLU))
    trial.clip_norm = 1.0
    return trial


def _push_below_zero(model: nn.Module, by: float, share: float = 1.0) -> None:
    """Lower the bias of `share` of the hidden units, as a careless start or one oversized update does."""
    linear = [module for module in model.modules() if isinstance(module, nn.Linear)]
    with torch.no_grad():
        for layer in linear[:-1]:
            layer.bias.sub_(by * (torch.arange(len(layer.bias)) < share * len(layer.bias)))


def _push_on_the_way(trial: Trial, world: World) -> None:
    """Let one update in the first third of the run be oversized: the units die with it, all or nearly all."""
    steps = len(trial.train) * world.epochs
    fatal = 2 + int(steps * (0.05 + 0.3 * ((world.seed * 7) % 10) / 10))
    share = 1.0 if world.seed % 4 == 1 else 0.97
    done = 0

    def step(trial: Trial, inputs: Tensor, targets: Tensor) -> Scores:
        nonlocal done
        done += 1
        row = train_step(trial, inputs, targets)
        if done == fatal:
            _push_below_zero(trial.model, by=20.0, share=share)
        return row

    trial.train_step = step


def share_of_dead_units(model: nn.Module, inputs: Tensor) -> dict[str, float]:
    """Return for each ReLU module the share of its units that are zero for all of `inputs`."""
    # snippet: confirm | pytorch | The share of units that are zero for every sample | 对所有样本都输出 0 的神经元占多少
    relus = {module: name for name, module in model.named_modules() if isinstance(module, nn.ReLU)}
    dead = {}

    def watch(module: nn.ReLU, _args: object, output: Tensor) -> None:
        units = output.transpose(0, 1).flatten(1)  # (batch, units, ...) -> (units, all the rest)
        dead[relus[module]] = (units <= 0).all(dim=1).float().mean().item()

    hooks = [module.register_forward_hook(watch) for module in relus]
    with torch.no_grad():
        model(inputs)  # one large batch, a few hundred samples
    for hook in hooks:
        hook.remove()
    # F.relu inside forward() is not seen, only nn.ReLU modules are.
    # Half or more in one layer is a fault; 1.0 in any layer cuts everything below it off.
    # end snippet
    return dead


def revived(model: nn.Module) -> None:
    """Replace every ReLU of `model` and draw its weights anew."""
    # snippet: fix | pytorch | Units that leak, and a fresh start for weights and biases | 换成会“漏”的激活，权重和偏置重新初始化
    for module in list(model.modules()):
        for name, child in module.named_children():
            if isinstance(child, nn.ReLU):
                setattr(module, name, nn.LeakyReLU(0.01))
        if isinstance(module, nn.Linear | nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
            if module.bias is not None:
                nn.init.zeros_(module.bias)
    # Replace F.relu inside forward() by hand. Train again from here, with a third of the rate and clipping.
    # end snippet


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    world = World()
    trial = broken(world)
    inputs, targets = next(iter(trial.train))
    assert min(share_of_dead_units(trial.model, inputs).values()) == 1.0
    assert max(share_of_dead_units(healthy_trial(world).model, inputs).values()) < 0.5
    train_step(trial, inputs, targets)
    grads = {name: p.grad for name, p in trial.model.named_parameters()}
    moved = [name for name, grad in grads.items() if grad is not None and float(grad.abs().max()) > 0]
    assert moved == ["4.bias"]  # nothing but the last bias still learns

    revived(trial.model)
    assert share_of_dead_units(trial.model, inputs) == {}
    train_step(trial, inputs, targets)
    assert all(p.grad is not None and float(p.grad.abs().max()) > 0 for p in trial.model.parameters())
