"""One answer through the code that hears a model: what it reads, what it ranks, and what of that is dropped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from benchmarks.replay.cases import Case
from lossclinic import Clinic
from lossclinic.compose import compose
from lossclinic.diagnosis import Diagnosis
from lossclinic.llm.digest import Digest, digest_of
from lossclinic.llm.drops import Drops
from lossclinic.llm.heard import opinion_of, understood
from lossclinic.llm.neutral import neutral
from lossclinic.llm.replies import RankingReply, Understanding
from lossclinic_kb.case import Observations
from lossclinic_kb.diagnosis import rank
from lossclinic_kb.opinion import Opinion


@dataclass(frozen=True)
class Replayed:
    """What came of a case.

    Attributes:
        before: All that is known without a model.
        read: The same with what the answer read out of the words.
        opinion: What is left of its ranking.
        drops: What was taken out of both.
    """

    case: Case
    before: Observations
    read: Observations
    opinion: Opinion
    drops: Drops

    @property
    def after(self) -> Observations:
        """All that is known with both."""
        return replace(self.read, opinion=self.opinion) if self.opinion.named else self.read


def replayed(case: Case, clinic: Clinic) -> Replayed:
    """Return what comes of a case, by the steps in which a model is asked."""
    made = diagnosed(case, clinic)
    read, lost = read_out(case, made.case)
    if rank(read).status == "healthy":  # nobody is asked to rank the causes of nothing
        return Replayed(case, made.case, read, Opinion("replay"), lost)
    digest = told(case, replace(made, case=read))
    reply = RankingReply.model_validate(_in_ids_of(digest, case))
    opinion, dropped = opinion_of(reply, digest, read, "replay")
    return Replayed(case, made.case, read, opinion, lost + dropped)


def diagnosed(case: Case, clinic: Clinic) -> Diagnosis:
    """Return the answer without a model."""
    run = case.run
    if run is None:
        return clinic.ask(case.query, lang=case.lang)
    return compose(clinic.observe(run, "", {}), run, case.lang, source="run.csv")


def read_out(case: Case, known: Observations) -> tuple[Observations, Drops]:
    """Return what is known with what the answer read out of the words, and what of it was dropped."""
    if case.reading is None:
        return known, Drops()
    return understood(Understanding.model_validate(case.reading), known, case.query)


def told(case: Case, made: Diagnosis) -> Digest:
    """Return what a model is sent to rank the causes."""
    again = compose(made.case, made.run, case.lang, source="run.csv")
    return neutral(digest_of(again, case.query, case.lang), made.run)


def _in_ids_of(digest: Digest, case: Case) -> Mapping[str, Any]:
    """Return the ranking with the ids that its observations have today; an id that never meant anything stays so."""
    now = {(each.kind, each.ref): each.id for each in digest.observations}
    then = {name: now.get((kind, ref), "gone") for name, (kind, ref) in case.observed.items()}
    return {
        "causes": [
            {**named, "observations": [then.get(name, "never") for name in named["observations"]]}
            for named in case.ranking["causes"]
        ]
    }


def place(case: Observations, cause: str) -> int:
    """Return the place of a cause in the ranking of a case, from 1."""
    return [each.cause for each in rank(case).candidates].index(cause) + 1
