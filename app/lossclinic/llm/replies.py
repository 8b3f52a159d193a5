"""What a language model is asked to return, as schemas; every id and every quotation in it is checked by `heard`."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Reply(BaseModel):
    """What all replies share: a key that is not asked for is ignored."""

    model_config = ConfigDict(extra="ignore", str_max_length=2000)


class StatedFact(Reply):
    """A fact that the person states of the training."""

    name: str = Field(description="one of the names of facts")
    value: str | float | bool = Field(description="its value as the person writes it")
    quote: str = Field(description="the person's own words that state it, copied exactly")


class MadeStatement(Reply):
    """Something that the person says of how the training goes."""

    id: str = Field(description="one of the ids of statements")
    quote: str = Field(description="the person's own words that say it, copied exactly")


class TriedCheck(Reply):
    """A check that the person has made already."""

    check: str = Field(description="one of the ids of checks")
    quote: str = Field(description="the person's own words that say so, copied exactly")


class Understanding(Reply):
    """What a description says, in ids."""

    facts: list[StatedFact]
    statements: list[MadeStatement]
    tried: list[TriedCheck]


class Reason(Reply):
    """A cause with what speaks for it."""

    cause: str = Field(description="id of a cause from the data")
    because: str = Field(description="one sentence; only numbers that the data hold")
    observations: list[str] = Field(description="ids of the observations it rests on, for example o1")


class RankingReply(Reply):
    """The likeliest causes, likeliest first."""

    causes: list[Reason]
