"""The clinic: everything loaded once, safe to use from many threads."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

from lossclinic.compose import compose
from lossclinic.diagnosis import Diagnosis
from lossclinic_kb.case import Answer, Observations, WordMatch
from lossclinic_kb.errors import InputError
from lossclinic_kb.facts import Fact, read_facts
from lossclinic_kb.forks import renew_in_children
from lossclinic_kb.messages import quoted_in
from lossclinic_kb.progress import Progress
from lossclinic_kb.reading import answers_in, facts_in, statements_in
from lossclinic_kb.run import Role, Run
from lossclinic_kb.symptoms import detect_all, facts_of_run
from lossclinic_kb.text import Lang, Text, language_of, whole

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.retrievers import BaseRetriever
    from langchain_core.tools import BaseTool

    from lossclinic.library import Kind
    from lossclinic.llm.consult import Consultant
    from lossclinic.llm.limits import Limits
    from lossclinic.session import Session
    from lossclinic_ingest.collections.plan import Ingested
    from lossclinic_ingest.collections.search import OwnDocuments
    from lossclinic_ingest.encoders import Encoder
    from lossclinic_kb.retrieval import CauseRetriever


WORDS = 50_000
"""Characters of a description that are read: some twenty pages, more than anybody writes; what is longer is a log."""
DEFAULT = "default"
"""Name of the collection of own documents where none is given."""


class Clinic:
    """Diagnoses runs and descriptions.

    Nothing heavy is loaded before it is needed: a log alone needs neither the index nor the encoder.

    Args:
        embedding_model: Name or folder of a sentence-transformers model; None for the one that is installed along.
        device: Where to embed.
        home: Folder of the index; None for the user's cache folder (or `LOSSCLINIC_HOME`).
        progress: Told of long work, such as building the index for the first time.
        llm: A language model that words and weighs the answers: PROVIDER:MODEL, or any LangChain chat model. None for none.
        llm_base_url: Another address than the provider's: of a local server or a gateway.
        llm_limits: Of its time, tokens and cost.
    """

    def __init__(
        self,
        *,
        embedding_model: str | None = None,
        device: Literal["auto", "cpu", "cuda", "mps"] = "auto",
        home: str | Path | None = None,
        progress: Progress | None = None,
        llm: str | BaseChatModel | None = None,
        llm_base_url: str | None = None,
        llm_limits: Limits | None = None,
    ) -> None:
        self.embedding_model = embedding_model
        self.device = device
        self.home = None if home is None else Path(home)
        self.progress = progress
        self.llm, self.llm_base_url, self.llm_limits = llm, llm_base_url, llm_limits
        self.after_fork()
        renew_in_children(self)
        self._retriever: CauseRetriever | None = None
        self._documents: OwnDocuments | None = None
        self._consultant: Consultant | None = None

    def after_fork(self) -> None:
        """Take a new lock; what was loaded stays loaded."""
        self._lock = threading.Lock()

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

    @property
    def loaded(self) -> bool:
        """Whether the search over phrases and articles is open."""
        return self._retriever is not None

    @property
    def documents(self) -> OwnDocuments:
        """The search over the person's own documents; empty where nothing was ingested."""
        with self._lock:
            if self._documents is None:
                from lossclinic_ingest.collections.search import OwnDocuments

                self._documents = OwnDocuments(self.home)
            return self._documents

    @property
    def consultant(self) -> Consultant | None:
        """The language model, or None where none was named; connected on first use, and nothing is sent by that.

        Raises:
            InputError: Its name or address has another form.
            ModelError: The package or key of its provider is missing.
        """
        if self.llm is None:
            return None
        with self._lock:
            if self._consultant is None:
                from lossclinic.llm.consult import Consultant

                self._consultant = Consultant(self.llm, base_url=self.llm_base_url, limits=self.llm_limits)
            return self._consultant

    def consult(
        self,
        diagnosis: Diagnosis,
        words: str = "",
        *,
        dropped: Collection[str] = (),
        stop: threading.Event | None = None,
    ) -> Iterator[Diagnosis]:
        """Yield a diagnosis with what the language model adds, again and again as more of it arrives.

        Whatever goes wrong with the model, the diagnosis stays, and `model.missing` says what it was.

        Args:
            diagnosis: The answer without it.
            words: What the person wrote.
            dropped: Names of facts that the person took out of the case.
            stop: Set it to have no more.

        Raises:
            InputError: No model was named, or its name or address has another form.
            ModelError: The package or key of its provider is missing.
        """
        consultant = self.consultant
        if consultant is None:
            raise InputError(
                Text(
                    "no language model was named: Clinic(llm='PROVIDER:MODEL')",
                    "没有指定语言模型：Clinic(llm='服务商:模型')",
                )
            )
        return consultant.consult(diagnosis, words, dropped=dropped, stop=stop)

    def ingest(
        self, *paths: str | Path, collection: str = DEFAULT, encoder: Encoder | None = None
    ) -> Ingested:
        """Bring a collection of the person's own documents up to date; questions are answered from it at once.

        Args:
            paths: Files, folders and archives; none for all that were given before.
            collection: Its name.
            encoder: Another than that of the questions, with the same model; None for the same.

        Raises:
            InputError: A path does not exist, there is too much, or another process is writing the collection.
            StoreError: The collection cannot be written.
            ModelError: The model cannot be loaded.
        """
        from lossclinic_ingest.collections.folders import collection_folder
        from lossclinic_ingest.collections.ingest import ingest

        folder = collection_folder(collection, self.home)
        return ingest([Path(path) for path in paths], folder, encoder or self._encoder(), self.progress)

    def forget(self, *paths: str | Path, collection: str = DEFAULT) -> Ingested:
        """Take documents at or below `paths` out of a collection; without paths, remove the whole of it.

        Raises:
            InputError: There is no such collection, or nothing of it lies there.
            StoreError: The collection cannot be written.
        """
        from lossclinic_ingest.collections.folders import collection_folder
        from lossclinic_ingest.collections.ingest import remove

        folder = collection_folder(collection, self.home)
        return remove([Path(path) for path in paths], folder, self._encoder(), self.progress)

    def _encoder(self) -> Encoder:
        """Return the encoder of the questions, or one like it where none has been asked yet."""
        from lossclinic_ingest.encoders import Encoder, SentenceEncoder

        with self._lock:
            held = self._retriever.embeddings if self._retriever is not None else None
        return (
            held if isinstance(held, Encoder) else SentenceEncoder(self.embedding_model, device=self.device)
        )

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
        consult: bool = True,
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
            consult: Whether to wait for the language model, where the clinic has one.

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
        made = compose(case, read, self._language(describe, lang), source=read.source if read else None)
        if self.llm is None or not consult:
            return made
        *_, whole = self.consult(made, describe or "")
        return whole

    def ask(self, text: str, *, lang: Lang | Literal["auto"] = "auto", consult: bool = True) -> Diagnosis:
        """Diagnose from a description alone; see `diagnose`.

        Raises:
            InputError: The text is empty.
        """
        if not text.strip():
            raise InputError("the question is empty: describe what the training does, or give its log")
        return self.diagnose(describe=text, lang=lang, consult=consult)

    def chat(self) -> Session:
        """Return a new conversation; many may run side by side."""
        from lossclinic.session import Session

        return Session(self)

    def as_tool(self, *, root: str | Path | None = None) -> BaseTool:
        """Return one LangChain tool that diagnoses words, a log, or both; it answers in JSON.

        Args:
            root: The one folder in which an agent may name logs by path; None for no folder.

        Raises:
            InputError: `root` is no folder.
        """
        from lossclinic.tools.agents import one_tool

        return one_tool(self, None if root is None else Path(root))

    def as_tools(self, *, root: str | Path | None = None) -> list[BaseTool]:
        """Return the five tools of the MCP server as LangChain tools; argument and error as for `as_tool`."""
        from lossclinic.tools.agents import all_tools

        return all_tools(self, None if root is None else Path(root))

    def as_retriever(
        self,
        *,
        k: int = 4,
        kinds: Collection[Kind] = (),
        documents: bool = False,
        lang: Lang | None = None,
    ) -> BaseRetriever:
        """Return a LangChain retriever over the knowledge base.

        Args:
            k: How many documents it returns.
            kinds: Only these kinds of pages: "cause", "symptom", "check", "guide", "term"; all where none is named.
            documents: Search the person's own documents as well.
            lang: Language of the pages; None for that of the question.

        Raises:
            InputError: `k` is below 1, or there is no such kind.
        """
        from lossclinic.tools.retriever import retriever_over

        return retriever_over(self, k=k, kinds=kinds, documents=documents, lang=lang)

    def observe(
        self, run: Run | None, words: str, facts: Mapping[str, Fact], dropped: Collection[str] = ()
    ) -> Observations:
        """Return all that a run, a description and given facts say.

        Args:
            run: The log, or None.
            words: What the person wrote, or ""; its first `WORDS` characters are read.
            facts: Given facts; they win over those that the log or the words state.
            dropped: Names of facts that the person took out of the case.
        """
        words = whole(words[:WORDS])
        stated = {**(facts_of_run(run) if run else {}), **facts_in(words), **facts}
        known = {name: fact for name, fact in stated.items() if name not in dropped}
        findings = detect_all(run, known, self.progress) if run else ()
        messages = (run.messages or ()) if run else ()
        case = Observations(findings=findings, messages=messages, facts=known)
        if not words.strip():
            return case
        matches = self.retriever.find(words, language_of(words))
        said = statements_in(words)
        printed = {each.message for each in messages}
        quoted = tuple(each for each in quoted_in(words) if each.message not in printed)
        return replace(
            case,
            answers=tuple(Answer(each.check, each.outcome, each.quote) for each in answers_in(words)),
            words={match.cause: WordMatch(match.log_likelihood, match.nearest) for match in matches},
            said=said,
            messages=(*messages, *quoted),
            relevant=self.retriever.relevant(words, matches, len(said) + len(quoted)),
            documents=self.documents.find(words, cast("Encoder", self.retriever.embeddings)),
        )

    @staticmethod
    def _language(words: str | None, lang: Lang | Literal["auto"]) -> Lang:
        if lang not in ("auto", "en", "zh"):
            raise InputError(f"unknown language {lang!r}: auto, en or zh")
        return language_of(words or "") if lang == "auto" else lang
