"""Where a network stands before its first step: signal, gradients and loss, by depth, width and scheme."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from lossclinic_kb.lab import accuracy, load_task, mlp


def initialised(model: nn.Module) -> nn.Module:
    """Initialise `model` in place for ReLU and its kin, and return it."""

    # snippet: init | pytorch | Kaiming for ReLU layers, small embeddings, biases at zero | ReLU 层用 Kaiming，嵌入取小，偏置归零
    def init_weights(module: nn.Module) -> None:
        if isinstance(module, nn.Linear | nn.Conv1d | nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, nonlinearity="relu")  # variance 2 / fan_in
            # tanh: nn.init.xavier_normal_(module.weight, gain=5 / 3)
            if module.bias is not None:
                nn.init.zeros_(module.bias)
        elif isinstance(module, nn.Embedding):
            nn.init.normal_(module.weight, std=0.02)  # PyTorch's own is 1

    model.apply(init_weights)
    # end snippet
    return model


def start_at_the_shares(last: nn.Linear, targets: Tensor, classes: int) -> None:
    """Let the last layer begin with the shares of the classes; `targets` has shape (n,), int64."""
    # snippet: head | pytorch | A last layer that starts with the shares of the classes | 让最后一层从各类占比出发
    counts = torch.bincount(targets, minlength=classes).float()
    with torch.no_grad():
        last.weight.mul_(0.1)  # no opinion about any sample yet
        last.bias.copy_((counts.clamp(min=1) / counts.sum()).log())
    # end snippet


def signal(model: nn.Module, inputs: Tensor) -> list[float]:
    """Return the root mean square behind each activation of `model`."""
    # snippet: signal | pytorch | Does the signal keep its size through the layers? | 信号一层层传下去，大小还在吗
    sizes: list[float] = []

    def remember(_module: nn.Module, _inputs: tuple[Tensor, ...], output: Tensor) -> None:
        sizes.append(output.detach().float().square().mean().sqrt().item())

    kinds = (nn.ReLU, nn.GELU, nn.SiLU, nn.Tanh, nn.Sigmoid)
    hooks = [m.register_forward_hook(remember) for m in model.modules() if isinstance(m, kinds)]
    with torch.no_grad():
        model(inputs)
    for hook in hooks:
        hook.remove()
    # sizes: about the same all along is right; growing or shrinking by a factor per layer is not
    # end snippet
    return sizes


def reach(model: nn.Module, inputs: Tensor, targets: Tensor) -> float:
    """Return the gradient norm of the first layer over that of the last."""
    # snippet: reach | pytorch | How much of the gradient reaches the first layer? | 梯度传到第一层还剩多少
    model.zero_grad()
    nn.functional.cross_entropy(model(inputs), targets).backward()
    weights = [p for p in model.parameters() if p.dim() > 1]  # no biases
    norms = [0.0 if p.grad is None else p.grad.norm().item() for p in weights]
    share = norms[0] / max(norms[-1], 1e-30)  # 0.05 to 5 is ordinary; below 1e-3 the first layer starves
    # end snippet
    return float(share)


def distinct_units(layer: nn.Linear) -> int:
    """Return how many units of `layer` differ from each other."""
    # snippet: twins | pytorch | How many units of a layer differ at all? | 一层里真正不同的神经元有几个
    units = layer.weight.detach().flatten(1)  # one row a unit; look again after some steps
    different = torch.unique(units, dim=0)
    # len(different) == 1: the whole layer is one unit, however wide it is
    # end snippet
    return len(different)


def chain(depth: int, width: int, kind: str, activation: type[nn.Module] = nn.ReLU) -> nn.Sequential:
    """Return an untrained network for the digits; `kind` is "kaiming", "xavier", "default" or a number.

    A number is the standard deviation of all weights, or "=0.1" the value of all weights.
    """
    torch.manual_seed(0)
    model = mlp(load_task("digits"), width, depth, activation)
    for layer in model:
        if not isinstance(layer, nn.Linear) or kind == "default":
            continue
        nn.init.zeros_(layer.bias)
        if kind == "kaiming":
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
        elif kind == "xavier":
            nn.init.xavier_normal_(layer.weight)
        elif kind.startswith("="):
            nn.init.constant_(layer.weight, float(kind[1:]))
        else:
            nn.init.normal_(layer.weight, std=float(kind))
    return model


def trained(model: nn.Sequential, steps: int = 150) -> tuple[float, float, float]:
    """Train `model`; return its first and its last loss, and its accuracy in validation."""
    task = load_task("digits")
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    losses = []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(task.x), task.y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    with torch.no_grad():
        return losses[0], losses[-1], accuracy(model(task.x_val), task.y_val)


def exercise() -> None:
    """Run every snippet; the assertions are what the guide claims."""
    _signal_by_scheme()
    _depth_and_not_width()
    _equal_weights_stay_equal()
    _sigmoid_starves()
    _first_losses()


def _signal_by_scheme() -> None:
    x = load_task("digits").x[:256]
    kaiming = signal(chain(20, 256, "kaiming"), x)
    assert 0.5 < min(kaiming) <= max(kaiming) < 2
    assert len(kaiming) == 20
    large = signal(chain(20, 256, "0.2"), x)
    assert large[-1] > 1e6
    assert abs((large[-1] / large[0]) ** (1 / 19) / (0.2 * math.sqrt(128)) - 1) < 0.1
    small = signal(chain(20, 256, "0.02"), x)
    assert small[-1] < 1e-11
    model = chain(20, 256, "default")
    default = signal(model, x)
    assert 0.02 < default[9] < 0.05
    assert 0.02 < default[-1] < 0.05
    first, *_ = (layer for layer in model if isinstance(layer, nn.Linear))
    assert abs(first.weight.std().item() * math.sqrt(3 * first.in_features) - 1) < 0.05
    hidden = nn.Sequential(*list(model)[:-1])
    with torch.no_grad():
        spread = hidden(x).std(dim=0).mean() / hidden(x).square().mean().sqrt()
    assert spread < 1e-3  # all samples look alike


def _depth_and_not_width() -> None:
    task = load_task("digits")
    x, y = task.x[:256], task.y[:256]
    share = {(d, w): reach(chain(d, w, "default"), x, y) for d, w in ((2, 64), (10, 64), (20, 64))}
    assert share[2, 64] > 0.5
    assert 1e-3 < share[10, 64] < 1e-2
    assert share[20, 64] < 1e-5
    for width in (16, 512):
        assert 1e-3 < reach(chain(10, width, "default"), x, y) < 1e-2
        assert 0.05 < reach(chain(10, width, "kaiming"), x, y) < 5
    assert 0.1 < reach(chain(20, 64, "kaiming"), x, y) < 2
    assert signal(chain(10, 64, "0.05"), x)[-1] < 1e-5  # one number for all widths suits one width
    assert 0.5 < signal(chain(10, 1024, "0.05"), x)[-1] < 1
    assert reach(chain(10, 64, "xavier", nn.Sigmoid), x, y) < 1e-5
    assert 0.5 < reach(chain(10, 64, "xavier", nn.Tanh), x, y) < 2


def _equal_weights_stay_equal() -> None:
    model = chain(2, 64, "=0.05")
    trained(model)
    layers = [layer for layer in model if isinstance(layer, nn.Linear)]
    assert distinct_units(layers[0]) == distinct_units(layers[1]) == 1
    zeros = chain(2, 64, "=0.0")
    _, last, right = trained(zeros)
    assert last > 2.3
    assert right < 0.15
    assert all(not layer.weight.any() for layer in zeros if isinstance(layer, nn.Linear))
    assert distinct_units(layers[2]) > 1  # the targets tell the last layer's units apart
    good = chain(2, 64, "kaiming")
    assert trained(good)[2] > 0.95
    assert distinct_units(next(layer for layer in good if isinstance(layer, nn.Linear))) == 64


def _sigmoid_starves() -> None:
    _, last, _ = trained(chain(6, 64, "xavier", nn.Sigmoid))
    assert last > 2.29
    _, last, right = trained(chain(6, 64, "kaiming"))
    assert last < 0.01
    assert right > 0.94


def _first_losses() -> None:
    task = load_task("digits")
    assert trained(chain(2, 64, "1.0"), steps=1)[0] > 100
    model = initialised(mlp(task))
    assert isinstance(model, nn.Sequential)
    last = model[-1]
    assert isinstance(last, nn.Linear)
    kept = (task.y < 1) | (torch.arange(len(task.y)) % 20 == 0)  # zeros are by far the commonest
    x, y = task.x[kept], task.y[kept]
    shares = torch.bincount(y, minlength=10) / len(y)
    entropy = -(shares * shares.clamp_min(1e-9).log()).sum().item()
    before = nn.functional.cross_entropy(model(x), y).item()
    start_at_the_shares(last, y, 10)
    after = nn.functional.cross_entropy(model(x), y).item()
    assert before > entropy + 0.5
    assert abs(after - entropy) < 0.1
    for std, expected in ((1.0, 30.0), (0.02, 0.0)):
        table = nn.Embedding(1000, 256)
        nn.init.normal_(table.weight, std=std)
        hidden = nn.functional.layer_norm(torch.randn(64, 256), (256,))
        loss = nn.functional.cross_entropy(hidden @ table.weight.T, torch.randint(1000, (64,))).item()
        assert loss > expected if expected else abs(loss - math.log(1000)) < 0.2
    assert abs(nn.Embedding(1000, 256).weight.std().item() - 1) < 0.02
