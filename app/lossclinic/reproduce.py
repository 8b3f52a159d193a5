"""Training a fault, or its cure, for a person to look at."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from lossclinic.compose import compose
from lossclinic.diagnosis import Diagnosis
from lossclinic.progress import Bar
from lossclinic_kb.case import Observations
from lossclinic_kb.causes import load_cause, load_experiment
from lossclinic_kb.errors import InputError
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms import detect_all
from lossclinic_kb.text import Lang, Text


@contextmanager
def _one_thread() -> Iterator[None]:
    """Train on one thread: networks this small lose more to hand-over than they gain, on a busy machine minutes."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def reproduce(cause: str, *, cured: bool = False, seed: int = 0, lang: Lang = "en") -> tuple[Run, Diagnosis]:
    """Train the experiment of `cause` and diagnose its log alone.

    Args:
        cause: Id of the cause.
        cured: Train the cure instead of the fault.
        seed: 0 is the run of the article; any other draws another task, model and optimiser.
        lang: Language of the diagnosis, and of the reason where there is nothing to train.

    Raises:
        InputError: No such cause, or none that the lab can produce.
    """
    load_cause(cause)  # an unknown id is refused before torch is imported
    from lossclinic_kb.lab import fit
    from lossclinic_kb.lab.workloads import WORKLOADS
    from lossclinic_kb.lab.world import TASKS

    experiment = load_experiment(cause)
    if experiment.not_shown is not None:
        raise InputError(_refusal(cause, experiment.not_shown)(lang))
    every = experiment.worlds([seed], TASKS, tuple(WORKLOADS))
    world = every[0] if seed and every else experiment.plain_world()
    trial = experiment.cured(world) if cured else experiment.broken(world)
    bar, training = Bar(lang), Text(f"training {cause}", f"正在训练 {cause}")
    with _one_thread():
        run = fit(trial, progress=lambda done, total: bar(training, done, total))
    made = compose(
        Observations(findings=detect_all(run, {})),
        run,
        lang,
        source=f"{cause} ({'cured' if cured else 'broken'})",
    )
    return run, made


def _refusal(cause: str, why: Text) -> Text:
    """Say that no lab can produce `cause`, why, and where to read about it."""
    return Text(
        f"{cause} cannot be shown in the lab: {why.en}; its page: lossclinic causes {cause}",
        f"{cause} 在实验里重现不了：{why.zh}；说明见 lossclinic causes {cause}",
    )
