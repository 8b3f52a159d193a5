"""Starting from somebody's weights: are they loaded, which part learns how fast, and what is forgotten."""

from __future__ import annotations

import copy
import math
from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn

from lossclinic_kb.lab import accuracy, load_task, mlp


def load_checked(model: nn.Module, state: Mapping[str, Tensor], fresh: Sequence[str]) -> list[str]:
    """Load `state` into `model`; parts whose names start with one of `fresh` may stay as they are."""
    # snippet: load | pytorch | Load weights and insist that they are loaded | 加载权重，并且确认真的加载了
    prefixes = ("module.", "_orig_mod.", "model.")  # DataParallel and DDP, torch.compile, Lightning
    clean = {}
    for key, value in state.items():
        while key.startswith(prefixes) and key not in model.state_dict():
            key = key.split(".", 1)[1]
        clean[key] = value
    clean = {key: value for key, value in clean.items() if not key.startswith(tuple(fresh))}
    missing, unexpected = model.load_state_dict(clean, strict=False)  # other shapes still raise
    wrong = [key for key in missing if not key.startswith(tuple(fresh))] + list(unexpected)
    if wrong:
        raise ValueError(f"not loaded: {wrong[:5]}")
    # end snippet
    return list(missing)


def freeze(model: nn.Module, head: nn.Module) -> list[nn.Parameter]:
    """Freeze all of `model` but `head`; return what an optimiser should get."""
    # snippet: freeze | pytorch | Freeze the body, statistics included | 冻结主干，统计量也要冻住
    model.requires_grad_(False)
    head.requires_grad_(True)
    model.eval()  # after every model.train(): else batch normalisation and dropout go on in the body
    head.train()
    learning = [p for p in model.parameters() if p.requires_grad]
    share = sum(p.numel() for p in learning) / sum(p.numel() for p in model.parameters())
    assert 0 < share < 1, f"{share:.1%} of the weights learn"
    # end snippet
    return learning


def layer_wise(layers: Sequence[nn.Module], lr: float, decay: float = 0.8) -> torch.optim.AdamW:
    """Return an optimiser; `layers` from the input to the head."""
    # snippet: rates | pytorch | A lower rate the nearer the input | 越靠近输入，学习率越小
    depth = len(layers) - 1
    groups = [
        {"params": list(layer.parameters()), "lr": lr * decay ** (depth - number)}
        for number, layer in enumerate(layers)  # the head, last, gets lr itself
    ]
    optimizer = torch.optim.AdamW(groups, lr=lr, weight_decay=0.01)
    # end snippet
    return optimizer  # noqa: RET504 - the snippet names it


# snippet: lora | pytorch | LoRA by hand: a small product beside a frozen layer | 手写 LoRA：冻结的层旁边加一个小乘积
class LoRA(nn.Module):
    """A linear layer whose weights stay, with a learned update of low rank."""

    def __init__(self, layer: nn.Linear, rank: int = 8, alpha: float = 16.0) -> None:
        super().__init__()
        self.layer = layer.requires_grad_(False)
        self.a = nn.Parameter(torch.randn(rank, layer.in_features) / math.sqrt(layer.in_features))
        self.b = nn.Parameter(torch.zeros(layer.out_features, rank))  # 0: starts as the old layer
        self.scale = alpha / rank

    def forward(self, x: Tensor) -> Tensor:
        """Return the layer's outputs plus the update, shape (..., out_features)."""
        return self.layer(x) + self.scale * (x @ self.a.T) @ self.b.T  # type: ignore[no-any-return]


# end snippet


def kept(old: nn.Module, new: nn.Module, inputs: Tensor, targets: Tensor) -> tuple[float, float, float]:
    """Return the old and the new accuracy on the old task, and how far the weights moved."""
    # snippet: kept | pytorch | What is left of the old task, and how far did the weights go? | 旧任务还剩多少，权重走了多远
    with torch.no_grad():
        before, after = ((m.eval()(inputs).argmax(-1) == targets).float().mean().item() for m in (old, new))
        start = torch.cat([p.flatten() for p in old.parameters()])
        end = torch.cat([p.flatten() for p in new.parameters()])
        moved = ((end - start).norm() / start.norm()).item()
    # end snippet
    return before, after, moved


def shifted(x: Tensor) -> Tensor:
    """Return the digits moved one pixel to the right: the new domain; shape (n, 64) unchanged."""
    return x.view(-1, 8, 8).roll(1, 2).flatten(1)


def pretrained(classes: int = 10) -> nn.Sequential:
    """Return a network trained on the digits below `classes`."""
    torch.manual_seed(0)
    task = load_task("digits")
    model, known = mlp(task, 64, 2), task.y < classes
    train(model, task.x[known], task.y[known], torch.optim.AdamW(model.parameters(), lr=3e-3), 200)
    return model


def train(
    model: nn.Module, x: Tensor, y: Tensor, optimizer: torch.optim.Optimizer, steps: int = 100
) -> list[float]:
    """Train on batches of 64; return the losses."""
    order = torch.Generator().manual_seed(1)
    losses = []
    for _ in range(steps):
        pick = torch.randint(len(x), (64,), generator=order)
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(x[pick]), y[pick])
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def exercise() -> None:
    """Run every snippet; the assertions are what the guide claims."""
    base = pretrained()
    _loading(base)
    _rates(base)
    _less_of_it(base)
    _forgetting()


def _loading(base: nn.Sequential) -> None:
    task = load_task("digits")
    saved = {"module." + key: value for key, value in base.state_dict().items()}
    model = mlp(task, 64, 2)
    assert load_checked(model, saved, ()) == []
    assert torch.equal(model(task.x_val), base(task.x_val))
    assert load_checked(mlp(task, 64, 2), saved, ("4.",)) == ["4.weight", "4.bias"]
    for other in ({"encoder." + key: value for key, value in saved.items()}, {}):
        try:
            load_checked(mlp(task, 64, 2), other, ())
        except ValueError:
            continue
        raise AssertionError("nothing was loaded, and nothing said so")
    silent = mlp(task, 64, 2).load_state_dict(saved, strict=False)  # PyTorch itself loads nothing here
    assert len(silent.missing_keys) == len(base.state_dict())


def _rates(base: nn.Sequential) -> None:
    task = load_task("digits")
    x, y, x_val = shifted(task.x[:100]), task.y[:100], shifted(task.x_val)
    new: dict[float, float] = {}
    old: dict[float, float] = {}
    moved: dict[float, float] = {}
    for lr in (1e-1, 3e-3, 1e-3, 1e-4, 1e-5):
        model = copy.deepcopy(base)
        losses = train(model, x, y, torch.optim.AdamW(model.parameters(), lr=lr))
        new[lr] = accuracy(model(x_val), task.y_val)
        before, old[lr], moved[lr] = kept(base, model, task.x_val, task.y_val)
        assert before > 0.97
        if lr == 1e-1:
            assert max(losses) > 5 * losses[0]
    assert new[3e-3] > 0.85 > 0.75 > new[1e-4] > 0.6 > new[1e-5]
    assert new[1e-1] < 0.8
    assert 0.85 < new[1e-3] < 0.91
    assert 0.9 < old[1e-3] < 0.95
    assert old[1e-1] < 0.4 < 0.8 < old[3e-3] < 0.9 < 0.97 < old[1e-4]
    assert moved[1e-1] > 3 > 0.4 > moved[3e-3] > 0.1 > moved[1e-4]
    torch.manual_seed(5)
    fresh = mlp(task, 64, 2)
    losses = train(fresh, x, y, torch.optim.AdamW(fresh.parameters(), lr=1e-4))
    assert losses[-1] > 2
    assert accuracy(fresh(x_val), task.y_val) < 0.45


def _less_of_it(base: nn.Sequential) -> None:
    task = load_task("digits")
    x, y, x_val = shifted(task.x[:100]), task.y[:100], shifted(task.x_val)
    model = copy.deepcopy(base)
    train(model, x, y, torch.optim.AdamW(freeze(model, model[4]), lr=1e-3))
    assert 0.6 < accuracy(model(x_val), task.y_val) < 0.75
    first, same = next(model.parameters()), next(base.parameters())
    assert torch.equal(first, same)
    norm = nn.Sequential(nn.BatchNorm1d(64), copy.deepcopy(base)).requires_grad_(False)
    before = norm.state_dict()["0.running_mean"].clone()
    norm(x)
    assert not torch.equal(before, norm.state_dict()["0.running_mean"])  # frozen, and moving all the same
    model = copy.deepcopy(base)
    optimizer = layer_wise([model[0], model[2], model[4]], 1e-3, 0.5)
    assert [group["lr"] for group in optimizer.param_groups] == [2.5e-4, 5e-4, 1e-3]
    train(model, x, y, optimizer)
    assert kept(base, model, task.x_val, task.y_val)[1] > 0.92
    model = copy.deepcopy(base).requires_grad_(False)
    model[0], model[2] = (LoRA(layer, 4) for layer in (model[0], model[2]) if isinstance(layer, nn.Linear))
    assert torch.equal(model(x), base(x))
    learning = [p for p in model.parameters() if p.requires_grad]
    assert sum(p.numel() for p in learning) < 0.12 * sum(p.numel() for p in base.parameters())
    train(model, x, y, torch.optim.AdamW(learning, lr=3e-3))
    assert accuracy(model(x_val), task.y_val) > 0.8


def _forgetting() -> None:
    task, base = load_task("digits"), pretrained(classes=5)
    first, first_val = task.y < 5, task.y_val < 5
    x, y = task.x[~first], task.y[~first]
    share = len(x) // 4
    mixed = torch.cat([x, task.x[first][:share]]), torch.cat([y, task.y[first][:share]])
    left = {}
    for name, data in (("new", (x, y)), ("mixed", mixed)):
        model = copy.deepcopy(base)
        train(model, *data, torch.optim.AdamW(model.parameters(), lr=3e-3), 150)
        left[name] = kept(base, model, task.x_val[first_val], task.y_val[first_val])[1]
        assert accuracy(model(task.x_val[~first_val]), task.y_val[~first_val]) > 0.95
    assert left["new"] == 0
    assert left["mixed"] > 0.88
