"""Shapes that fit and values that do not: a broadcast, a wrong axis, a reshape where axes had to be swapped."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from lossclinic_kb.lab import Trial, World, healthy_trial

WORKLOADS = (
    *(
        "tabular",
        "regression_friedman",
        "regression_drawn",
        "segmentation",
        "char_rnn",
        "regression_diabetes",
    ),
    *("cnn_digits", "sequence_classification"),
)


def broken(world: World) -> Trial:
    """Broadcast (regression), reshape instead of swapping axes (maps, texts), or normalise over the batch."""
    trial = healthy_trial(world)
    if world.workload.startswith("regression"):
        given = trial.loss
        trial.loss = lambda outputs, targets: given(  # what (batch, 1) against (batch,) becomes
            *torch.broadcast_tensors(outputs.unsqueeze(1), targets)
        )
    elif world.workload in ("segmentation", "char_rnn"):
        trial.model = Reshaped(trial.model)
    else:
        factor = world.loss_weight * (world.batch_size if world.summed else 1)
        trial.loss = lambda outputs, targets: factor * nn.functional.nll_loss(outputs.log_softmax(0), targets)
    return trial


def cured(world: World) -> Trial:
    return healthy_trial(world)


class Reshaped(nn.Module):
    """Classes brought from the second axis to the last one by a reshape, which mixes the numbers up."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, inputs: Tensor) -> Tensor:
        """Return scores of the right shape, (batch, ..., classes), in the wrong order."""
        scores: Tensor = self.model(inputs)
        return scores.movedim(-1, 1).reshape(scores.shape)


def leaking_samples(model: nn.Module, inputs: Tensor) -> list[int]:
    """Return which samples of a batch the output for sample 0 depends on; it should be [0]."""
    # snippet: confirm | pytorch | On which samples does the first output depend? | 第一个输出依赖哪些样本？
    model.eval()  # batch normalisation in train mode mixes samples rightly
    batch = (
        inputs.detach().clone().requires_grad_()
    )  # token ids: change sample 1 and compare output 0 instead
    model(batch)[0].sum().backward()
    assert batch.grad is not None
    touched = batch.grad.flatten(1).abs().sum(dim=1).nonzero().flatten().tolist()  # must be [0]
    model.zero_grad()
    model.train()
    # end snippet
    return [int(one) for one in touched]


def strict(loss_fn: Callable[[Tensor, Tensor], Tensor], outputs: Tensor, targets: Tensor) -> Tensor:
    """Return the loss, after the shapes have been compared.

    Raises:
        ValueError: The shapes differ, so that a broadcast would follow.
    """
    # snippet: confirm_shapes | pytorch | Refuse to broadcast in the loss | 在损失里禁止广播
    if outputs.shape != targets.shape:  # squared error, L1, BCE: exactly the same shape
        raise ValueError(f"outputs {tuple(outputs.shape)}, targets {tuple(targets.shape)}")
    loss = loss_fn(outputs, targets)
    # end snippet
    return loss  # noqa: RET504 - the snippet names it


def squeezed(model: nn.Module, inputs: Tensor, targets: Tensor) -> Tensor:
    """Return the squared error of a network with one output."""
    # snippet: fix | pytorch | (N, 1) against (N,): take off the last axis | (N, 1) 对 (N,)：去掉最后一维
    outputs = model(inputs).squeeze(-1)  # (N, 1) to (N,); a bare .squeeze() would also drop a batch of one
    loss = nn.functional.mse_loss(outputs, targets.float())
    # end snippet
    return loss  # noqa: RET504 - the snippet names it


def moved(image: Tensor, scores: Tensor, features: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return a picture with channels first, probabilities over classes, and features in time order."""
    # snippet: fix_axes | pytorch | Swap axes with permute, name the axis of a softmax | 换轴用 permute，softmax 写清是哪一维
    chw = image.permute(2, 0, 1)  # height, width, channels to channels first; reshape would scramble it
    probabilities = scores.softmax(dim=-1)  # over the classes; dim=0 is the batch
    batch_first = features.transpose(0, 1)  # (time, batch, ...) to (batch, time, ...)
    flat = batch_first.flatten(1)  # merging neighbouring axes is what reshape and flatten are for
    # end snippet
    assert flat.shape[0] == batch_first.shape[0]
    return chw, probabilities, batch_first


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    inputs = torch.randn(6, 4)
    assert leaking_samples(nn.Linear(4, 2), inputs) == [0]
    assert leaking_samples(nn.Sequential(nn.Linear(4, 2), nn.Softmax(dim=0)), inputs) == list(range(6))
    over_batch = nn.Sequential(
        nn.Linear(4, 6), nn.Unflatten(1, (3, 2)), nn.Flatten(0, 1), nn.Unflatten(0, (6, 3))
    )
    assert leaking_samples(over_batch, inputs) == [0]

    outputs, targets = torch.randn(64, 1), torch.randn(64)
    broadcast = nn.functional.mse_loss(*torch.broadcast_tensors(outputs, targets))
    constant = nn.functional.mse_loss(torch.full((64,), float(targets.mean())), targets)
    assert broadcast > constant  # no prediction can beat the mean: the loss stops at the variance
    assert torch.isclose(nn.functional.mse_loss(*torch.broadcast_tensors(targets.mean(), targets)), constant)
    refused = False
    try:
        strict(nn.functional.mse_loss, outputs, targets)
    except ValueError:
        refused = True
    assert refused
    assert strict(nn.functional.mse_loss, targets, targets) == 0
    assert squeezed(nn.Linear(4, 1), inputs, torch.randn(6)).isfinite()

    image = torch.arange(24).view(2, 4, 3)  # height 2, width 4, three channels
    chw, probabilities, batch_first = moved(image, torch.randn(5, 3), torch.randn(7, 5, 2))
    assert torch.equal(chw[0], image[..., 0])
    assert not torch.equal(image.reshape(3, 2, 4)[0], image[..., 0])
    assert torch.allclose(probabilities.sum(1), torch.ones(5))
    assert batch_first.shape == (5, 7, 2)
