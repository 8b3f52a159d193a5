"""Batch normalisation over two samples at a time; the cure normalises each sample by itself."""

from __future__ import annotations

import copy
import math
from dataclasses import replace

import torch
from torch import Tensor, nn

from lossclinic_kb.lab import Trial, World, evaluate, fit, optimizer_for
from lossclinic_kb.lab.normalised import normalised_trial

WORKLOADS = ("tabular", "regression_friedman", "regression_drawn", "sequence_classification", "distillation")
TINY = 2  # samples whose statistics stand in for those of all


def broken(world: World) -> Trial:
    """The optimiser sees whole batches, batch normalisation only the micro-batches that fit into memory."""
    return replace(cured(world), accumulate=world.batch_size // TINY)


def cured(world: World) -> Trial:
    """The same batches at once."""
    return replace(normalised_trial(world), accumulate=1)


def changed_answers(model: nn.Module, inputs: Tensor) -> dict[int, float]:
    """Return, by batch size, how often the answer to a sample depends on the others in its batch."""
    # snippet: confirm | pytorch | Does a sample's answer depend on its neighbours? | 同一个样本的预测，会不会随同批的其他样本改变？
    probe = copy.deepcopy(model).train()  # a copy: every pass moves the running statistics
    changed = {}
    for size in (2, 32):  # the batch of one GPU, or of one micro-batch; and a large one
        answers = []
        with torch.no_grad():
            for _ in range(10):
                mates = inputs[torch.randperm(len(inputs))]  # inputs: some hundred training samples
                parts = [torch.cat([one[None], mates[: size - 1]]) for one in inputs[:20]]
                answers.append(torch.stack([probe(part)[0].argmax() for part in parts]))
        votes = torch.stack(answers)
        changed[size] = (votes != votes.mode(dim=0).values).float().mean().item()
    # Some percent at 32 is usual. Several times as many at your own size: it is too small.
    # end snippet
    return changed


def without_batch_statistics(model: nn.Module) -> nn.Module:
    """Replace every batch normalisation of `model` in place."""

    # snippet: fix | pytorch | Group normalisation: no sample sees another | 换成 GroupNorm，样本之间互不影响
    def to_group_norm(module: nn.Module, groups: int = 8) -> None:
        for name, child in module.named_children():
            if isinstance(child, nn.modules.batchnorm._BatchNorm):
                channels = child.num_features
                setattr(module, name, nn.GroupNorm(math.gcd(groups, channels), channels))
            else:
                to_group_norm(child, groups)

    to_group_norm(model)  # before the optimiser is made; then train from the start
    # end snippet
    return model


def frozen_statistics(model: nn.Module) -> nn.Module:
    """Keep the statistics of a pretrained network."""
    # snippet: fix_freeze | pytorch | Pretrained network: keep its statistics | 预训练网络：冻结它的统计量
    model.train()
    for module in model.modules():
        if isinstance(module, nn.modules.batchnorm._BatchNorm):
            module.eval()  # after every model.train(): that call undoes it
            module.requires_grad_(False)  # the scale and the shift as well, as detectors do
    # end snippet
    return model


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    world = World(epochs=4)
    trial = broken(world)
    fit(trial)
    inputs = torch.cat([batch for batch, _ in trial.train])[:300]
    changed = changed_answers(trial.model, inputs)
    assert changed[2] > 3 * changed[32]
    assert changed[2] > 0.1

    grouped = broken(world)
    without_batch_statistics(grouped.model)
    assert not any(isinstance(module, nn.BatchNorm1d) for module in grouped.model.modules())
    grouped.optimizer = optimizer_for(world, grouped.model)
    fit(grouped)
    assert evaluate(grouped)["loss"] < 0.7 * evaluate(trial)["loss"]

    frozen = frozen_statistics(trial.model)
    before = [buffer.clone() for buffer in frozen.buffers()]
    frozen(inputs)
    assert all(torch.equal(old, new) for old, new in zip(before, frozen.buffers(), strict=True))
