"""Mixed precision: bfloat16 by autocast anywhere, float16 for real on a GPU and simulated on a CPU."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Literal

import torch
from torch import nn

Precision = Literal["fp32", "bf16", "fp16"]

GROWTH_INTERVAL = 200
"""Steps without overflow before the loss scale doubles; PyTorch's 2000 are more than a lab run has."""


def autocast(precision: Precision, device: str) -> AbstractContextManager[object]:
    """Return the context in which a forward pass of `precision` runs."""
    kind = torch.device(device).type
    if precision == "bf16":
        return torch.autocast(kind, torch.bfloat16)
    if precision == "fp16" and kind == "cuda":
        return torch.autocast(kind, torch.float16)
    return nullcontext()  # float16 on a CPU is slow and incomplete: `round_gradients` stands in for it


def scaler_for(precision: Precision, device: str) -> torch.amp.GradScaler | None:
    """Return a loss scaler as PyTorch sets it up, from 65536 on; None where the precision needs none."""
    if precision != "fp16":
        return None
    return torch.amp.GradScaler(torch.device(device).type, growth_interval=GROWTH_INTERVAL)


def round_gradients(model: nn.Module) -> None:
    """Give the gradients the range and the grain of float16: infinite above 65504, zero below 6e-8."""
    for parameter in model.parameters():
        if parameter.grad is not None:
            parameter.grad.copy_(parameter.grad.half())
