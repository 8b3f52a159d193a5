"""A segmenter of blobs whose author writes a row of a table for every few updates."""

from __future__ import annotations

from functools import partial

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.optim import lr_scheduler

from benchmarks.field.case import Setting, fault, healthy
from benchmarks.field.scripts.plain import Script, Split
from benchmarks.field.scripts.plain_logs import step_table
from benchmarks.field.tasks import flaws
from benchmarks.field.tasks.images import blobs

bce = functional.binary_cross_entropy_with_logits


def iou(outputs: Tensor, masks: Tensor) -> float:
    """Return intersection over union of everything above one half."""
    marked, there = outputs > 0, masks > 0.5
    return float((marked & there).sum() / (marked | there).sum().clamp(min=1))


def net(width: int = 10, norm: bool = True, head: nn.Module | None = None, depth: int = 2) -> nn.Module:
    """Return convolutions that keep the size."""
    layers: list[nn.Module] = []
    for place in range(depth):
        layers.append(nn.Conv2d(width if place else 1, width, 3, padding=1))
        layers += [nn.BatchNorm2d(width)] * norm + [nn.ReLU()]
    layers.append(nn.Conv2d(width, 1, 3, padding=1))
    return nn.Sequential(*layers, *([head] if head else []))


def by_area(outputs: Tensor, masks: Tensor) -> Tensor:
    """Return the cross entropy of every picture over the area of what it shows."""
    losses = bce(outputs, masks, reduction="none").sum((1, 2, 3))
    return (losses / masks.sum((1, 2, 3))).mean()


def hand_written(outputs: Tensor, masks: Tensor) -> Tensor:
    """Return the cross entropy as written from memory: the logarithm of a ReLU between zero and one."""
    p = (outputs + 0.5).clamp(0, 1)
    return -(masks * p.log() + (1 - masks) * (1 - p).log()).mean()


def rare(train: int = 260) -> Split:
    """Return pictures with one blob of a pixel or two each."""
    return blobs(train, radius=0.75, noise=1.0)


def with_outlier(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """Return a batch in which, rarely, a picture was stored in other units."""
    if torch.rand(()) < 0.012:
        return torch.cat([x[:1] * 3000.0, x[1:]]), y
    return x, y


def one_empty(split: Split) -> Split:
    """Return pictures of which one shows nothing at all."""
    masks = split.y.clone()
    masks[400] = 0
    return Split(split.x, masks, split.x_val, split.y_val)


def frozen(module: nn.Module) -> None:
    """Freeze everything but the last layer's offsets."""
    for name, parameter in module.named_parameters():
        parameter.requires_grad_(name == "6.bias")


def warm_restarts(optimizer: torch.optim.Optimizer) -> lr_scheduler.LRScheduler:
    """Restart the cosine every 130 updates."""
    return lr_scheduler.CosineAnnealingWarmRestarts(optimizer, 130)


SCRIPT = Script(
    blobs, net, bce, ("iou", iou), lr=3e-3, batch_size=8, epochs=8, task="segmentation", classes=2
)

CASES = {
    "base": healthy("Loss of the steps falls from .8 to a noisy floor near .06, IoU rises to .83 and stays."),
    "cosine": healthy(
        "A smooth descent to the same floor while the rate follows a cosine.",
        schedule=lambda o: lr_scheduler.CosineAnnealingLR(o, 8 * 32),
        schedule_every="step",
    ),
    "restarts": healthy(
        "The rate restarts three times; the loss hardly notices and ends at the floor.",
        schedule=warm_restarts,
        schedule_every="step",
        epochs=12,
    ),
    "noisy": healthy(
        "Very noisy steps because of batches of two around a steadily falling mean.",
        batch_size=2,
        lr=1e-3,
        epochs=3,
        net=partial(net, norm=False),
    ),
    "once": healthy(
        "One pass over much data: falls and settles, one validation at the end.",
        data=partial(blobs, train=2400),
        epochs=1,
        lr=2e-3,
    ),
    "warmed": healthy(
        "Slow first steps while the rate rises, then a clean descent.",
        warmup=40,
        clip=1.0,
        optimizer="adamw",
        weight_decay=0.01,
    ),
    "sgd": healthy("A quick clean descent with SGD.", optimizer="sgd", lr=0.1, momentum=0.9),
    "hot": fault(
        "lr_too_high",
        "Loss jumps to 30 in the first steps, then IoU leaps about between .3 and .7 and never settles.",
        lr=2.0,
    ),
    "hot_plain": fault(
        "lr_too_high",
        "Loss leaps to over a hundred and validation is worse than at the start, IoU zero.",
        against="sgd",
        optimizer="sgd",
        lr=60.0,
        momentum=0.9,
        net=partial(net, norm=False),
    ),
    "cold": fault(
        "lr_too_low", "At a rate of 1e-6 loss, gradient norm and IoU stay where they were.", lr=1e-6
    ),
    "cold_sgd": fault(
        "lr_too_low",
        "A straight slow line from .66 to .53 with an unchanged gradient norm.",
        against="sgd",
        optimizer="sgd",
        lr=5e-5,
        momentum=0.9,
    ),
    "early_decay": fault(
        "lr_schedule_wrong",
        "The rate is gone after forty steps, 1e-21 in the end, and the loss freezes half way at .52 with a large gradient.",
        schedule=lambda o: lr_scheduler.ExponentialLR(o, 0.85),
        schedule_every="step",
    ),
    "growing": fault(
        "lr_schedule_wrong",
        "The rate grows to 10^5; the loss falls at first and then climbs with the rate.",
        schedule=lambda o: lr_scheduler.ExponentialLR(o, 1.06),
        schedule_every="step",
        optimizer="sgd",
        lr=0.05,
        momentum=0.9,
        against="sgd",
    ),
    "endless_warmup": fault(
        "lr_schedule_wrong",
        "The rate is still a thousandth of what was meant at the last step; nothing moves.",
        warmup=200000,
    ),
    "rare": fault(
        "class_imbalance",
        "Loss falls quickly to .04 and stays there while IoU is zero: everything is called background.",
        data=rare,
        epochs=5,
    ),
    "masks_255": fault(
        "label_encoding_error",
        "The cross entropy goes negative and on down to -16,000, while IoU does not move.",
        data=flaws.mapped(blobs, y=lambda y: y * 255, y_val=lambda y: y * 255),
    ),
    "kept_gradients": fault(
        "missing_zero_grad",
        "Starts well for a few steps, then gradient norm and loss swing ever higher.",
        against="sgd",
        optimizer="sgd",
        lr=0.1,
        momentum=0.9,
        zero_grad=False,
    ),
    "kept_gradients_adam": fault(
        "missing_zero_grad",
        "Gradient norm and validation loss swing up and down in slow waves; IoU ends at zero.",
        zero_grad=False,
        lr=1e-2,
    ),
    "relu_head": fault(
        "wrong_output_activation",
        "Loss stops at .6, far above the reachable level, although IoU gets good: the output cannot go below zero.",
        net=partial(net, head=nn.ReLU()),
    ),
    "momentum": fault(
        "momentum_too_high",
        "Long slow swings of the loss and the IoU in place of a descent.",
        against="sgd",
        optimizer="sgd",
        lr=0.1,
        momentum=0.998,
    ),
    "outliers": fault(
        "outlier_batch",
        "A sound descent with single steps a thousand times higher in loss and gradient, each followed by a setback.",
        augment=with_outlier,
        net=partial(net, norm=False),
    ),
    "half": fault(
        "fp16_overflow",
        "NaN from the first step on in half precision, at an ordinary rate.",
        half=True,
        data=flaws.everywhere(blobs, lambda x: x * 3e4),
        net=partial(net, norm=False),
    ),
    "micro_batches": fault(
        "grad_accum_not_normalized",
        "Large gradient norms from the start, wild losses: the step is sixteen times too long.",
        against="sgd",
        optimizer="sgd",
        lr=0.25,
        momentum=0.9,
        accumulate=16,
        divide=False,
        batch_size=2,
        epochs=16,
        net=partial(net, norm=False),
    ),
    "empty_masks": fault(
        "division_by_zero",
        "A healthy descent until one step is inf, then NaN for good.",
        loss=by_area,
        data=lambda: one_empty(blobs(900)),
        epochs=4,
    ),
    "from_memory": fault(
        "sqrt_or_log_of_zero",
        "NaN at the first steps, from zero times the logarithm of zero, with a finite gradient before.",
        loss=hand_written,
    ),
    "frozen": fault(
        "parameters_frozen",
        "Loss crawls from .8 to .58 while IoU stays at .12: only a constant is learned.",
        prepare=frozen,
    ),
    "upside_down": fault(
        "loss_sign_error",
        "Loss below zero and ever faster downwards, validation loss upwards, IoU near zero.",
        loss=lambda outputs, masks: -bce(outputs, masks),
        val_loss=bce,
    ),
    "shifted_masks": fault(
        "bad_annotations",
        "Train loss levels off far above validation loss: half of the masks are somewhere else.",
        data=flaws.mapped(
            blobs, y=lambda y: torch.where(torch.rand(len(y), 1, 1, 1) < 0.5, y.roll(6, -1), y)
        ),
    ),
    "summed": fault(
        "loss_reduction_mismatch",
        "Losses in the thousands from the first step and gradient norms up to 10^7, no learning at the usual rate.",
        loss=partial(bce, reduction="sum"),
        optimizer="sgd",
        lr=0.1,
        momentum=0.9,
        against="sgd",
        net=partial(net, norm=False),
    ),
    "no_step": fault(
        "optimizer_step_missing",
        "Validation loss is the same figure at every evaluation, gradient norm as it was.",
        step=False,
    ),
    "one_pixel": fault(
        "model_too_small",
        "Train and validation settle together at .4, IoU far below what is reachable.",
        net=lambda: nn.Conv2d(1, 1, 1),
        lr=0.05,
    ),
    "huge_epsilon": fault(
        "adam_epsilon_too_large",
        "Hardly any movement at a usual rate of Adam, although the gradient is large.",
        eps=100.0,
    ),
    "nan": fault(
        "nan_in_data",
        "A healthy descent, then NaN from one step to the next with an ordinary gradient before.",
        data=flaws.mapped(partial(blobs, train=1400), x=flaws.with_nan(1)),
        epochs=2,
    ),
}

SETTING = Setting("open", "step table", "blobs", "csv", SCRIPT, step_table(2), CASES, 2)
