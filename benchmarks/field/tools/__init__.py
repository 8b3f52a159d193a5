"""The scripts, one for each tool and task."""

from __future__ import annotations

from typing import Final

from benchmarks.field.case import Setting
from benchmarks.field.tools import (
    hf_reviews,
    keras_sensors,
    lightning_textures,
    lines_shapes,
    sklearn_spirals,
    table_blobs,
    wandb_load,
)

MODULES: Final = (
    lines_shapes,
    table_blobs,
    wandb_load,
    keras_sensors,
    sklearn_spirals,
    hf_reviews,
    lightning_textures,
)
SETTINGS: Final[dict[str, Setting]] = {
    f"{module.SETTING.tool}/{module.SETTING.task}": module.SETTING for module in MODULES
}
