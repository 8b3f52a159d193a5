"""The fault lab: small real trainings that show a fault, and the same trainings cured."""

from lossclinic_kb.lab.healthy import healthy_trial, mlp, optimizer_for
from lossclinic_kb.lab.tasks import Task, load_task
from lossclinic_kb.lab.trial import (
    Scores,
    Trial,
    accuracy,
    evaluate,
    fit,
    gradient_norm,
    train_step,
    validation_means,
)
from lossclinic_kb.lab.world import World

__all__ = [
    "Scores",
    "Task",
    "Trial",
    "World",
    "accuracy",
    "evaluate",
    "fit",
    "gradient_norm",
    "healthy_trial",
    "load_task",
    "mlp",
    "optimizer_for",
    "train_step",
    "validation_means",
]
