"""Every reader, by id. A new format is one module and one line here."""

from __future__ import annotations

from lossclinic_ingest.logs import (
    aim_csv,
    catboost,
    catboost_console,
    comet_csv,
    deepspeed_csv,
    detectron2_console,
    detectron2_metrics,
    evals_result,
    fastai_csv,
    generic_csv,
    generic_json,
    hf_printed,
    hf_trainer_state,
    keras_console,
    keras_csv,
    keras_history,
    lightgbm_console,
    lightning_csv,
    mlflow_csv,
    mlflow_metric,
    mmcv_json,
    mmengine_console,
    mmengine_scalars,
    paddle_console,
    tensorboard_csv,
    tensorboard_events,
    tensorboard_json,
    timm_csv,
    ultralytics_csv,
    visualdl_csv,
    visualdl_records,
    wandb_chart_csv,
    wandb_history_csv,
    wandb_history_json,
    xgboost_console,
    yolo_console,
    yolo_csv,
)
from lossclinic_ingest.logs.reader import Reader
from lossclinic_kb.text import Text

READERS: dict[str, Reader] = {
    keras_csv.ID: keras_csv,
    lightning_csv.ID: lightning_csv,
    hf_trainer_state.ID: hf_trainer_state,
    hf_printed.ID: hf_printed,
    detectron2_metrics.ID: detectron2_metrics,
    evals_result.ID: evals_result,
    wandb_chart_csv.ID: wandb_chart_csv,
    wandb_history_csv.ID: wandb_history_csv,
    mlflow_metric.ID: mlflow_metric,
    mlflow_csv.ID: mlflow_csv,
    ultralytics_csv.ID: ultralytics_csv,
    yolo_csv.ID: yolo_csv,
    fastai_csv.ID: fastai_csv,
    timm_csv.ID: timm_csv,
    comet_csv.ID: comet_csv,
    aim_csv.ID: aim_csv,
    generic_json.ID: generic_json,
    keras_history.ID: keras_history,
    mmcv_json.ID: mmcv_json,
    mmengine_scalars.ID: mmengine_scalars,
    wandb_history_json.ID: wandb_history_json,
    tensorboard_events.ID: tensorboard_events,
    xgboost_console.ID: xgboost_console,
    lightgbm_console.ID: lightgbm_console,
    catboost.ID: catboost,
    catboost_console.ID: catboost_console,
    keras_console.ID: keras_console,
    detectron2_console.ID: detectron2_console,
    paddle_console.ID: paddle_console,
    mmengine_console.ID: mmengine_console,
    yolo_console.ID: yolo_console,
    tensorboard_csv.ID: tensorboard_csv,
    tensorboard_json.ID: tensorboard_json,
    visualdl_csv.ID: visualdl_csv,
    visualdl_records.ID: visualdl_records,
    deepspeed_csv.ID: deepspeed_csv,
    generic_csv.ID: generic_csv,
}

_NOT_FILES = {
    "dataframe": Text("a DataFrame", "DataFrame"),
    "mapping": Text("a mapping of lists", "由列表组成的字典"),
    "lab": Text("a training of the lab", "实验室里的一次训练"),
}


def title_of(format_id: str) -> Text:
    """Return what people call a format; `format_id` is `Run.format`."""
    return READERS[format_id].TITLE if format_id in READERS else _NOT_FILES[format_id]
