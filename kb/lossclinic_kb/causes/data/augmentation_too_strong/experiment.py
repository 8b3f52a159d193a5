"""Augmentation that erases, drowns or replaces what is to be recognised; and a mild one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import torch
from torch import Tensor, nn

from lossclinic_kb.lab import Trial, World, evaluate, fit, healthy_trial
from lossclinic_kb.lab.samples import collating

WORKLOADS: tuple[str, ...] = ("tabular", "cnn_digits", "sequence_classification")


def broken(world: World) -> Trial:
    return _augmented(world, erased=world.between(0.7, 0.95), noise=world.between(2.0, 4.0))


def cured(world: World) -> Trial:
    return _augmented(world, erased=0.3, noise=0.15)


def _augmented(world: World, erased: float, noise: float) -> Trial:
    trial = healthy_trial(world)
    draw = torch.Generator().manual_seed(world.seed)

    def augment(inputs: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
        if not inputs.is_floating_point():
            return with_other_words(inputs, erased**2, draw), targets
        if inputs.dim() == 4:
            return with_square_erased(inputs, erased, draw), targets
        return inputs + noise * torch.randn(inputs.shape, generator=draw), targets

    return collating(trial, augment)


def with_square_erased(images: Tensor, share: float, draw: torch.Generator) -> Tensor:
    """Return images with noise instead of a square whose side is a `share` of theirs."""
    side = round(share * images.shape[-1])
    along = torch.arange(images.shape[-1])

    def inside() -> Tensor:
        start = torch.randint(images.shape[-1] - side + 1, (len(images), 1), generator=draw)
        return (along >= start) & (along < start + side)

    square = (inside().unsqueeze(2) & inside().unsqueeze(1)).unsqueeze(1)
    return torch.where(square, torch.rand(images.shape, generator=draw), images)


def with_other_words(tokens: Tensor, share: float, draw: torch.Generator) -> Tensor:
    """Return sequences in which a `share` of the words is another one of the batch; padding stays."""
    other = tokens.flatten()[torch.randint(tokens.numel(), tokens.shape, generator=draw)]
    replaced = (torch.rand(tokens.shape, generator=draw) < share) & (tokens > 0) & (other > 0)
    return torch.where(replaced, other, tokens)


def with_and_without(
    model: nn.Module,
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    augment: Callable[[Tensor], Tensor],
    inputs: Tensor,
    targets: Tensor,
) -> tuple[float, float]:
    """Return the loss of the same training batch plain and augmented."""
    # snippet: confirm | pytorch | The same training batch, plain and augmented | 同一个训练 batch，增强前后各算一次
    model.eval()
    with torch.no_grad():
        plain = loss_fn(model(inputs), targets).item()  # inputs: as the files hold them, no augmentation
        augmented = loss_fn(model(augment(inputs)), targets).item()
    model.train()
    # plain low, augmented far above it: the network knows the task and is kept busy with the augmentation.
    # Then show augment(inputs) to a person. Where they cannot tell the class, the network cannot either.
    # end snippet
    return plain, augmented


def strength_by_validation(train_and_validate: Callable[[float], float]) -> float:
    """Return the strength of the augmentation after which validation is best."""
    # snippet: fix | pytorch | Raise the strength from zero, keep what validates best | 强度从零往上加，按验证集挑
    val_losses = {}
    for strength in (
        0.0,
        0.1,
        0.3,
        1.0,
    ):  # RandAugment: magnitude 0, 3, 6, 9; crops: smallest scale 1, 0.8, 0.5, 0.2
        val_losses[strength] = train_and_validate(
            strength
        )  # the same budget each time, validation not augmented
    best_strength = min(val_losses, key=lambda strength: val_losses[strength])
    # end snippet
    return best_strength  # noqa: RET504 - the snippet names it


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    world, draw = World(epochs=4), torch.Generator().manual_seed(0)
    ill = broken(world)
    fit(ill)
    inputs, targets = (
        torch.stack(part) for part in zip(*[ill.train.dataset[row] for row in range(200)], strict=True)
    )

    def augment(batch: Tensor) -> Tensor:
        return batch + 2.0 * torch.randn(batch.shape, generator=draw)

    plain, augmented = with_and_without(ill.model, ill.loss, augment, inputs, targets)
    assert augmented > 1.5 * plain, (plain, augmented)

    def train_and_validate(strength: float) -> float:
        trial = replace(_augmented(world, erased=strength, noise=4.0 * strength), epochs=4)
        fit(trial)
        return evaluate(trial)["loss"]

    assert strength_by_validation(train_and_validate) < 1.0
