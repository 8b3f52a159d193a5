"""The discriminator learns hundreds of times as fast as the generator; the cure gives both the same rate."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import torch
from torch import Tensor, nn
from torch.optim.lr_scheduler import LambdaLR

from lossclinic_kb.lab import Trial, World, fit, healthy_trial
from lossclinic_kb.lab.workloads.gan import Adversaries

WORKLOADS = ("gan",)
_SETTINGS = ("betas", "alpha", "eps")


def broken(world: World) -> Trial:
    trial = healthy_trial(world)
    model = cast("Adversaries", trial.model)
    settings = {key: value for key, value in trial.optimizer.param_groups[0].items() if key in _SETTINGS}
    lr = world.lr
    trial.optimizer = type(trial.optimizer)(
        [
            {"params": model.generator.parameters(), "lr": lr / world.between(100.0, 300.0)},
            {"params": model.discriminator.parameters(), "lr": 3 * lr},
        ],
        **settings,
    )
    if trial.schedule is not None:  # a schedule of each rate by the same factors would set both to one peak
        trial.schedule = LambdaLR(trial.optimizer, lambda _: 1.0)
    return trial


def cured(world: World) -> Trial:
    return healthy_trial(world)


def verdicts(discriminator: nn.Module, real: Tensor, made: Tensor) -> dict[str, float]:
    """Return what the discriminator says of real and of generated samples."""
    # snippet: confirm | pytorch | Who wins? | 谁占上风？
    with torch.no_grad():
        on_real, on_made = discriminator(real), discriminator(made)  # logits, before any sigmoid
    figures = {
        "real_called_real": (on_real > 0).float().mean().item(),
        "made_called_made": (on_made < 0).float().mean().item(),  # both near 1: it has won
        "probability_real": on_made.sigmoid().mean().item(),  # of generated samples; 0.5 in a fair contest
        # What log(1 - D(G(z))) sends back through a sample, of at most 1; -log D(G(z)) sends 1 minus this.
        "saturating_slope": on_made.sigmoid().max().item(),
    }
    # end snippet
    return figures  # noqa: RET504 - the snippet names it


def balanced(
    generator: nn.Module, discriminator: nn.Module, loader: list[tuple[Tensor, Tensor]], lr: float
) -> tuple[float, float]:
    """Train one pass with both networks in balance; return the last two losses."""
    # snippet: fix | pytorch | One rate, spectral normalisation, softened targets | 相同学习率、谱归一化、软标签
    for module in discriminator.modules():
        if isinstance(module, (nn.Linear, nn.Conv2d)):
            nn.utils.parametrizations.spectral_norm(module)  # bounds how steep its verdict can be
    optimizer_d = torch.optim.Adam(discriminator.parameters(), lr=lr, betas=(0.5, 0.999))
    optimizer_g = torch.optim.Adam(generator.parameters(), lr=lr, betas=(0.5, 0.999))
    bce = nn.functional.binary_cross_entropy_with_logits
    for noise, real in loader:
        on_real, on_made = discriminator(real), discriminator(generator(noise).detach())
        loss_d = bce(on_real, torch.full_like(on_real, 0.9)) + bce(on_made, torch.zeros_like(on_made))
        optimizer_d.zero_grad()
        loss_d.backward()
        optimizer_d.step()

        on_made = discriminator(generator(noise))
        loss_g = bce(on_made, torch.ones_like(on_made))  # not log(1 - D): that one saturates
        optimizer_g.zero_grad()
        loss_g.backward()
        optimizer_g.step()
    # end snippet
    return float(loss_d.detach()), float(loss_g.detach())


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    world = replace(World.plain("gan"), epochs=5)
    figures = {}
    for kind, make in (("broken", broken), ("cured", cured)):
        trial = make(world)
        fit(trial)
        model = cast("Adversaries", trial.model)
        noise, real = next(iter(trial.val))
        figures[kind] = verdicts(model.discriminator, real, model(noise))
    assert figures["broken"]["real_called_real"] > 0.95
    assert figures["broken"]["made_called_made"] > 0.95
    assert figures["broken"]["probability_real"] < 0.05
    assert 0.3 < figures["cured"]["probability_real"] < 0.7

    fresh = cured(world)
    model = cast("Adversaries", fresh.model)
    batches = [(noise, real) for noise, real in fresh.train] * 3
    loss_d, loss_g = balanced(model.generator, model.discriminator, batches, lr=1e-3)
    assert loss_d > 0.9
    assert loss_g < 1.5
