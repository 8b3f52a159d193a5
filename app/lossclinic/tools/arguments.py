"""What each tool takes: the descriptions are what a calling model reads."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from lossclinic.library import Kind
from lossclinic_kb.run import Role
from lossclinic_kb.text import Lang, language_of

Framework = Literal["pytorch", "lightning", "hf", "keras", "paddle"]
MOST_RESULTS = 20  # of one search; more is a list to read, not an answer
LONGEST = 20_000  # characters of a description; what is longer is a log or a document


class Arguments(BaseModel):
    """What every tool takes."""

    model_config = ConfigDict(extra="forbid")

    lang: Literal["auto", "en", "zh"] = Field(
        "auto", description="Language of the answer; auto follows what is asked."
    )

    def words(self) -> str:
        """Return what the person said, from which the language of the answer is seen."""
        return ""

    def spoken(self) -> Lang:
        """Return the language of the answer."""
        return language_of(self.words()) if self.lang == "auto" else self.lang


class CaseArguments(Arguments):
    """What can be said of a training beside its log."""

    description: str = Field(
        "",
        max_length=LONGEST,
        description="What the person sees, in their own words, English or Chinese: untranslated, nothing added.",
    )
    config: dict[str, str | float | bool] = Field(
        default_factory=dict,
        description="Facts of the training, such as optimizer, lr, batch_size, epochs, classes, grad_clip, amp, task.",
    )
    answers: dict[str, str] = Field(
        default_factory=dict,
        description="Checks made so far: id of the check to id of its outcome, as next_check names them.",
    )
    framework: Framework = Field("pytorch", description="Which code to give.")

    def words(self) -> str:
        """Return the description."""
        return self.description


class DescriptionArguments(CaseArguments):
    """What `diagnose_description` takes."""

    description: str = Field(
        min_length=1,
        max_length=LONGEST,
        description="What the person sees, in their own words, English or Chinese: untranslated, nothing added.",
    )


class LogArguments(CaseArguments):
    """What `diagnose_log` takes."""

    log: str = Field(
        "", description="The log as text: CSV, JSON lines, console output, ... as it is, not retyped."
    )
    file: str = Field(
        "", description="The file in Base64 instead, for binary logs and archives (events, Parquet, zip)."
    )
    path: str = Field("", description="Path of a log file, folder or archive on this machine instead.")
    name: str = Field("", description="Name of the file that `log` or `file` holds.")
    run: str = Field("", description="Which run, where the log holds several; the longest by default.")
    roles: dict[str, Role] = Field(
        default_factory=dict,
        description="Column to role, where the guess from the name of a column is wrong.",
    )


class CheckArguments(LogArguments):
    """What `next_check` takes."""

    later: list[str] = Field(
        default_factory=list, description="Ids of checks that the person does not want to make now."
    )


class SearchArguments(Arguments):
    """What `search_knowledge` takes."""

    query: str = Field(min_length=1, max_length=LONGEST, description="Words, in English or Chinese.")
    kinds: list[Kind] = Field(
        default_factory=list, description="Only these kinds of pages; all where none is named."
    )
    documents: bool = Field(False, description="Search the documents that the person had ingested as well.")
    limit: int = Field(8, ge=1, le=MOST_RESULTS, description="How many results at most.")

    def words(self) -> str:
        """Return the query."""
        return self.query


class CauseArguments(Arguments):
    """What `get_cause` takes."""

    id: str = Field(min_length=1, description="Id of a cause, as the other tools name it.")
