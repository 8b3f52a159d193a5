"""The scripts, one for each tool and task."""

from __future__ import annotations

from typing import Final

from benchmarks.field.case import Setting
from benchmarks.field.tools import (
    events_tags,
    gpt_help,
    hf_reviews,
    keras_houses,
    keras_sensors,
    lightning_textures,
    lines_shapes,
    ring_gan,
    sklearn_spirals,
    stripes_vae,
    table_blobs,
    trees_churn,
    wandb_load,
)

ALL: Final[tuple[Setting, ...]] = (
    lines_shapes.SETTING,
    table_blobs.SETTING,
    wandb_load.SETTING,
    ring_gan.SETTING,
    keras_sensors.SETTING,
    sklearn_spirals.SETTING,
    hf_reviews.SETTING,
    gpt_help.SETTING,
    lightning_textures.SETTING,
    events_tags.SETTING,
    stripes_vae.SETTING,
    stripes_vae.SECOND,
    keras_houses.SETTING,
    trees_churn.SETTING,
    trees_churn.SECOND,
)
SETTINGS: Final = {f"{setting.tool}/{setting.task}": setting for setting in ALL}
