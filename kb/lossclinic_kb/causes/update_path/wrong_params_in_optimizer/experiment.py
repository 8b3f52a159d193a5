"""An optimiser that holds the network from before it was rebuilt, or the head alone; and one that holds all."""

from __future__ import annotations

import copy
from dataclasses import replace

import torch
from torch import Tensor, nn

from lossclinic_kb.lab import Trial, World, fit, healthy_trial

WORKLOADS = ("cnn_digits", "tabular", "segmentation", "char_rnn", "markov_language", "fine_tuning")


def broken(world: World) -> Trial:
    """Even seeds rebuild the network after the optimiser was made; odd ones gave it only the last layer.

    A gradient scaler refuses to step an optimiser without gradients: what goes on in silence is full precision.
    """
    trial = healthy_trial(replace(world, precision="fp32"))
    if world.seed % 2:
        *_, head = trial.model.children()
        trial.optimizer.param_groups[0]["params"] = list(head.parameters())
    else:
        trial.model = copy.deepcopy(trial.model)
    return trial


def cured(world: World) -> Trial:
    return healthy_trial(replace(world, precision="fp32"))


def coverage(model: nn.Module, optimizer: torch.optim.Optimizer) -> tuple[list[str], int]:
    """Return the trainable parameters that `optimizer` does not hold, and how many of others it holds."""
    # snippet: confirm | pytorch | Does the optimiser hold what the model trains? | 优化器里的参数和模型对得上吗
    held = {id(p) for group in optimizer.param_groups for p in group["params"]}
    missing = [name for name, p in model.named_parameters() if p.requires_grad and id(p) not in held]
    strangers = len(held - {id(p) for p in model.parameters()})
    # Right: [] and 0. All missing, as many strangers: the optimiser holds an earlier version of the model.
    # For a model wrapped in DDP, FSDP or torch.compile, ask the wrapped one.
    # end snippet
    return missing, strangers


def rebuilt(model: nn.Sequential, width: int, classes: int, device: str) -> torch.optim.Optimizer:
    """Give `model` a new last layer; return an optimiser that knows of it."""
    # snippet: fix | pytorch | Layers first, device second, optimiser last | 先改完网络，再搬设备，最后建优化器
    model[-1] = nn.Linear(width, classes)  # every replaced head, resized embedding, adapter
    model.to(device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)  # only now; the scheduler after it
    # end snippet
    return optimizer  # noqa: RET504 - the snippet names it


def joined(optimizer: torch.optim.Optimizer, new_layer: nn.Module) -> None:
    """Hand the parameters of `new_layer` to a running optimiser."""
    # snippet: fix_add | pytorch | A layer that joins while training runs | 训练途中新加的层
    optimizer.add_param_group({"params": list(new_layer.parameters()), "lr": 1e-3})
    # The state of the others (momentum, Adam's averages) stays as it is. Build the scheduler anew.
    # end snippet


class Tower(nn.Module):
    """A stack of layers, kept where `parameters()` finds them."""

    def __init__(self, width: int, depth: int) -> None:
        super().__init__()
        # snippet: fix_list | pytorch | Layers in a list that parameters() can see | 用 parameters() 看得到的容器存放子层
        self.layers = nn.ModuleList(nn.Linear(width, width) for _ in range(depth))  # in __init__
        # A Python list or dict hides them from parameters(), from .to() and from state_dict().
        # end snippet

    def forward(self, x: Tensor) -> Tensor:
        """Return features, of the shape of `x`."""
        for layer in self.layers:
            x = layer(x).relu()
        return x


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    stale = broken(World(epochs=1))
    names = [name for name, _ in stale.model.named_parameters()]
    assert coverage(stale.model, stale.optimizer) == (names, len(names))
    before = copy.deepcopy(stale.model.state_dict())
    norms = fit(stale).pick("grad_norm")
    assert norms is not None
    assert all(torch.equal(before[name], weight) for name, weight in stale.model.state_dict().items())
    assert norms.values[-1] > 5 * norms.values[0]  # zero_grad() of the optimiser does not clear them

    head_only = broken(World(seed=1))
    missing, strangers = coverage(head_only.model, head_only.optimizer)
    assert len(missing) == len(names) - 2
    assert strangers == 0
    whole = cured(World())
    assert coverage(whole.model, whole.optimizer) == ([], 0)

    assert isinstance(whole.model, nn.Sequential)
    optimizer = rebuilt(whole.model, 64, 3, "cpu")
    assert coverage(whole.model, optimizer) == ([], 0)
    whole.model.append(nn.Linear(3, 3))
    assert len(coverage(whole.model, optimizer)[0]) == 2
    joined(optimizer, whole.model[-1])
    assert coverage(whole.model, optimizer) == ([], 0)

    tower = Tower(4, 3)
    assert len(list(tower.parameters())) == 6
    assert tower(torch.ones(2, 4)).shape == (2, 4)
    kept = [id(p) for p in tower.parameters()]
    tower.to(torch.float64)
    assert [id(p) for p in tower.parameters()] == kept  # moving a module keeps its parameters
