"""A loop that never clears the gradients, so that every step follows the sum of all gradients so far."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from lossclinic_kb.lab import Trial, World, gradient_norm, healthy_trial
from lossclinic_kb.lab.samples import PLAIN
from lossclinic_kb.lab.trial import Scores

WORKLOADS = ("tabular", *PLAIN)


def broken(world: World) -> Trial:
    trial = healthy_trial(world)
    trial.train_step = _step_without_clearing
    return trial


def cured(world: World) -> Trial:
    return healthy_trial(world)


def _step_without_clearing(trial: Trial, inputs: Tensor, targets: Tensor) -> Scores:
    outputs = trial.model(inputs)
    loss = trial.loss(outputs, targets)
    loss.backward()
    norm = gradient_norm(trial.model)
    trial.optimizer.step()
    return trial.scores(outputs, targets, loss, norm)


def leftover(model: nn.Module) -> list[str]:
    """Return the parameters that still hold a gradient."""
    # snippet: confirm | pytorch | Right before loss.backward(): is anything left over? | 在 loss.backward() 前一行：还有残留的梯度吗
    leftover = [name for name, p in model.named_parameters() if p.grad is not None and p.grad.any()]
    # Empty in every iteration is right. Otherwise the next backward() adds to what is there.
    # end snippet
    return leftover  # noqa: RET504 - the snippet names it


def trained(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    train_loader: Sequence[tuple[Tensor, Tensor]],
    loss_fn: Callable[[Tensor, Tensor], Tensor],
) -> list[float]:
    """Train for one epoch; return the gradient norm at every step."""
    norms = []
    # snippet: fix | pytorch | Clear the gradients in every iteration | 每次迭代都清零梯度
    for inputs, targets in train_loader:
        optimizer.zero_grad()  # inside the batch loop, not once per epoch
        loss = loss_fn(model(inputs), targets)
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm=float("inf"))  # only measures
        norms.append(norm.item())
        optimizer.step()
    # end snippet
    return norms


def trained_in_turns(
    generator: nn.Module,
    discriminator: nn.Module,
    optimizers: tuple[torch.optim.Optimizer, torch.optim.Optimizer],
    real: Tensor,
    noise: Tensor,
) -> list[str]:
    """Take one step of a GAN; return the parameters of the discriminator with a leftover gradient."""
    optimizer_g, optimizer_d = optimizers
    logistic = nn.functional.binary_cross_entropy_with_logits
    # snippet: fix_two_networks | pytorch | Two networks: clear right before each backward | 两个网络：各自反传前清零
    optimizer_d.zero_grad()  # also drops what the generator's backward left in the discriminator
    on_real, on_fake = discriminator(real), discriminator(generator(noise).detach())
    loss_d = logistic(on_real, torch.ones_like(on_real)) + logistic(on_fake, torch.zeros_like(on_fake))
    loss_d.backward()
    optimizer_d.step()

    optimizer_g.zero_grad()
    on_fake = discriminator(generator(noise))
    loss_g = logistic(on_fake, torch.ones_like(on_fake))
    loss_g.backward()
    optimizer_g.step()
    # end snippet
    return leftover(discriminator)


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    trial = broken(World(epochs=1))
    batches = [(inputs, targets) for inputs, targets in trial.train]
    assert leftover(trial.model) == []
    before = [trial.train_step(trial, *batch)["grad_norm"] for batch in batches]
    assert len(leftover(trial.model)) == len(list(trial.model.parameters()))
    assert max(before) > 10 * before[0]
    healthy = healthy_trial(World(epochs=1))
    norms = trained(healthy.model, healthy.optimizer, batches, healthy.loss)
    assert max(norms) < 10 * norms[0]
    healthy.optimizer.zero_grad()
    assert leftover(healthy.model) == []
    _assert_same_as_undamped_momentum(batches)
    generator, discriminator = nn.Linear(3, 2), nn.Linear(2, 1)
    optimizers = (
        torch.optim.SGD(generator.parameters(), lr=0.1),
        torch.optim.SGD(discriminator.parameters(), lr=0.1),
    )
    assert trained_in_turns(generator, discriminator, optimizers, torch.randn(8, 2), torch.randn(8, 3)) != []
    trained_in_turns(generator, discriminator, optimizers, torch.randn(8, 2), torch.randn(8, 3))


def _assert_same_as_undamped_momentum(batches: Sequence[tuple[Tensor, Tensor]]) -> None:
    """Plain SGD that never clears takes the steps of SGD with momentum 1 that does."""
    piling, pendulum = healthy_trial(World()), healthy_trial(World())
    piling.optimizer = torch.optim.SGD(piling.model.parameters(), lr=0.01)
    pendulum.optimizer = torch.optim.SGD(pendulum.model.parameters(), lr=0.01, momentum=1.0)
    for inputs, targets in batches[:10]:
        _step_without_clearing(piling, inputs, targets)
        pendulum.train_step(pendulum, inputs, targets)
    for one, other in zip(piling.model.parameters(), pendulum.model.parameters(), strict=True):
        assert torch.allclose(one, other, atol=1e-5)
