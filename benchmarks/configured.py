"""What a person would state of a lab training: what its script says, faults included."""

from __future__ import annotations

from typing import Any

from torch import nn
from torch.utils.data import RandomSampler

from lossclinic_kb.facts import Fact
from lossclinic_kb.lab.jobs import Job
from lossclinic_kb.symptoms import facts_of


def configuration_of(job: Job) -> dict[str, Fact]:
    """Return optimiser, rate, batch size, regularisation, precision and shuffling as the training is set up."""
    trial = job.trial()
    first: dict[str, Any] = trial.optimizer.param_groups[0]
    dropout = [module.p for module in trial.model.modules() if isinstance(module, nn.Dropout)]
    momentum = first.get("momentum", first.get("betas", (None,))[0])
    stated = {
        "optimizer": type(trial.optimizer).__name__.lower(),
        "lr": first["lr"] or None,
        "momentum": momentum,
        "weight_decay": first.get("weight_decay"),
        "adam_epsilon": first.get("eps"),
        "batch_size": trial.train.batch_size,
        "dropout": max(dropout, default=0.0),
        "grad_clip": trial.clip_norm,
        "amp": trial.precision != "fp32",
        "shuffle": isinstance(trial.train.sampler, RandomSampler),
        **trial.facts,
    }
    return facts_of({name: value for name, value in stated.items() if value is not None})
