"""Weight decay or dropout so strong that the network cannot fit its own training set; and without either."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader

from lossclinic_kb.lab import Trial, World, accuracy, fit, healthy_trial, optimizer_for

DECAY = {
    "sgd": 0.14,
    "adam": 0.3,
    "adamw": 60.0,
    "rmsprop": 0.3,
}  # a thousand times the usual; with momentum 0.9 and a rate of 0.05,
# a weight that nothing holds up is halved within ten steps
STACKED = {"sgd": 0.03, "adam": 0.05}  # added to the dropout: strong regularisers seldom come alone
DROPPED = 0.8  # of the inputs and of every hidden layer
DROPPED_ALONE = (0.8, 0.93)
PENALTY = (0.03, 0.3)  # times the sum of all squared weights, which is a few dozen in a small network


WORKLOADS = (
    "tabular",
    "cnn_digits",
    "sequence_classification",
    "segmentation",
    "regression_friedman",
    "regression_drawn",
)


def broken(world: World) -> Trial:
    """Weight decay where the seed is even, by the optimiser or in the loss; dropout where it is odd, mostly with some decay."""
    trial = cured(world)
    drops = world.seed % 2 == 1 and world.workload == "tabular"
    if world.seed % 4 == 2:
        return _penalised(trial, world.between(*PENALTY))
    if drops and world.seed % 4 == 3:
        trial.model = _with_dropout(trial.model, world.between(*DROPPED_ALONE))
        trial.optimizer = optimizer_for(world, trial.model)
        return trial
    if drops:
        trial.model = _with_dropout(trial.model, DROPPED)
        trial.optimizer = optimizer_for(world, trial.model)
    for group in trial.optimizer.param_groups:
        group["weight_decay"] = (STACKED if drops else DECAY)[world.optimizer]
    return trial


def cured(world: World) -> Trial:
    trial = healthy_trial(world)
    trial.clip_norm = 1.0  # dropout scales what it keeps up fivefold: unclipped, SGD would diverge instead
    return trial


def _penalised(trial: Trial, strength: float) -> Trial:
    """Add the squared weights to the loss, logged and minimised as one number."""
    plain, weights = trial.loss, [p for p in trial.model.parameters() if p.ndim > 1]

    def loss(outputs: Tensor, targets: Tensor) -> Tensor:
        return plain(outputs, targets) + strength * torch.stack([p.square().sum() for p in weights]).sum()

    trial.loss = loss
    return trial


def _with_dropout(model: nn.Module, rate: float) -> nn.Sequential:
    layers: list[nn.Module] = []
    for layer in model.children():
        layers += [nn.Dropout(rate), layer] if isinstance(layer, nn.Linear) else [layer]
    return nn.Sequential(*layers)


def switch_off(model: nn.Module, optimizer: torch.optim.Optimizer) -> None:
    """Take weight decay and dropout out of a training that is set up."""
    # snippet: confirm | pytorch | Take all regularisation out, then train a few epochs | 去掉所有正则，再训几个 epoch
    for group in optimizer.param_groups:
        group["weight_decay"] = 0.0
    for module in model.modules():
        if isinstance(module, (nn.Dropout, nn.Dropout1d, nn.Dropout2d, nn.Dropout3d)):
            module.p = 0.0
    # Switch off by hand: L1/L2 terms in the loss, label smoothing, mixup, F.dropout, dropout=... of attention.
    # end snippet


def usual_strength(model: nn.Module) -> torch.optim.Optimizer:
    """Set dropout and weight decay to a usual strength; return the new optimiser."""
    # snippet: fix | pytorch | Dropout 0.1, and a mild decay of the weight matrices only | dropout 0.1，只对权重矩阵做温和的衰减
    for module in model.modules():
        if isinstance(module, (nn.Dropout, nn.Dropout1d, nn.Dropout2d, nn.Dropout3d)):
            module.p = 0.1
    matrices = [p for p in model.parameters() if p.requires_grad and p.ndim >= 2]
    others = [p for p in model.parameters() if p.requires_grad and p.ndim < 2]  # biases, normalisation
    groups = [{"params": matrices, "weight_decay": 0.01}, {"params": others, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=1e-3)
    # end snippet
    return optimizer  # noqa: RET504 - the snippet names it


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    for seed in (0, 1):  # decay, dropout
        world = World(seed=seed, epochs=4)
        ill, bare, mild = broken(world), broken(world), broken(world)
        fit(ill)
        switch_off(bare.model, bare.optimizer)
        fit(bare)
        mild.optimizer = usual_strength(mild.model)
        fit(mild)
        assert _train_accuracy(ill) < 0.7
        assert _train_accuracy(bare) > 0.95
        assert _train_accuracy(mild) > 0.95


def _train_accuracy(trial: Trial) -> float:
    loader: DataLoader[tuple[Tensor, ...]] = trial.train
    trial.model.eval()
    with torch.no_grad():
        scores = [(accuracy(trial.model(inputs), targets), len(targets)) for inputs, targets in loader]
    return sum(score * count for score, count in scores) / sum(count for _, count in scores)
