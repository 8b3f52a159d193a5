"""How the learning rate goes over a run that is planned rightly: the schedules people use."""

from __future__ import annotations

import torch
from torch.optim.lr_scheduler import CosineAnnealingLR, LinearLR, LRScheduler, OneCycleLR, StepLR

from lossclinic_kb.lab.world import Schedule


def schedule_for(kind: Schedule, optimizer: torch.optim.Optimizer, steps: int) -> LRScheduler | None:
    """Return the schedule `kind` over `steps` optimiser steps, to be stepped after each of them; None for "none"."""
    if kind == "cosine":
        return CosineAnnealingLR(optimizer, T_max=steps)
    if kind == "one_cycle":
        # Its peak is the rate that suits the run; cycling the momentum too would change what that rate is.
        peak = float(optimizer.param_groups[0]["lr"])
        return OneCycleLR(optimizer, max_lr=peak, total_steps=steps + 1, cycle_momentum=False)
    if kind == "step":
        return StepLR(optimizer, step_size=max(1, 2 * steps // 3))
    if kind == "warmup":
        return LinearLR(optimizer, start_factor=0.01, total_iters=max(1, steps // 10))
    return None
