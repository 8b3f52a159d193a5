"""What the columns of made-up logs are."""

from __future__ import annotations

from lossclinic_kb.run import Role

ROLES: dict[str, Role] = {
    "loss": "train_loss",
    "val_loss": "val_loss",
    "acc": "train_acc",
    "val_acc": "val_acc",
    "lr": "lr",
    "grad_norm": "grad_norm",
    "val_iou": "other",
    "time": "other",
}
