"""Layers that should learn and cannot: `requires_grad` left off, or a forward pass under `no_grad`."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from lossclinic_kb.lab import Trial, World, healthy_trial

WORKLOADS = (
    "segmentation",
    "cnn_digits",
    "tabular",
    "char_rnn",
    "markov_language",
    "sequence_classification",
)


def broken(world: World) -> Trial:
    """Freeze the body with `no_grad` or `requires_grad`; every third seed thaws nothing but the last bias."""
    trial = healthy_trial(world)
    *body, head = trial.model.children()
    if world.seed % 3 == 1:
        for layer in body:
            layer.forward = torch.no_grad()(layer.forward)
    elif world.seed % 3 == 2:
        trial.model.requires_grad_(False)
        list(head.parameters())[-1].requires_grad_()
    else:
        for layer in body:
            layer.requires_grad_(False)
    return trial


def cured(world: World) -> Trial:
    return healthy_trial(world)


def frozen(
    model: nn.Module, inputs: Tensor, targets: Tensor, loss_fn: Callable[[Tensor, Tensor], Tensor]
) -> tuple[float, list[str], list[str]]:
    """Return the trainable share of the weights, the frozen ones, and those that no gradient reaches all the same."""
    # snippet: confirm | pytorch | What can learn, and what does a gradient reach? | 哪些能学，哪些收到了梯度
    total = sum(p.numel() for p in model.parameters())
    share = sum(p.numel() for p in model.parameters() if p.requires_grad) / total
    frozen = [name for name, p in model.named_parameters() if not p.requires_grad]
    model.zero_grad(set_to_none=True)
    loss_fn(model(inputs), targets).backward()
    unreached = [name for name, p in model.named_parameters() if p.requires_grad and p.grad is None]
    # frozen: requires_grad is off. unreached: they run under no_grad() or inference_mode(), or are cut off.
    # end snippet
    return share, frozen, unreached


def thawed(model: nn.Sequential) -> torch.optim.Optimizer:
    """Let every layer but the first learn, the old ones more slowly than the head."""
    # snippet: fix | pytorch | Thaw by name, then build the optimiser | 按名字解冻，然后再建优化器
    model.requires_grad_(True)
    model[0].requires_grad_(False)  # name what stays frozen, not what learns
    head = list(model[-1].parameters())
    ids = {id(p) for p in head}
    body = [p for p in model.parameters() if p.requires_grad and id(p) not in ids]
    optimizer = torch.optim.AdamW([{"params": body, "lr": 1e-5}, {"params": head, "lr": 1e-3}])
    # end snippet
    return optimizer  # noqa: RET504 - the snippet names it


def new_head(model: nn.Sequential, width: int, classes: int) -> None:
    """Freeze `model` and give it a last layer that learns."""
    # snippet: fix_head | pytorch | Freeze first, replace afterwards | 先冻结，后换头
    model.requires_grad_(False)
    model[-1] = nn.Linear(width, classes)  # what is made after the freeze can learn
    # end snippet


def features(backbone: nn.Module, images: Tensor, *, trains: bool) -> Tensor:
    """Return the features of `images`, with a graph if the backbone is to learn."""
    # snippet: fix_no_grad | pytorch | no_grad only where nothing is to learn | 只有不训练时才 no_grad
    with torch.set_grad_enabled(trains):  # instead of a fixed torch.no_grad()
        features: Tensor = backbone(images)
    # end snippet
    return features


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    trial = healthy_trial(World())
    inputs, targets = next(iter(trial.train))
    names = [name for name, _ in trial.model.named_parameters()]
    assert frozen(trial.model, inputs, targets, trial.loss) == (1.0, [], [])
    share, off, unreached = frozen(broken(World()).model, inputs, targets, trial.loss)
    assert 0 < share < 0.2
    assert (off, unreached) == (names[:-2], [])
    share, off, unreached = frozen(broken(World(seed=1)).model, inputs, targets, trial.loss)
    assert share == 1.0
    assert (off, unreached) == ([], names[:-2])

    model = broken(World()).model
    assert isinstance(model, nn.Sequential)
    optimizer = thawed(model)
    held = [p for group in optimizer.param_groups for p in group["params"]]
    assert len(held) == len(names) - 2
    new_head(model, 64, 10)
    assert frozen(model, inputs, targets, trial.loss)[1] == names[:-2]
    assert features(trial.model, inputs, trains=True).requires_grad
    assert not features(trial.model, inputs, trains=False).requires_grad
