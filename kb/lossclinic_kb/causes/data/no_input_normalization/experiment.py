"""Features in their raw units, tens to thousands apart in scale, and the same features standardised."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from lossclinic_kb.lab import Task, Trial, World, healthy_trial, load_task
from lossclinic_kb.lab.samples import change_samples

WORKLOADS = (
    "tabular",
    "cnn_digits",
    "regression_diabetes",
    "regression_friedman",
    "regression_drawn",
    "segmentation",
)


def broken(world: World) -> Trial:
    if world.workload != "tabular":
        trial = healthy_trial(world)
        for loader in (trial.train, trial.val):
            change_samples(loader, lambda inputs, targets: (_as_measured(inputs, world.seed), targets))
        return trial
    return healthy_trial(world, task=_in_raw_units(load_task(world.task, world.seed), world.seed))


def cured(world: World) -> Trial:
    return healthy_trial(world)


def _in_raw_units(task: Task, seed: int) -> Task:
    scale, offset = _units(task.features, seed)
    return task.with_train(x=task.x * scale + offset).with_val(x=task.x_val * scale + offset)


def _as_measured(inputs: Tensor, seed: int) -> Tensor:
    """Return pictures of shape (n, c, h, w) in bytes, other inputs in units of their own."""
    if inputs.ndim == 4:
        return 255 * (inputs - inputs.amin()) / (inputs.amax() - inputs.amin())
    scale, offset = _units(inputs.shape[1], seed)
    return inputs * scale + offset


def _units(features: int, seed: int) -> tuple[Tensor, Tensor]:
    draw = torch.Generator().manual_seed(seed)
    widest = 1.5 + torch.rand(1, generator=draw)  # the largest standard deviation: 30 to 300
    scale = 10 ** (widest * torch.rand(features, generator=draw))
    # Raw units lie far from 0, as a year or a temperature in kelvin does: up to ten standard deviations.
    offset = 10 * scale * (2 * torch.rand(features, generator=draw) - 1)
    return scale, offset


def first_losses(model: nn.Module, inputs: Tensor, targets: Tensor) -> tuple[dict[str, float], float, float]:
    """Return the ranges of a batch, and the loss of an untrained model on it, raw and standardised."""
    # snippet: confirm | pytorch | The range of one batch, and the loss before any update | 一个 batch 的取值范围，以及更新之前的损失
    inputs = inputs.float()
    mean, std = inputs.mean(dim=0), inputs.std(dim=0, correction=0)
    ranges = {
        "smallest": inputs.min().item(),
        "largest": inputs.max().item(),
        "largest mean": mean.abs().max().item(),  # should be below about 1
        "largest std": std.max().item(),  # should be about 1
    }
    with torch.no_grad():  # a model that has not been trained yet
        raw = nn.functional.cross_entropy(model(inputs), targets).item()
        standardised = (inputs - mean) / torch.where(std > 1e-6 * mean.abs(), std, 1.0)
        expected = nn.functional.cross_entropy(model(standardised), targets).item()
    # It was the inputs if `raw` is far above ln(number of classes) and `expected` is close to it.
    # end snippet
    return ranges, raw, expected


def standardising(network: nn.Module, train_inputs: Tensor) -> nn.Module:
    """Return `network` behind a layer that standardises inputs of shape (n, features)."""

    # snippet: fix | pytorch | Standardise inside the model, with training statistics | 在模型里做标准化，统计量只取自训练集
    class Standardise(nn.Module):
        mean: torch.Tensor
        std: torch.Tensor

        def __init__(self, train_inputs: torch.Tensor) -> None:
            super().__init__()
            mean, std = train_inputs.mean(dim=0), train_inputs.std(dim=0, correction=0)
            constant = std <= 1e-6 * mean.abs()  # up to rounding: leave such a feature at 0
            self.register_buffer("mean", mean)
            self.register_buffer("std", std.masked_fill(constant, 1.0))

        def forward(self, inputs: torch.Tensor) -> torch.Tensor:
            return (inputs - self.mean) / self.std

    model = nn.Sequential(Standardise(train_inputs), network)
    # The buffers are saved with the weights: validation and inference use the same numbers.
    # end snippet
    return model  # noqa: RET504 - the snippet needs the name


def standardised_images(images: Tensor) -> Tensor:
    """Return images of shape (n, 3, height, width), uint8, ready for a network."""
    # snippet: fix_images | pytorch | Pixels: to 0..1, then the statistics the backbone was trained with | 像素：先缩到 0..1，再用预训练模型的均值方差
    images = images.float() / 255
    mean = torch.tensor([0.485, 0.456, 0.406], device=images.device).view(3, 1, 1)  # ImageNet, RGB
    std = torch.tensor([0.229, 0.224, 0.225], device=images.device).view(3, 1, 1)
    images = (images - mean) / std
    # end snippet
    return images  # noqa: RET504 - the snippet needs the name


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    world = World()
    trial = broken(world)
    inputs, targets = next(iter(trial.train))
    classes = load_task(world.task).classes
    ranges, raw, expected = first_losses(trial.model, inputs, targets)
    assert ranges["largest std"] > 10
    assert raw > 3 * math.log(classes)
    assert abs(expected - math.log(classes)) < 0.4

    task = _in_raw_units(load_task(world.task), world.seed)
    task = task.with_train(x=torch.cat([task.x, torch.full((len(task.x), 1), 2024.0)], dim=1))
    model = standardising(nn.Identity(), task.x)
    clean = model(task.x)
    assert clean.isfinite().all()
    assert clean.mean(dim=0).abs().max() < 1e-2
    assert set(model.state_dict()) == {"0.mean", "0.std"}

    pixels = (load_task("digits").x_val[:4].view(4, 1, 8, 8).clamp(0, 3) * 85).to(torch.uint8)
    images = standardised_images(pixels.expand(4, 3, 8, 8))
    assert images.shape == (4, 3, 8, 8)
    assert images.abs().max() < 3
