"""Two runs of one log beside each other, each judged by its curve alone."""

from __future__ import annotations

from lossclinic.compose import compose
from lossclinic.diagnosis import Diagnosis
from lossclinic.session import Session
from lossclinic.situation import run_of
from lossclinic_kb.errors import InputError
from lossclinic_kb.run import Run
from lossclinic_kb.text import Lang


def beside(session: Session, name: str, lang: Lang) -> tuple[Diagnosis, Diagnosis]:
    """Return the diagnosis of the run at hand and of another run of the same log, without what the person said.

    Raises:
        InputError: There is no log, or it holds no such run.
        UnreadableLog: The other run cannot be used.
    """
    now = session.situation
    if now.log is None or now.run is None:
        raise InputError("there is no log to choose a run from")
    return _judged(session, now.run, lang), _judged(session, run_of(now.log, name, now.roles), lang)


def _judged(session: Session, run: Run, lang: Lang) -> Diagnosis:
    case = session.clinic.observe(run, "", {})
    return compose(case, run, lang, source=run.name or run.source)
