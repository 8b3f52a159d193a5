"""The clinic: everything loaded once, safe to use from many threads."""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from lossclinic.compose import compose
from lossclinic.diagnosis import Diagnosis
from lossclinic_kb.case import Observations, WordMatch
from lossclinic_kb.errors import InputError
from lossclinic_kb.facts import Fact, read_facts
from lossclinic_kb.progress import Progress
from lossclinic_kb.reading import facts_in, statements_in
from lossclinic_kb.run import Role, Run
from lossclinic_kb.symptoms import detect_all, facts_of
from lossclinic_kb.text import Lang, language_of

if TYPE_CHECKING:
    from lossclinic.session import Session
    from lossclinic_kb.retrieval import CauseRetriever


class Clinic:
    """Diagnoses runs and descriptions.

    Nothing heavy is loaded before it is needed: a log alone needs neither the index nor the encoder.

    Args:
        embedding_model: Name or folder of a sentence-transformers model; None for the one that is installed along.
        device: Where to embed.
        home: Folder of the index; None for the user's cache folder (or `LOSSCLINIC_HOME`).
        progress: Told of long work, such as building the index for the first time.
    """

    def __init__(
        self,
        *,
        embedding_model: str | None = None,
        device: Literal["auto", "cpu", "cuda", "mps"] = "auto",
        home: str | Path | None = None,
        progress: Progress | None = None,
    ) -> None:
        self.embedding_model = embedding_model
        self.device = device
        self.home = None if home is None else Path(home)
        self.progress = progress
        self._lock = threading.Lock()
        self._retriever: CauseRetriever | None = None

    @property
    def retriever(self) -> CauseRetriever:
        """The search over phrases and articles; opened, and built if need be, on first use.

        Raises:
            ModelError: The embedding weights are missing or not what they should be.
        """
        with self._lock:
            if self._retriever is None:
                from lossclinic_ingest.build import open_retriever

                self._retriever = open_retriever(
                    model=self.embedding_model, device=self.device, home=self.home, progress=self.progress
                )
            return self._retriever

    def diagnose(
        self,
        source: Any = None,
        *,
        describe: str | None = None,
        config: Mapping[str, object] | None = None,
        roles: Mapping[str, Role] | None = None,
        run: str | None = None,
        lang: Lang | Literal["auto"] = "auto",
        name: str = "",
    ) -> Diagnosis:
        """Diagnose a log, a description, or both.

        Args:
            source: Path of a file, folder or archive, several paths, bytes, open file, text of a log, DataFrame or
                mapping of lists; None for words alone.
            describe: What the person sees, in English or Chinese.
            config: Facts such as {"optimizer": "adam", "lr": 3e-4, "classes": 10}.
            roles: Column name to role, where the guess from its name is wrong.
            run: Which run to take where the source holds several; the longest by default.
            lang: Language of the answer; "auto" follows `describe`.
            name: How to call the source, where it has no name of its own.

        Raises:
            UnreadableLog: No reader can use the source.
            InputError: Nothing was given, or an unknown fact, column or run.
        """
        if source is None and not (describe or "").strip():
            raise InputError("nothing to diagnose: give a training log, a description, or both")
        facts = read_facts(config or {})
        read: Run | None = None
        if source is not None:
            from lossclinic_ingest.logs import open_log

            read = open_log(source, name=name, progress=self.progress).run(run, roles)
        case = self.observe(read, describe or "", facts)
        return compose(case, read, self._language(describe, lang), source=read.source if read else None)

    def ask(self, text: str, *, lang: Lang | Literal["auto"] = "auto") -> Diagnosis:
        """Diagnose from a description alone.

        Raises:
            InputError: The text is empty.
        """
        if not text.strip():
            raise InputError("the question is empty: describe what the training does, or give its log")
        return self.diagnose(describe=text, lang=lang)

    def chat(self) -> Session:
        """Return a new conversation; many may run side by side."""
        from lossclinic.session import Session

        return Session(self)

    def observe(
        self, run: Run | None, words: str, facts: Mapping[str, Fact], dropped: Collection[str] = ()
    ) -> Observations:
        """Return all that a run, a description and given facts say.

        Args:
            run: The log, or None.
            words: What the person wrote, or "".
            facts: Given facts; they win over those that the log or the words state.
            dropped: Names of facts that the person took out of the case.
        """
        stated = {**(facts_of(run.config) if run else {}), **facts_in(words), **facts}
        known = {name: fact for name, fact in stated.items() if name not in dropped}
        case = Observations(findings=detect_all(run, known, self.progress) if run else (), facts=known)
        if not words.strip():
            return case
        matches = self.retriever.find(words, language_of(words))
        return replace(
            case,
            words={match.cause: WordMatch(match.log_likelihood, match.passages[0].text) for match in matches},
            said=statements_in(words),
            relevant=self.retriever.relevant(words, matches),
        )

    @staticmethod
    def _language(words: str | None, lang: Lang | Literal["auto"]) -> Lang:
        if lang not in ("auto", "en", "zh"):
            raise InputError(f"unknown language {lang!r}: auto, en or zh")
        return language_of(words or "") if lang == "auto" else lang
