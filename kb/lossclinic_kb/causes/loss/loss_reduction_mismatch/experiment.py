"""A sum where a mean was meant: in training, in validation, in one of two terms; or a mean that is divided again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader

from lossclinic_kb.lab import Scores, Trial, World, evaluate, fit, healthy_trial, load_task
from lossclinic_kb.lab.workloads.detection import BOX_WEIGHT, box_loss, class_loss

Loss = Callable[[Tensor, Tensor], Tensor]

WORKLOADS = (
    *("tabular", "detection", "regression_friedman", "regression_drawn", "segmentation", "cnn_digits"),
    *("sequence_classification", "regression_diabetes"),
)


def broken(world: World) -> Trial:
    """Sum in training (the rate made for a mean), in validation only, or in one term; or divide a mean again."""
    trial = healthy_trial(world)
    if world.workload == "detection":
        return _one_term_summed(trial, world)
    if world.summed:  # training sums rightly, its rate made for it; validation averages
        return replace(trial, evaluate=_scaled_evaluation(1 / world.batch_size))
    kind = world.seed % 3
    adaptive = world.optimizer != "sgd"  # such an optimiser does not care by what its loss was multiplied
    if kind == 1 or (adaptive and trial.metric is not None):
        per_batch = len(trial.val.dataset) / len(trial.val)  # type: ignore[arg-type]
        return replace(trial, evaluate=_scaled_evaluation(per_batch))
    if kind == 2 and not adaptive:
        return replace(trial, loss=_times(trial.loss, lambda targets: 1 / len(targets)))
    return replace(
        trial,
        loss=_times(trial.loss, lambda targets: len(targets)),
        evaluate=_with_loss(trial.loss),
    )


def cured(world: World) -> Trial:
    return healthy_trial(world)


def _times(loss: Loss, factor: Callable[[Tensor], float]) -> Loss:
    return lambda outputs, targets: factor(targets) * loss(outputs, targets)


def _with_loss(loss: Loss) -> Callable[[Trial], Scores]:
    """Return an evaluation with another loss than that of training."""
    return lambda trial: evaluate(replace(trial, loss=loss))


def _scaled_evaluation(factor: float) -> Callable[[Trial], Scores]:
    def scaled(trial: Trial) -> Scores:
        row = evaluate(trial)
        return {**row, "loss": factor * row["loss"]}

    return scaled


def _one_term_summed(trial: Trial, world: World) -> Trial:
    """Sum the errors of the boxes over the batch, and average those of the class."""
    weight = world.loss_weight * (world.batch_size if world.summed else 1)

    def loss(outputs: Tensor, targets: Tensor) -> Tensor:
        summed = 4 * len(targets) * box_loss(outputs, targets)
        return weight * (class_loss(outputs, targets) + BOX_WEIGHT * summed)

    return replace(trial, loss=loss)


def of_whole_and_half(loss_fn: Loss, outputs: Tensor, targets: Tensor) -> tuple[float, float]:
    """Return by what a loss changes when half of the batch is repeated, and when all of it is."""
    # snippet: confirm | pytorch | Does the loss depend on how many samples there are? | 损失会不会随样本数变化？
    with torch.no_grad():
        once = loss_fn(outputs, targets).item()
        twice = loss_fn(torch.cat([outputs, outputs]), torch.cat([targets, targets])).item()
    ratio = twice / once  # 1: a mean. 2: a sum over the batch. 0.5: a mean that is divided by the batch again
    # The same for the loss of the training step and for that of the validation: the two must agree.
    # end snippet
    return once, ratio


def shares(terms: Mapping[str, Tensor], model: nn.Module) -> dict[str, float]:
    """Return the gradient norm that each term of the loss sends into the network."""
    # snippet: confirm_terms | pytorch | Which term of the loss drives the network? | 到底是哪一项损失在驱动网络？
    parameters = [p for p in model.parameters() if p.requires_grad]
    norms = {}
    for (
        name,
        term,
    ) in terms.items():  # the weighted terms of one batch, for example {"class": ..., "box": ...}
        slopes = torch.autograd.grad(term, parameters, retain_graph=True, allow_unused=True)
        norms[name] = sum(g.pow(2).sum().item() for g in slopes if g is not None) ** 0.5
    # A term a hundred times larger than the others decides alone.
    # end snippet
    return norms


def validation_loss(model: nn.Module, val_loader: DataLoader[tuple[Tensor, ...]]) -> float:
    """Return the mean loss of a sample, whatever the batch size."""
    # snippet: fix | pytorch | One mean over samples, in training and in validation | 训练和验证都按样本取平均
    loss_fn = nn.CrossEntropyLoss()  # reduction="mean", the default: the rate does not depend on the batch
    model.eval()
    total, count = 0.0, 0
    with torch.no_grad():
        for inputs, targets in val_loader:
            total += loss_fn(model(inputs), targets).item() * len(targets)  # the last batch may be smaller
            count += len(targets)
    val_loss = total / count  # not len(val_loader): that is the number of batches
    model.train()
    # end snippet
    return val_loss


def balanced(class_loss: Tensor, box_errors: Tensor) -> Tensor:
    """Return the sum of two terms, both a mean over the samples."""
    # snippet: fix_terms | pytorch | Every term the same mean, then a weight | 每一项先取同样的平均，再乘权重
    box_loss = box_errors.sum(dim=1).mean()  # over the numbers of a sample, then the mean over the samples
    loss = class_loss + 5.0 * box_loss  # weights on purpose, so that no term sends in ten times the gradient
    # end snippet
    return loss  # noqa: RET504 - the snippet names it


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    outputs, targets = torch.randn(32, 5), torch.randint(5, (32,))
    mean = nn.functional.cross_entropy
    for factor, expected in ((lambda _: 1.0, 1.0), (len, 2.0), (lambda y: 1 / len(y), 0.5)):
        _, ratio = of_whole_and_half(_times(mean, factor), outputs, targets)
        assert abs(ratio - expected) < 1e-4

    world = World.plain("detection")
    trial = cured(world)
    inputs, wanted = next(iter(trial.train))
    answers = trial.model(inputs)
    of_class, summed = class_loss(answers, wanted), BOX_WEIGHT * 4 * len(wanted) * box_loss(answers, wanted)
    norms = shares({"class": of_class, "box": summed}, trial.model)
    assert norms["box"] > 20 * norms["class"]
    errors = nn.functional.smooth_l1_loss(answers[:, 3:], wanted[:, 1:], beta=0.01, reduction="none")
    norms = shares({"both": balanced(of_class, errors)}, trial.model)
    assert norms["both"] > 0

    well = cured(World(epochs=1))
    fit(well)
    assert abs(validation_loss(well.model, well.val) - evaluate(well)["loss"]) < 1e-4
    assert len(load_task("digits").y_val) / len(well.val) > 200  # by so much a sum over batches is off
