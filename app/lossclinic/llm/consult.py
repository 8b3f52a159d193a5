"""One answer of a language model: understand, rank, explain. The diagnosis without it comes first, and stays."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lossclinic.compose import compose
from lossclinic.diagnosis import Diagnosis
from lossclinic.llm import prompts
from lossclinic.llm.connect import check_name, connect, name_of
from lossclinic.llm.digest import Digest, digest_of
from lossclinic.llm.drops import Drops
from lossclinic.llm.grounding import Grounding
from lossclinic.llm.heard import opinion_of, understood
from lossclinic.llm.limits import Limits, Meter
from lossclinic.llm.neutral import neutral
from lossclinic.llm.part import ModelPart
from lossclinic.llm.replies import RankingReply, Understanding
from lossclinic.llm.sentences import streamed
from lossclinic.llm.trouble import NOTHING_HELD, REFUSED, STOPPED, Cancelled, Unavailable, declines
from lossclinic.llm.wire import Wire
from lossclinic_kb.case import Observations
from lossclinic_kb.text import Lang

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel


REMEMBERED = 64  # descriptions; more people hardly talk at once


class Consultant:
    """A language model that is asked about cases; safe from many threads.

    Args:
        model: PROVIDER:MODEL, or any LangChain chat model.
        base_url: Another address than the provider's.
        limits: Of time, tokens and cost.

    Raises:
        InputError: The name or the address has another form.
        ModelError: The package or key of the provider is missing.
    """

    def __init__(
        self, model: str | BaseChatModel, *, base_url: str | None = None, limits: Limits | None = None
    ) -> None:
        self.limits = limits or Limits()
        self.meter = Meter(self.limits)
        if isinstance(model, str):
            self.name = ":".join(check_name(model))
            self.model: BaseChatModel = connect(model, base_url, self.limits)
        else:
            self.name, self.model = name_of(model), model
        self.read: dict[str, Understanding] = {}

    def remember(self, words: str, reply: Understanding) -> None:
        """Keep how a description was read: what is asked again after each change of a case has mostly the same words."""
        self.read[words] = reply
        for oldest in list(self.read)[:-REMEMBERED]:
            self.read.pop(oldest, None)

    def consult(
        self,
        diagnosis: Diagnosis,
        words: str = "",
        *,
        lang: Lang | None = None,
        dropped: Collection[str] = (),
        stop: threading.Event | None = None,
    ) -> Iterator[Diagnosis]:
        """Yield the diagnosis with what the model adds, again and again as more arrives; never raises for the model's sake.

        Args:
            diagnosis: The answer without a model.
            words: What the person wrote.
            lang: Language of the explanation; None for that of the diagnosis.
            dropped: Names of facts that the person took out.
            stop: Set it to have no more.
        """
        wire = Wire(self.model, self.meter, stop or threading.Event())
        answer = _Answer(self, wire, diagnosis, words, lang or diagnosis.lang, dropped)
        try:
            yield from answer.steps()
        except Unavailable as error:
            answer.part = replace(answer.part, missing=error.text)
        except Cancelled:
            answer.part = replace(answer.part, missing=STOPPED)
        yield answer.now(done=True)


@dataclass
class _Answer:
    """One answer while it is made."""

    by: Consultant
    wire: Wire
    made: Diagnosis
    words: str
    lang: Lang
    dropped: Collection[str]

    def __post_init__(self) -> None:
        self.part = ModelPart(self.by.name)

    def now(self, *, done: bool = False) -> Diagnosis:
        """Return the diagnosis with the model's part as far as it has come."""
        return replace(self.made, model=replace(self.part, tokens=self.wire.tokens, done=done))

    def steps(self) -> Iterator[Diagnosis]:
        """Yield after each step that changed something."""
        case = replace(self.made.case, opinion=None)
        if self.words.strip():
            case = self._understood(case)
        if not case.relevant and not case.findings and not case.answers:
            return  # this is about no training: there is nothing to weigh or to explain
        self._recompose(case)
        if self.made.status != "healthy":
            self._recompose(self._weighed(case))
            yield self.now()
        yield from self._explained()

    def _recompose(self, case: Observations) -> None:
        made = compose(case, self.made.run, self.made.lang, source=self.made.source)
        self.made = replace(made, id=self.made.id)

    def _understood(self, case: Observations) -> Observations:
        words = self._digest().words  # as much as is shown to be sent
        system, data = prompts.understanding(words, self.lang)
        if len(system) > self.by.limits.characters:
            return case  # the model reads too little at once for all that can be said
        reply = self.by.read.get(words)
        if reply is None:
            reply = self.wire.ask(system, data, Understanding)
        if reply is None:
            self._drop(Drops(malformed=1))
            return case
        self.by.remember(words, reply)
        changed, drops = understood(reply, case, words, self.dropped)
        self._drop(drops)
        return changed

    def _weighed(self, case: Observations) -> Observations:
        digest = neutral(self._digest(), self.made.run)
        reply = self.wire.ask(*prompts.ranking(digest), RankingReply)
        if reply is None:
            self._drop(Drops(malformed=1))
            return case
        opinion, drops = opinion_of(reply, digest, case, self.by.name)
        self._drop(drops)
        return replace(case, opinion=opinion) if opinion.named else case

    def _explained(self) -> Iterator[Diagnosis]:
        digest = self._digest()
        grounding, before, text, heard = Grounding(digest), self.part.drops, "", False
        try:
            for piece in streamed(self.wire.stream(*prompts.explaining(digest))):
                if not heard and declines(piece):
                    raise Unavailable(REFUSED)
                heard = heard or bool(piece.strip())
                kept = grounding.piece(piece)
                text += kept
                self.part = replace(
                    self.part,
                    text=text.strip(),
                    citations=tuple(grounding.citations.values()),
                    drops=before + grounding.tally.drops(),
                )
                if kept.strip():
                    yield self.now()
        finally:
            self.part = replace(self.part, drops=before + grounding.tally.drops())
        if not text.strip():
            raise Unavailable(NOTHING_HELD if heard else REFUSED)

    def _digest(self) -> Digest:
        return digest_of(self.made, self.words, self.lang, self.by.limits.characters)

    def _drop(self, drops: Drops) -> None:
        self.part = replace(self.part, drops=self.part.drops + drops)
