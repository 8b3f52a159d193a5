"""Messages as libraries really print them: each library is misused in a process of its own, and what it says is heard."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from lossclinic_ingest.logs.inputs.document import uncoloured
from lossclinic_kb.messages import load_messages, printed_in

HERE = Path(__file__).with_name("libraries")
HEADING = "\n## "
NEEDS = {
    "pytorch": "torch",
    "sklearn_and_numpy": "sklearn",
    "keras_on_torch": "keras",
    "lightning_trainer": "lightning",
    "transformers_trainer": "transformers",
}
"""The scripts that misuse a library, each with the package that it needs."""

QUOTED = {
    *("label_assertion_on_gpu", "probability_assertion_on_gpu", "index_assertion_on_gpu"),
    *("parameters_unused_across_processes", "nan_given_to_tensorboard"),
    *("apex_overflows_go_on", "apex_scale_exhausted"),
    *("deepspeed_overflows_go_on", "deepspeed_scale_exhausted"),
    *("megatron_iterations_skipped", "megatron_nan_iterations", "megatron_nan_in_loss"),
    *("fairseq_overflows_go_on", "fairseq_scale_exhausted"),
    *("completion_marker_not_found", "loss_not_finite_stops_training"),
    *("lightning_log_not_reduced", "transformers_backbone_initialised", "transformers_no_sample"),
    *("transformers_scheduler_not_started", "keras_trainable_changed", "tensorflow_checkpoint_unused"),
    *("detectron2_loss_not_finite", "fvcore_parameters_not_found", "mmengine_state_does_not_match"),
    *("yolo_labels_missing", "yolo_no_labels_found", "yolo_class_beyond_count", "yolo_files_ignored"),
    "yolo_no_weight_transferred",
    *("lightgbm_no_split_gains", "lightgbm_no_leaf_splits", "lightgbm_no_meaningful_feature"),
    "xgboost_parameters_unused",
}
"""Messages of libraries or machines that are not at hand: quoted from the source that their entry names."""


def provoked(script: str) -> list[str]:
    """Return the ids that a script provokes, as it writes them down."""
    text = (HERE / f"{script}.py").read_text(encoding="utf-8")
    return [name for name in load_messages() if f'"{name}": ' in text]


def test_every_message_was_printed_or_is_quoted() -> None:
    printed = [name for script in NEEDS for name in provoked(script)]
    assert len(printed) == len(set(printed))
    assert sorted([*printed, *QUOTED]) == sorted(load_messages())
    assert sorted(NEEDS) == sorted(path.stem for path in HERE.glob("*.py") if path.stem != "provoking")


@pytest.mark.slow
@pytest.mark.parametrize("script", NEEDS)
def test_what_a_library_prints_is_heard(script: str) -> None:
    if importlib.util.find_spec(NEEDS[script]) is None:
        pytest.skip(f"{NEEDS[script]} is not installed")
    command = [sys.executable, str(HERE / f"{script}.py")]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300, check=False)
    said = uncoloured(done.stdout.decode("utf-8", errors="replace").replace("\r", "\n"))
    _, *parts = f"\n{said}".split(HEADING)
    heard = {part.split("\n")[0]: {each.message for each in printed_in(part)} for part in parts}
    assert sorted(heard) == sorted(provoked(script)), said[-2000:]
    assert [name for name, found in heard.items() if name not in found] == []
