"""The trainings of the lab beyond tabular classification: one file each, registered here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lossclinic_kb.lab.range import Range
from lossclinic_kb.lab.trial import Trial
from lossclinic_kb.lab.workloads import (
    autoencoder,
    char_rnn,
    char_transformer,
    click_prediction,
    cnn_digits,
    coordinates,
    detection,
    diffusion,
    distillation,
    fine_tuning,
    forecasting,
    gan,
    graph_nodes,
    lm_fine_tuning,
    markov_language,
    metric_learning,
    recommendation,
    regression_diabetes,
    regression_drawn,
    regression_friedman,
    segmentation,
    self_supervised,
    seq2seq,
    sequence_classification,
    several_labels,
    textures,
    vae,
)
from lossclinic_kb.lab.world import World


@dataclass(frozen=True)
class Workload:
    """One kind of training.

    Attributes:
        healthy: Returns the training of a world of this workload, with nothing wrong.
        range: Within what its worlds are drawn.
    """

    healthy: Callable[[World], Trial]
    range: Range


WORKLOADS: Mapping[str, Workload] = {
    "cnn_digits": Workload(cnn_digits.healthy, cnn_digits.RANGE),
    "regression_diabetes": Workload(regression_diabetes.healthy, regression_diabetes.RANGE),
    "regression_friedman": Workload(regression_friedman.healthy, regression_friedman.RANGE),
    "char_transformer": Workload(char_transformer.healthy, char_transformer.RANGE),
    "char_rnn": Workload(char_rnn.healthy, char_rnn.RANGE),
    "sequence_classification": Workload(sequence_classification.healthy, sequence_classification.RANGE),
    "autoencoder": Workload(autoencoder.healthy, autoencoder.RANGE),
    "vae": Workload(vae.healthy, vae.RANGE),
    "metric_learning": Workload(metric_learning.healthy, metric_learning.RANGE),
    "gan": Workload(gan.healthy, gan.RANGE),
    "segmentation": Workload(segmentation.healthy, segmentation.RANGE),
    "detection": Workload(detection.healthy, detection.RANGE),
    "fine_tuning": Workload(fine_tuning.healthy, fine_tuning.RANGE),
    "distillation": Workload(distillation.healthy, distillation.RANGE),
    "forecasting": Workload(forecasting.healthy, forecasting.RANGE),
    "recommendation": Workload(recommendation.healthy, recommendation.RANGE),
    "diffusion": Workload(diffusion.healthy, diffusion.RANGE),
    "self_supervised": Workload(self_supervised.healthy, self_supervised.RANGE),
    "click_prediction": Workload(click_prediction.healthy, click_prediction.RANGE),
    "seq2seq": Workload(seq2seq.healthy, seq2seq.RANGE),
    "lm_fine_tuning": Workload(lm_fine_tuning.healthy, lm_fine_tuning.RANGE),
    "regression_drawn": Workload(regression_drawn.healthy, regression_drawn.RANGE),
    "markov_language": Workload(markov_language.healthy, markov_language.RANGE),
    "coordinates": Workload(coordinates.healthy, coordinates.RANGE),
    "graph_nodes": Workload(graph_nodes.healthy, graph_nodes.RANGE),
    "textures": Workload(textures.healthy, textures.RANGE),
    "several_labels": Workload(several_labels.healthy, several_labels.RANGE),
}
"""Every workload by name; `World.workload` is one of them, or "tabular"."""

JUDGING_WORKLOADS = ("char_rnn", "segmentation", "regression_friedman", "textures", "several_labels")
"""Workloads that are never counted or tuned on: they judge what was learned from the others."""

COUNTED_WORKLOADS = tuple(name for name in WORKLOADS if name not in JUDGING_WORKLOADS)
"""Workloads on which likelihoods may be counted."""

NEW_TASK_EACH = (
    *("regression_drawn", "markov_language", "coordinates", "graph_nodes", "textures", "several_labels"),
)
"""Workloads whose data a random rule writes: another task in every world."""
