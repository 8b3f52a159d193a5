"""Which numbers each layer averages, what train and eval mode change, and what small batches do to that."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from lossclinic_kb.lab import accuracy, load_task

Layer = Callable[[int], nn.Module]
LAYERS: dict[str, Layer | None] = {
    "none": None,
    "batch": nn.BatchNorm1d,
    "layer": nn.LayerNorm,
    "group": partial(nn.GroupNorm, 8),
    "rms": nn.RMSNorm,
}


def by_hand(x: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Return `x`, shape (N, C, H, W) with C divisible by 4, normalised in four ways."""

    # snippet: axes | pytorch | The same formula over other axes | 公式都一样，只是在不同的维度上求平均
    def normalised(x: Tensor, axes: tuple[int, ...]) -> Tensor:
        mean, var = x.mean(axes, keepdim=True), x.var(axes, correction=0, keepdim=True)
        return (x - mean) / (var + 1e-5).sqrt()

    batch = normalised(x, (0, 2, 3))  # BatchNorm2d(C), train mode: over all samples
    layer = normalised(x, (1, 2, 3))  # LayerNorm((C, H, W)): within one sample
    group = normalised(x.unflatten(1, (4, -1)), (2, 3, 4)).flatten(1, 2)  # GroupNorm(4, C)
    rms = x / (x.square().mean(-1, keepdim=True) + 1e-5).sqrt()  # RMSNorm(W, eps=1e-5): no mean
    # end snippet
    return batch, layer, group, rms


def both_modes(x: Tensor) -> tuple[nn.BatchNorm1d, Tensor, Tensor]:
    """Return a layer after one step on `x`, shape (N, C), what it gives in eval mode, and the same by hand."""
    # snippet: modes | pytorch | Batch normalisation in both modes | BatchNorm 的两种模式
    norm = nn.BatchNorm1d(x.shape[1])  # running_mean 0, running_var 1, momentum 0.1

    norm.train()
    norm(x)  # uses mean and variance of x, then moves the running ones:
    # running_mean = 0.9 * running_mean + 0.1 * x.mean(0)
    # running_var = 0.9 * running_var + 0.1 * x.var(0)

    norm.eval()
    served = norm(x)  # still normalises, with the running ones, and leaves them alone
    kept = norm.state_dict()  # running statistics are buffers: saved, but no parameters
    same = (x - kept["running_mean"]) / (kept["running_var"] + norm.eps).sqrt() * norm.weight + norm.bias
    # end snippet
    return norm, served, same


def depends_on_neighbours(model: nn.Module, inputs: Tensor) -> bool:
    """Return whether the answer to a sample changes with what else is in the batch; at least four samples."""
    # snippet: neighbours | pytorch | Does an answer depend on its neighbours? | 预测会不会受同一批其他样本影响
    half = len(inputs) // 2  # in eval mode, or with dropout off
    with torch.no_grad():
        together, apart = model(inputs)[:half], model(inputs[:half])
    same = torch.allclose(together, apart, rtol=1e-3, atol=1e-4)
    # end snippet
    return not same


def without_batch(model: nn.Module) -> nn.Module:
    """Return `model` with every batch normalisation of images replaced by group normalisation."""
    # snippet: swap | pytorch | Group instead of batch normalisation | 把 BatchNorm 换成 GroupNorm
    for name, child in model.named_children():
        if isinstance(child, nn.BatchNorm2d):
            channels = child.num_features
            groups = next(g for g in (32, 16, 8, 4, 2, 1) if channels % g == 0)
            setattr(model, name, nn.GroupNorm(groups, channels))  # train anew: it has no running statistics
        else:
            without_batch(child)
    # end snippet
    return model


def image_batch(images: NDArray[np.uint8]) -> Tensor:
    """Return `images`, shape (N, H, W, C), as the network wants them, shape (N, C, H, W)."""
    # snippet: images | pytorch | From NumPy images to what a network wants | 从 NumPy 图像到网络的输入
    pixels = images.astype(np.float32) / 255  # uint8, (N, H, W, C): height first
    mean = pixels.mean(axis=(0, 1, 2))  # one number per channel, from the training set only
    std = pixels.std(axis=(0, 1, 2)).clip(min=1e-3)
    pixels = (pixels - mean) / std

    batch = np.transpose(pixels, (0, 3, 1, 2))  # one image: (2, 0, 1); never reshape
    inputs = torch.from_numpy(np.ascontiguousarray(batch))
    # end snippet
    return inputs.contiguous()


def network(kind: str, depth: int, std: float | None = None) -> nn.Sequential:
    """Return an untrained network for the digits, 64 wide; `std` of its weights or PyTorch's default."""
    torch.manual_seed(0)
    layers: list[nn.Module] = []
    features, norm = 64, LAYERS[kind]
    for _ in range(depth):
        linear = nn.Linear(features, 64)
        if std is not None:
            nn.init.normal_(linear.weight, std=std)
            nn.init.zeros_(linear.bias)
        layers += [linear, *([] if norm is None else [norm(64)]), nn.ReLU()]
    return nn.Sequential(*layers, nn.Linear(features, 10))


def trained(
    model: nn.Module, rate: float, batch: int = 128, steps: int = 100, scale: float = 1.0, shift: float = 0.0
) -> tuple[list[float], float]:
    """Train on the digits, every input times `scale` plus `shift`; return the losses and validation accuracy."""
    task = load_task("digits")
    optimizer = torch.optim.SGD(model.parameters(), lr=rate, momentum=0.9)
    draw = torch.Generator().manual_seed(0)
    losses = []
    for _ in range(steps):
        chosen = torch.randint(len(task.x), (batch,), generator=draw)
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(task.x[chosen] * scale + shift), task.y[chosen])
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    model.eval()
    with torch.no_grad():
        return losses, accuracy(model(task.x_val * scale + shift), task.y_val)


def accuracy_in_parts(model: nn.Module, size: int) -> float:
    """Return the validation accuracy in whatever mode `model` is, fed `size` samples at a time."""
    task = load_task("digits")
    whole = len(task.x_val) // size * size
    with torch.no_grad():
        outputs = torch.cat([model(part) for part in task.x_val[:whole].split(size)])
    return accuracy(outputs, task.y_val[:whole])


def exercise() -> None:
    """Run every snippet; the assertions are what the guide claims."""
    _same_formula_other_axes()
    _modes_differ()
    _eval_is_not_off()
    _deep_networks_get_going()
    _small_batches_hurt_one_of_them()
    _inputs_come_first()
    _images_are_transposed()


def _same_formula_other_axes() -> None:
    torch.manual_seed(0)
    x = 3 * torch.randn(6, 8, 5, 7) + 1
    batch, layer, group, rms = by_hand(x)
    layers = (nn.BatchNorm2d(8), nn.LayerNorm((8, 5, 7)), nn.GroupNorm(4, 8), nn.RMSNorm(7, eps=1e-5))
    for mine, theirs in zip((batch, layer, group, rms), layers, strict=True):
        assert torch.allclose(mine, theirs(x), atol=1e-5)
    assert torch.allclose(nn.GroupNorm(1, 8)(x), layer, atol=1e-5)
    swapped = without_batch(nn.Sequential(nn.Conv2d(8, 24, 3), nn.Sequential(nn.BatchNorm2d(24))))
    inner = next(m for m in swapped.modules() if isinstance(m, nn.GroupNorm))
    assert (inner.num_groups, inner.num_channels) == (8, 24)
    assert not any(isinstance(m, nn.BatchNorm2d) for m in swapped.modules())


def _modes_differ() -> None:
    torch.manual_seed(0)
    x = 3 * torch.randn(16, 4) + 1
    norm, served, same = both_modes(x)
    assert torch.allclose(served, same, atol=1e-6)
    assert norm.running_mean is not None
    assert norm.running_var is not None
    assert torch.allclose(norm.running_mean, 0.1 * x.mean(0))
    assert torch.allclose(norm.running_var, 0.9 + 0.1 * x.var(0))
    assert not torch.allclose(served, norm.train()(x), atol=0.1)
    for kind in LAYERS:
        model = network(kind, 2).train()
        assert depends_on_neighbours(model, x.repeat(1, 16)) == (kind == "batch")
        assert not depends_on_neighbours(model.eval(), x.repeat(1, 16))


def _eval_is_not_off() -> None:
    model = network("batch", 6)
    _, right = trained(model, 0.05)
    assert right > 0.95
    off = nn.Sequential(*(nn.Identity() if isinstance(m, nn.BatchNorm1d) else m for m in model))
    assert accuracy_in_parts(off, 450) < 0.65
    model.train()
    assert accuracy_in_parts(model, 4) < 0.7


def _deep_networks_get_going() -> None:
    usual = {kind: trained(network(kind, 6), 0.05)[1] for kind in LAYERS}
    assert usual["none"] < 0.4
    assert min(right for kind, right in usual.items() if kind != "none") > 0.92
    small = {kind: trained(network(kind, 6, 0.02), 0.05)[1] for kind in LAYERS}
    assert small["none"] < 0.15
    assert min(small["batch"], small["layer"], small["rms"]) > 0.92
    assert small["group"] > 0.7
    fast = {kind: trained(network(kind, 6), 0.5)[1] for kind in LAYERS}
    assert fast["none"] < 0.15
    assert fast["batch"] > 0.94
    assert max(fast["layer"], fast["group"], fast["rms"]) < 0.7
    plain, normed = (trained(network(kind, 2), 0.05, steps=200)[1] for kind in ("none", "batch"))
    assert abs(plain - normed) < 0.025  # where it works already, there is little to gain


def _small_batches_hurt_one_of_them() -> None:
    by_two = {k: trained(network(k, 2), 0.05 / 16, 2, 800)[1] for k in ("none", "batch", "group")}
    assert by_two["batch"] < 0.65
    assert min(by_two["none"], by_two["group"]) > 0.9
    by_many = {k: trained(network(k, 2), 0.05, 32, 400)[1] for k in ("batch", "group")}
    assert min(by_many.values()) > 0.95


def _inputs_come_first() -> None:
    losses, right = trained(network("none", 2), 0.05)
    assert right > 0.94
    assert losses[0] < 2.4
    losses, right = trained(network("none", 2), 0.05, scale=40, shift=100)
    assert losses[0] > 10
    assert right < 0.15
    losses, right = trained(network("none", 2), 0.05, scale=1 / 255)
    assert losses[0] < 2.4
    assert right < 0.15
    assert trained(network("batch", 2), 0.05, scale=40, shift=100)[1] > 0.96


def _images_are_transposed() -> None:
    draw = np.random.default_rng(0)
    images = draw.integers(0, 256, (5, 4, 6, 3), dtype=np.uint8)
    inputs = image_batch(images)
    assert inputs.shape == (5, 3, 4, 6)
    assert torch.allclose(inputs.mean((0, 2, 3)), torch.zeros(3), atol=1e-5)
    assert torch.allclose(inputs.std((0, 2, 3), correction=0), torch.ones(3), atol=1e-4)
    image = images[0]
    right, scrambled = np.transpose(image, (2, 0, 1)), image.reshape(3, 4, 6)
    assert right.shape == scrambled.shape
    assert (right[2] == image[:, :, 2]).all()
    assert not (scrambled[2] == image[:, :, 2]).all()
