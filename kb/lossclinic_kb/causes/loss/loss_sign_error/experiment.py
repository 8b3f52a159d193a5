"""A loss that is maximised, or one term of it that is; and the same with every term pulling the right way."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping

import torch
from torch import Tensor, nn

from lossclinic_kb.lab import Trial, World, healthy_trial
from lossclinic_kb.lab.workloads.vae import divergence

WORKLOADS = (
    *(
        "tabular",
        "regression_friedman",
        "regression_drawn",
        "segmentation",
        "char_rnn",
        "markov_language",
        "cnn_digits",
    ),
    *("vae", "sequence_classification", "regression_diabetes"),
)

Loss = Callable[[Tensor, Tensor], Tensor]


def broken(world: World) -> Trial:
    """Negate the loss, or the divergence of a VAE; in every third world the optimiser maximises instead."""
    trial = healthy_trial(world)
    given = trial.loss
    if world.workload == "vae":
        weight = world.loss_weight * (world.batch_size if world.summed else 1)
        trial.loss = lambda outputs, targets: (
            given(outputs, targets) - 2 * weight * divergence(outputs, targets)
        )
    elif world.seed % 3 == 2:  # the log then shows the true loss, and that climbs
        for group in trial.optimizer.param_groups:
            group["maximize"] = True
    else:
        trial.loss = lambda outputs, targets: -given(outputs, targets)
    return trial


def cured(world: World) -> Trial:
    return healthy_trial(world)


def after_a_step(model: nn.Module, loss_fn: Loss, inputs: Tensor, targets: Tensor) -> tuple[float, float]:
    """Return how wrong the model is before and after one small step down the loss that is trained on."""
    # snippet: confirm | pytorch | One small step: does a trusted measure of the error get better? | 只走一小步：可信的误差指标变好了吗？
    trial_model = copy.deepcopy(model)
    trusted = nn.functional.cross_entropy  # a library loss, or the mean absolute error of a regression
    before = trusted(trial_model(inputs), targets).item()
    trial_model.zero_grad()
    loss_fn(trial_model(inputs), targets).backward()  # the loss that you train on, every term of it
    with torch.no_grad():
        for p in trial_model.parameters():
            if p.grad is not None:
                p.sub_(1e-3 * p.grad / (p.grad.norm() + 1e-12))
    after = trusted(trial_model(inputs), targets).item()
    # Lower: the sign is right. Higher: the loss, or its largest term, is maximised.
    # end snippet
    return before, after


def pulls(outputs: Tensor, targets: Tensor, terms: Mapping[str, Loss], quality: Loss) -> dict[str, float]:
    """Return for each term whether its descent makes `quality`, which is to be large, larger (above 0) or not."""
    # snippet: confirm_terms | pytorch | Which of several terms pulls the wrong way? | 多项损失里，哪一项在往反方向拉？
    outputs = outputs.detach().requires_grad_()
    (wanted,) = torch.autograd.grad(quality(outputs, targets), outputs)  # what shall grow: Dice, likelihood
    agreement = {}
    for name, term in terms.items():  # for example {"ce": ce_loss, "dice": dice_loss}
        (slope,) = torch.autograd.grad(term(outputs, targets), outputs)
        agreement[name] = nn.functional.cosine_similarity(-slope.flatten(), wanted.flatten(), dim=0).item()
    # Clearly below 0 for a term that should help: its sign is wrong.
    # end snippet
    return agreement


def minimised(
    scores: Tensor, targets: Tensor, overlap: Tensor, log_prob: Tensor, advantage: Tensor, entropy: Tensor
) -> Tensor:
    """Return the sum of four terms, each with the sign with which it is to be minimised."""
    # snippet: fix | pytorch | The sign of each usual term, for an optimiser that minimises | 优化器做最小化时，各种常见项的符号
    loss = nn.functional.cross_entropy(scores, targets)  # library losses: as they are
    loss = loss + (1 - overlap)  # Dice, IoU, similarity, accuracy-like: one minus
    loss = loss - (log_prob * advantage.detach()).mean()  # log-likelihood, policy gradient: minus
    loss = loss - 0.01 * entropy  # what is to stay large, such as an entropy bonus: minus
    # Divergences and weight penalties are to be small: plus. And no maximize=True in the optimiser.
    # end snippet
    return loss  # noqa: RET504 - the snippet names it


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    ill, well = broken(World()), cured(World())
    inputs, targets = next(iter(well.train))
    before, after = after_a_step(well.model, well.loss, inputs, targets)
    assert after < before
    before, after = after_a_step(ill.model, ill.loss, inputs, targets)
    assert after > before

    def likelihood(outputs: Tensor, labels: Tensor) -> Tensor:
        return -nn.functional.cross_entropy(outputs, labels)

    terms: dict[str, Loss] = {
        "right": well.loss,
        "wrong": ill.loss,
        "idle": lambda outputs, _: 0 * outputs.sum(),
    }
    found = pulls(well.model(inputs), targets, terms, likelihood)
    assert found["right"] > 0.99
    assert found["wrong"] < -0.99
    assert found["idle"] == 0

    scores = torch.zeros(4, 3, requires_grad=True)
    labels, chosen = torch.tensor([0, 1, 2, 0]), torch.zeros(4, requires_grad=True)
    overlap, entropy = torch.tensor(0.5, requires_grad=True), torch.tensor(1.0, requires_grad=True)
    minimised(scores, labels, overlap, chosen, torch.ones(4), entropy).backward()
    assert overlap.grad is not None
    assert entropy.grad is not None
    assert chosen.grad is not None
    assert float(overlap.grad) < 0 > float(entropy.grad)  # descent makes them larger
    assert bool((chosen.grad < 0).all())
