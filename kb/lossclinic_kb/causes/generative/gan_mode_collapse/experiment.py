"""The generator trains on and on against a discriminator that stands still; the cure lets them take turns."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import cast

import torch
from torch import Tensor, nn

from lossclinic_kb.lab import Scores, Trial, World, fit, gradient_norm, healthy_trial
from lossclinic_kb.lab.samples import samples_of
from lossclinic_kb.lab.workloads.gan import Adversaries

WORKLOADS = ("gan",)

_logistic = nn.functional.binary_cross_entropy_with_logits
_softplus = nn.functional.softplus


def broken(world: World) -> Trial:
    steps_each = round(world.between(90.0, 140.0))
    return replace(healthy_trial(world), train_step=_turns(steps_each, steps_each))


def cured(world: World) -> Trial:
    return healthy_trial(world)


def _turns(for_discriminator: int, for_generator: int) -> Callable[[Trial, Tensor, Tensor], Scores]:
    """Return a step that belongs to the one network so many times, then to the other."""
    taken = 0

    def step(trial: Trial, noise: Tensor, real: Tensor) -> Scores:
        nonlocal taken
        generators_turn = taken % (for_discriminator + for_generator) >= for_discriminator
        taken += 1
        return _one_turn(trial, noise, real, generators_turn)

    return step


def _one_turn(trial: Trial, noise: Tensor, real: Tensor, generators_turn: bool) -> Scores:
    """Take a step of one of the two networks; log both losses, as ever."""
    model = cast("Adversaries", trial.model)
    trial.optimizer.zero_grad()
    made = model(noise)
    on_real, on_made = model.discriminator(real), model.discriminator(made)
    real_loss = _logistic(on_real, torch.ones_like(on_real))
    loss_d = real_loss + _logistic(on_made, torch.zeros_like(on_made))
    loss_g = trial.loss(on_made, torch.ones_like(on_made))
    resting = model.discriminator if generators_turn else model.generator
    (loss_g if generators_turn else loss_d).backward()
    resting.zero_grad()  # parameters without a gradient stay as they are
    norm = gradient_norm(model)
    trial.optimizer.step()
    return {**trial.scores(made.detach(), real, loss_g, norm), "loss_d": float(loss_d.detach())}


def variety(generator: nn.Module, real: Tensor, noise: Tensor) -> dict[str, float]:
    """Return how varied generated samples are beside real ones; `noise` draws as many as there are real ones."""
    # snippet: confirm | pytorch | Variety of a batch, real against generated | 一批样本有多少花样：真实的和生成的对比
    generator.eval()
    with torch.no_grad():
        made = generator(noise).flatten(1)
    generator.train()
    real = real.flatten(1)  # or features of both, from a pretrained classifier
    figures = {
        "spread": (made.std(dim=0).mean() / real.std(dim=0).mean()).item(),  # 1: as varied; 0: all the same
        "pair_distance": (torch.pdist(made).median() / torch.pdist(real).median()).item(),
        # The share of real samples that are the nearest one of some generated sample: high when all is covered.
        "covered": torch.cdist(made, real).argmin(dim=1).unique().numel() / len(real),
    }
    # end snippet
    return figures  # noqa: RET504 - the snippet names it


def short_turns(
    generator: nn.Module, discriminator: nn.Module, loader: Iterable[tuple[Tensor, ...]], lr: float
) -> None:
    """Train one pass, a step of each network in turn."""
    # snippet: fix | pytorch | A step each, no momentum, a gradient penalty | 一人一步、不要动量、加梯度惩罚
    optimizer_d = torch.optim.Adam(discriminator.parameters(), lr=lr, betas=(0.0, 0.99))
    optimizer_g = torch.optim.Adam(generator.parameters(), lr=lr, betas=(0.0, 0.99))
    for noise, real in loader:
        real.requires_grad_(True)
        on_real, on_made = discriminator(real), discriminator(generator(noise).detach())
        slope = torch.autograd.grad(on_real.sum(), real, create_graph=True)[0]
        penalty = slope.flatten(1).square().sum(dim=1).mean()  # R1; weight 0.05 here, up to 10 for images
        loss_d = _softplus(-on_real).mean() + _softplus(on_made).mean() + 0.05 * penalty
        optimizer_d.zero_grad()
        loss_d.backward()
        optimizer_d.step()

        loss_g = _softplus(-discriminator(generator(noise))).mean()
        optimizer_g.zero_grad()
        loss_g.backward()
        optimizer_g.step()  # never several in a row against the same discriminator
    # end snippet


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    world = replace(World.plain("gan"), epochs=5)
    covered = {}
    for kind, make in (("broken", broken), ("cured", cured)):
        trial = make(world)
        fit(trial)
        noise, real = samples_of(trial.val)
        covered[kind] = variety(cast("Adversaries", trial.model).generator, real, noise)["covered"]
    assert covered["broken"] < 0.5 * covered["cured"]

    calm = replace(cured(world), epochs=4, train_step=_turns(1, 10))
    losses = {series.name: float(series.values[-100:].mean()) for series in fit(calm).series}
    varied = variety(cast("Adversaries", calm.model).generator, real, noise)
    assert 0.6 < losses["train_loss"] < 0.9
    assert 1.25 < losses["loss_d"] < 1.45
    assert varied["covered"] < 0.2 * covered["cured"]

    fresh = cured(world)
    model = cast("Adversaries", fresh.model)
    for _ in range(2):
        short_turns(model.generator, model.discriminator, fresh.train, lr=1e-3)
    assert variety(model.generator, real, noise)["covered"] > 2 * covered["broken"]
