"""The divergence weighs so much that the code is given up; the cure gives it the weight of the bound, 1."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import cast

import torch
from torch import Tensor, nn

from lossclinic_kb.lab import Trial, World, fit, healthy_trial
from lossclinic_kb.lab.workloads.vae import Variational, divergence

WORKLOADS = ("vae",)


def broken(world: World) -> Trial:
    trial = healthy_trial(world)
    bound, further = trial.loss, world.between(10.0, 60.0) - 1.0

    def weighted(outputs: Tensor, targets: Tensor) -> Tensor:
        images = len(targets) if world.summed else 1
        return bound(outputs, targets) + further * world.loss_weight * images * divergence(outputs, targets)

    return replace(trial, loss=weighted)


def cured(world: World) -> Trial:
    return healthy_trial(world)


def what_the_code_says(
    encode: Callable[[Tensor], tuple[Tensor, Tensor]], decode: Callable[[Tensor], Tensor], inputs: Tensor
) -> tuple[Tensor, float]:
    """Return the divergence of every dimension of the code, and how much worse the code of another input is."""
    # snippet: confirm | pytorch | Does the code say anything about the input? | 隐变量里还有没有输入的信息？
    with torch.no_grad():  # in eval mode, on some hundred inputs
        mean, log_variance = encode(inputs)
        per_dimension = 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).mean(dim=0)  # nats
        own = (decode(mean) - inputs).square().mean()
        swapped = (decode(mean.roll(1, dims=0)) - inputs).square().mean()  # the codes of other inputs
    gain = (swapped / own).item()
    # per_dimension all below 0.01 and gain 1.0: collapsed. Some dimensions near 0, others not, is normal.
    # end snippet
    return per_dimension, gain


def warmed_up_loss(
    reconstruction: Tensor, mean: Tensor, log_variance: Tensor, step: int, warmup_steps: int
) -> Tensor:
    """Return the loss of a batch at `step`; `reconstruction` has shape (batch, ...)."""
    # snippet: fix | pytorch | Both terms in nats per sample, a warm-up, free bits | 两项都按每个样本求和，加预热和 free bits
    # Sum over pixels or tokens, mean over the batch. A mean over 784 pixels would weigh the divergence 784-fold.
    nats = reconstruction.flatten(1).sum(dim=1).mean()  # reconstruction: element-wise, reduction="none"
    per_dimension = 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).mean(dim=0)
    divergence = per_dimension.clamp(min=0.05).sum()  # below 0.05 nats a dimension is not pushed down further
    beta = min(1.0, step / warmup_steps)  # from 0 to 1 over the first tenth to half of training
    loss = nats + beta * divergence
    # end snippet
    return loss  # noqa: RET504 - the snippet names it


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    figures = {}
    for kind, make in (("broken", broken), ("cured", cured)):
        trial = make(replace(World.plain("vae"), epochs=6))
        fit(trial)
        model = cast("Variational", trial.model.eval())

        def encode(pixels: Tensor, model: Variational = model) -> tuple[Tensor, Tensor]:
            mean, log_variance = model.encoder(pixels).chunk(2, dim=1)
            return mean, log_variance

        inputs = next(iter(trial.val))[0]
        figures[kind] = what_the_code_says(encode, model.decoder, inputs)
    assert float(figures["broken"][0].max()) < 0.01
    assert figures["broken"][1] < 1.01
    assert float(figures["cured"][0].max()) > 0.1
    assert figures["cured"][1] > 1.3

    model = Variational(32)
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
    batches = [inputs for inputs, _ in cured(World.plain("vae")).train] * 6
    for step, inputs in enumerate(batches):
        mean, log_variance = model.encoder(inputs).chunk(2, dim=1)
        made = model.decoder(mean + torch.randn_like(mean) * (0.5 * log_variance).exp())
        each = nn.functional.binary_cross_entropy_with_logits(made, inputs, reduction="none")
        loss = warmed_up_loss(each, mean, log_variance, step, warmup_steps=len(batches) // 3)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    per_dimension = 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).mean(dim=0)
    assert float(per_dimension.sum().detach()) > 0.5
