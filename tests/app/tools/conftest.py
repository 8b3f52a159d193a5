"""One clinic for all tests of the tools, and a log whose fault is plain."""

from __future__ import annotations

import pytest

from lossclinic import Clinic


@pytest.fixture(scope="session")
def clinic(home: object) -> Clinic:  # noqa: ARG001 - the folder of the index must be set first
    return Clinic()


@pytest.fixture(scope="session")
def overfitting() -> str:
    """A log in which the validation loss turns upwards while the training loss falls on."""
    rows = [f"{epoch},{2.0 * 0.85**epoch:.4f},{0.9 + 0.04 * abs(epoch - 6):.4f}" for epoch in range(1, 31)]
    return "epoch,train_loss,val_loss\n" + "\n".join(rows) + "\n"
