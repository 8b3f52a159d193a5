"""Lines that older versions of known programs print, and layouts of training scripts that many people started from."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from lossclinic_ingest.logs import read_log

Expected = Mapping[str, tuple[str, list[float]]]
"""Role and values of each expected series, by name."""

OLDER: Mapping[str, tuple[str, str, Expected]] = {
    "LightGBM 3, cv": (
        "lightgbm_console",
        "[1]\tcv_agg's binary_logloss: 0.6 + 0.01\n[2]\tcv_agg's binary_logloss: 0.5 + 0.02\n",
        {"cv_agg binary_logloss": ("val_loss", [0.6, 0.5])},
    ),
    "XGBoost 0.9, with times": (
        "xgboost_console",
        "[12:00:01] src/tree/updater_prune.cc:74: tree pruning end\n[0]\ttrain-error:0.5\teval-error:0.6\n"
        "[12:00:02] src/tree/updater_prune.cc:74: tree pruning end\n[1]\ttrain-error:0.4\teval-error:0.55\n",
        {"train-error": ("train_loss", [0.5, 0.4]), "eval-error": ("val_loss", [0.6, 0.55])},
    ),
    "Keras 1, samples": (
        "keras_console",
        "Epoch 1/2\n 32/64 [=====>....] - ETA: 0s - loss: 9.0\b\b\b64/64 [=====] - 0s - loss: 0.7 - val_loss: 0.8\n"
        "Epoch 2/2\n64/64 [=====] - 0s - loss: 0.6 - val_loss: 0.7\n",
        {"loss": ("train_loss", [0.7, 0.6]), "val_loss": ("val_loss", [0.8, 0.7])},
    ),
    "MMCV 1, counted in iterations": (
        "mmengine_console",
        "2021-10-01 12:00:00,123 - mmseg - INFO - Iter [50/1000]\tlr: 9.9e-03, eta: 0:01:00, time: 0.1, "
        "data_time: 0.01, memory: 500, decode.loss_ce: 0.4, loss: 0.5\n"
        "2021-10-01 12:00:09,123 - mmseg - INFO - Iter [100/1000]\tlr: 9.8e-03, eta: 0:01:00, time: 0.1, "
        "data_time: 0.01, memory: 500, decode.loss_ce: 0.3, loss: 0.4\n",
        {"loss": ("train_loss", [0.5, 0.4]), "lr": ("lr", [0.0099, 0.0098])},
    ),
    "PaddleSeg 2.0": (
        "paddle_console",
        "2021-01-01 12:00:00 [INFO]\t[TRAIN] epoch=1, iter=10/1000, loss=0.5, lr=0.01, batch_cost=0.1, "
        "reader_cost=0.01 | ETA 00:10:00\n"
        "2021-01-01 12:00:09 [INFO]\t[TRAIN] epoch=1, iter=20/1000, loss=0.4, lr=0.01, batch_cost=0.1, "
        "reader_cost=0.01 | ETA 00:10:00\n"
        "2021-01-01 12:00:10 [INFO]\t[EVAL] #Images=100 mIoU=0.5 Acc=0.9 Kappa=0.4\n",
        {"loss": ("train_loss", [0.5, 0.4]), "lr": ("lr", [0.01, 0.01])},
    ),
    "YOLOv5": (
        "yolo_console",
        "     Epoch   gpu_mem       box       obj       cls    labels  img_size\n"
        "       0/1     1.2G    0.1    0.2    0.3    18    640: 100%|██████| 8/8 [00:10<00:00,  1.2s/it]\n"
        "     Epoch   gpu_mem       box       obj       cls    labels  img_size\n"
        "       1/1     1.2G    0.09    0.19    0.29    18    640: 100%|██████| 8/8 [00:10<00:00,  1.2s/it]\n",
        {"train/box_loss": ("other", [0.1, 0.09])},
    ),
    "Caffe": (
        "plain_text",
        "I1001 12:00:00.123 4711 solver.cpp:218] Iteration 0 (0 iter/s, 0s/100 iters), loss = 2.3\n"
        "I1001 12:00:01.123 4711 solver.cpp:218] Iteration 100 (90 iter/s, 1s/100 iters), loss = 1.3\n",
        {"loss": ("train_loss", [2.3, 1.3])},
    ),
    "TF-slim": (
        "plain_text",
        "INFO:tensorflow:global step 10: loss = 2.5 (0.3 sec/step)\n"
        "INFO:tensorflow:global step 20: loss = 2.25 (0.3 sec/step)\n",
        {"loss": ("train_loss", [2.5, 2.25])},
    ),
    "TensorFlow Estimator": (
        "plain_text",
        "INFO:tensorflow:loss = 2.5, step = 0\nINFO:tensorflow:global_step/sec: 123.4\n"
        "INFO:tensorflow:loss = 1.5, step = 100 (0.8 sec)\n",
        {"loss": ("train_loss", [2.5, 1.5])},
    ),
    "a course's notebook": (
        "plain_text",
        "Cost after iteration 0: 0.693\nCost after iteration 100: 0.584\nCost after iteration 200: 0.466\n",
        {"Cost": ("train_loss", [0.693, 0.584, 0.466])},
    ),
    "Darknet": (
        "plain_text",
        "1: 1.5, 1.6 avg loss, 0.001 rate, 3.2 seconds, 64 images\n2: 1.4, 1.58 avg loss, 0.001 rate, 3.1 seconds, 128 images\n",
        {"loss": ("train_loss", [1.5, 1.4]), "lr": ("lr", [0.001, 0.001])},
    ),
}


@pytest.mark.parametrize("name", OLDER)
def test_older_lines(name: str) -> None:
    format_id, text, expected = OLDER[name]
    run = read_log(text.encode())
    assert run.format == format_id
    found = {one.name: (one.role, one.values.tolist()) for one in run.series}
    assert {key: found.get(key) for key in expected} == dict(expected), found
