"""A forecaster of an hourly load whose author logs to W&B and exports the history."""

from __future__ import annotations

import itertools
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.optim import lr_scheduler

from benchmarks.field.case import Setting, fault, healthy
from benchmarks.field.scripts.plain import Script, Split
from benchmarks.field.scripts.plain_logs import wandb_history
from benchmarks.field.tasks import flaws
from benchmarks.field.tasks.series import load

mse = functional.mse_loss


def mae(outputs: Tensor, targets: Tensor) -> float:
    """Return the mean absolute error."""
    return float((outputs.view(-1) - targets.view(-1)).abs().mean())


class Forecaster(nn.Module):
    """A recurrent network, and a layer on its last state."""

    def __init__(
        self, kind: type[nn.RNNBase] = nn.GRU, width: int = 24, head: nn.Module | None = None, **how: Any
    ) -> None:
        super().__init__()
        self.body = kind(1, width, batch_first=True, **how)  # type: ignore[call-arg,arg-type]
        self.top = nn.Linear(width, 1)
        self.head = head or nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        """Return a forecast for each window, (N, 1)."""
        out: Tensor = self.head(self.top(self.body(x)[0][:, -1]))
        return out


def dense(*widths: int, between: type[nn.Module] = nn.ReLU, dropout: float = 0.0) -> nn.Module:
    """Return layers over the whole window at once."""
    sizes = [24, *widths]
    layers: list[nn.Module] = [nn.Flatten()]
    for wide, narrow in itertools.pairwise(sizes):
        layers += [nn.Linear(wide, narrow), between(), nn.Dropout(dropout)]
    return nn.Sequential(*layers, nn.Linear(sizes[-1], 1))


def with_answer() -> Split:
    """Return windows whose last value is the one to forecast, by a window cut one hour too late."""
    split = load()
    return Split(
        torch.cat([split.x[:, 1:], split.y[:, None]], 1),
        split.y,
        torch.cat([split.x_val[:, 1:], split.y_val[:, None]], 1),
        split.y_val,
    )


def drowned(x: Tensor) -> Tensor:
    """Return windows of nothing but noise."""
    return torch.randn(x.shape, generator=torch.Generator().manual_seed(7))


def recurrent_wide(module: nn.Module) -> None:
    """Draw the recurrent weights far too wide."""
    nn.init.normal_(module.body.weight_hh_l0, std=0.3)  # type: ignore[arg-type,union-attr]


def far_below(module: nn.Module) -> None:
    """Give every hidden unit an offset far below zero."""
    for layer in list(module)[:-1]:  # type: ignore[call-overload]
        if isinstance(layer, nn.Linear):
            nn.init.constant_(layer.bias, -15.0)


SCRIPT = Script(load, Forecaster, mse, ("mae", mae), lr=3e-3, epochs=12, task="regression")
perceptron = partial(dense, 48, 48)
SGD: dict[str, Any] = {"net": perceptron, "optimizer": "sgd", "lr": 0.03, "momentum": 0.9}

CASES = {
    "base": healthy("Both losses fall from about one to .07 and stay together."),
    "dense": healthy("A steady descent, validation alongside.", net=perceptron, lr=1e-3),
    "sgd": healthy("A quick clean descent with SGD.", **SGD),
    "long": healthy("Fifty epochs of slow descent to the same floor.", net=perceptron, lr=2e-4, epochs=50),
    "noisy": healthy(
        "Very noisy steps because of small batches; validation settles early at the level of the noise.",
        data=partial(load, noise=0.35),
        batch_size=8,
        net=partial(dense, 16),
        epochs=6,
    ),
    "restarts": healthy(
        "The rate restarts three times; validation gets a little better each time.",
        net=perceptron,
        schedule=lambda o: lr_scheduler.CosineAnnealingWarmRestarts(o, 6),
        epochs=24,
    ),
    "plateau_decay": healthy(
        "The rate is lowered twice; each time the floor gets a little lower.",
        net=perceptron,
        schedule=lambda o: lr_scheduler.StepLR(o, 8, 0.3),
        epochs=24,
    ),
    "kilowatts": healthy(
        "Larger units, so losses from 10 to .7; otherwise as healthy as can be.",
        data=partial(load, unit=3.0, base=1.0),
        epochs=15,
    ),
    "hot": fault(
        "lr_too_high",
        "Loss and gradient norm leap about and the validation never settles below .15, where .07 is reachable.",
        lr=1.0,
    ),
    "hot_sgd": fault(
        "lr_too_high", "One finite step, then inf and NaN.", against="sgd", **{**SGD, "lr": 1.5}
    ),
    "cold": fault(
        "lr_too_low", "Validation loss moves by .01 in the whole run; gradient norm as at the start.", lr=3e-6
    ),
    "explosive": fault(
        "exploding_gradients",
        "A first loss of 10^5 with a gradient norm of 10^7, then NaN, at a small rate.",
        net=partial(Forecaster, nn.RNN, 64, nonlinearity="relu"),
        prepare=recurrent_wide,
        optimizer="sgd",
        lr=0.01,
    ),
    "vanishing": fault(
        "vanishing_gradients",
        "Validation loss stays at the variance of the target, gradient norms sink to a hundredth.",
        net=partial(dense, *[24] * 9, between=nn.Sigmoid),
        against="dense",
        lr=1e-3,
    ),
    "megawatts": fault(
        "target_not_scaled",
        "Losses of 10^9 that do not move: the target is 42,000 away from the output.",
        data=flaws.mapped(load, y=lambda y: y * 9000 + 42000, y_val=lambda y: y * 9000 + 42000),
    ),
    "broadcast": fault(
        "wrong_dim_or_reshape",
        "Loss stays at the variance of the target as if the mean were predicted, gradient small.",
        data=flaws.mapped(load, y=lambda y: y[:, 0], y_val=lambda y: y[:, 0]),
        metric=None,
    ),
    "few": fault(
        "overfitting",
        "Train loss falls to 1e-5, validation turns at epoch 3 and climbs from .53 to .90.",
        data=partial(load, train=110, noise=0.5),
        net=partial(dense, 128, 128),
        epochs=120,
        against="dense",
        lr=1e-3,
    ),
    "few_recurrent": fault(
        "too_little_data",
        "Two dozen samples: one step of training an epoch, validation turns at half the run.",
        data=partial(load, train=40, noise=0.3),
        epochs=80,
    ),
    "drift": fault(
        "distribution_shift",
        "Training is as it should be; validation is an order of magnitude worse from the first epoch and stays there.",
        data=partial(load, drift=3.0),
    ),
    "answer_inside": fault(
        "data_leakage",
        "Both losses fall far below the noise of the series and go on falling: too good to be true.",
        data=with_answer,
        net=perceptron,
        lr=1e-3,
        against="dense",
    ),
    "decayed": fault(
        "over_regularized",
        "Both losses stay near .7 where .07 is reachable; training cannot fit either.",
        optimizer="adam",
        net=perceptron,
        lr=1e-3,
        weight_decay=1.0,
        against="dense",
    ),
    "dropped": fault(
        "over_regularized",
        "Train loss noisy and above validation, both near .7 at the end where .07 is reachable.",
        net=partial(dense, 48, 48, dropout=0.9),
        lr=1e-3,
        dropout=0.9,
        against="dense",
    ),
    "noise_only": fault(
        "uninformative_features",
        "Both losses stay at the variance of the target from the first step.",
        data=flaws.everywhere(load, drowned),
    ),
    "raw": fault(
        "no_input_normalization",
        "Loss stays at the variance of the target although the rate and the net are right.",
        data=flaws.everywhere(load, lambda x: x * 9000 + 42000),
    ),
    "upside_down": fault(
        "loss_sign_error",
        "Loss negative and growing without bound, down to -10^7, error growing.",
        loss=lambda outputs, targets: -mse(outputs, targets),
        net=perceptron,
        lr=1e-3,
        against="dense",
    ),
    "huge_epsilon": fault(
        "adam_epsilon_too_large",
        "A usual rate of Adam, and validation loss moves by .02 in the run.",
        eps=30.0,
        net=perceptron,
        lr=1e-3,
        against="dense",
    ),
    "whole_set": fault(
        "batch_too_large",
        "One step an epoch: slow and smooth, at .54 when it ends.",
        batch_size=900,
        net=perceptron,
        lr=1e-3,
        against="dense",
    ),
    "resumed": fault(
        "resume_state_incomplete",
        "At epoch 16 the rate jumps back to where it began and both losses jump with it.",
        net=perceptron,
        lr=3e-2,
        schedule=lambda o: lr_scheduler.ExponentialLR(o, 0.7),
        epochs=24,
        resumed_at=16,
    ),
    "relu_head": fault(
        "wrong_output_activation",
        "Loss stops at .6, half of the variance: nothing below zero can be said.",
        net=partial(Forecaster, head=nn.ReLU()),
    ),
    "sigmoid_head": fault(
        "wrong_output_activation",
        "Loss stops at .65: nothing outside zero to one can be said.",
        net=partial(Forecaster, head=nn.Sigmoid()),
    ),
    "kept_gradients": fault(
        "missing_zero_grad",
        "Good for a few steps, then gradient norm and loss grow together until NaN.",
        against="sgd",
        **SGD,
        zero_grad=False,
    ),
    "no_step": fault(
        "optimizer_step_missing",
        "Validation figures are the same to the last digit in every epoch.",
        step=False,
    ),
    "momentum": fault(
        "momentum_too_high",
        "A good first epoch, then long swings and a loss ten times higher.",
        against="sgd",
        **{**SGD, "momentum": 0.999},
    ),
    "summed": fault(
        "loss_reduction_mismatch",
        "First loss is 32 times the usual, the next 10^19, then NaN.",
        loss=partial(functional.mse_loss, reduction="sum"),
        against="sgd",
        **SGD,
    ),
    "nan": fault(
        "nan_in_data",
        "An ordinary descent, then NaN from one step to the next with an ordinary gradient.",
        data=flaws.mapped(load, y=flaws.with_nan(2)),
    ),
    "nan_features": fault(
        "nan_in_data",
        "An ordinary descent, then NaN from one step to the next; validation NaN throughout.",
        data=flaws.everywhere(load, flaws.with_nan(1)),
        net=perceptron,
        against="dense",
    ),
    "shuffled_targets": fault(
        "label_misalignment",
        "Train loss falls slowly by memorising, validation goes up from the first epoch.",
        data=flaws.mapped(load, y=flaws.shuffled),
        net=partial(dense, 128, 128),
        lr=1e-3,
        epochs=30,
        against="dense",
    ),
    "early_decay": fault(
        "lr_schedule_wrong",
        "The rate is at 1e-8 after a few dozen steps and the validation frozen at .954.",
        schedule=lambda o: lr_scheduler.ExponentialLR(o, 0.8),
        schedule_every="step",
    ),
    "dead": fault(
        "dying_relu",
        "Validation loss sits at the variance of the target and gradients are those of an offset alone.",
        net=partial(dense, 32, 32),
        lr=1e-3,
        against="dense",
        prepare=far_below,
    ),
    "eight_val": fault(
        "val_set_too_small",
        "Validation loss is far below training from the start and moves by whole factors: three samples.",
        data=partial(load, val=3, noise=0.5),
        net=perceptron,
        epochs=30,
        lr=1e-3,
        against="dense",
    ),
    "outliers": fault(
        "outlier_batch",
        "A sound descent with single steps a thousand times higher that are over at once.",
        augment=lambda x, y: (x, torch.where(torch.rand(len(y), 1) < 0.0006, y + 90.0, y)),
        net=perceptron,
        lr=1e-3,
        against="dense",
        epochs=20,
    ),
}

SETTING = Setting("open", "W&B history", "hourly load", "csv", SCRIPT, wandb_history(5), CASES)
