"""A LangChain agent calls the tools, and a chain retrieves pages; the model is scripted, all else is real."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from langchain.agents import create_agent
from langchain_core.language_models import GenericFakeChatModel
from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, ToolMessage
from langchain_core.runnables import RunnableLambda

from lossclinic import Clinic, InputError


class Scripted(GenericFakeChatModel):
    """Says what it was told to say, and accepts tools as real models do."""

    bound: list[Any] = []  # noqa: RUF012 - a field of pydantic, copied for each model

    def bind_tools(self, tools: Sequence[Any], **_options: Any) -> Scripted:  # type: ignore[override]
        self.bound.extend(tools)
        return self


def conversation(
    tools: Sequence[Any], calls: Sequence[tuple[str, dict[str, Any]]], question: str
) -> list[AnyMessage]:
    """Return the messages of an agent whose model makes `calls` one after another and then answers."""

    def script() -> Iterator[AIMessage]:
        for place, (name, given) in enumerate(calls):
            yield AIMessage("", tool_calls=[{"name": name, "args": given, "id": f"call-{place}"}])
        yield AIMessage("done")

    model = Scripted(messages=script())
    agent = create_agent(model, list(tools))
    said = agent.invoke({"messages": [HumanMessage(question)]})
    assert {tool.name for tool in model.bound} == {tool.name for tool in tools}
    return list(said["messages"])


def answers(messages: Sequence[AnyMessage]) -> list[ToolMessage]:
    return [message for message in messages if isinstance(message, ToolMessage)]


def test_an_agent_diagnoses_with_the_one_tool(clinic: Clinic, overfitting: str) -> None:
    tool = clinic.as_tool()
    calls = [
        (tool.name, {"log": overfitting, "description": "it learns the training data by heart"}),
        (tool.name, {"description": "验证损失从第 6 轮开始上升，训练损失一直下降"}),
    ]
    by_log, by_words = answers(conversation([tool], calls, "what is wrong with my run?"))
    assert json.loads(str(by_log.content))["causes"][0]["id"] == "overfitting"
    assert json.loads(str(by_words.content))["lang"] == "zh"


def test_an_agent_reads_what_it_did_wrong(clinic: Clinic) -> None:
    tool = clinic.as_tool()
    (answer,) = answers(conversation([tool], [(tool.name, {"words": "loss is nan"})], "help"))
    assert answer.status == "error"
    assert "words" in str(answer.content)
    assert "\n" not in str(answer.content)


def test_an_agent_follows_the_checks_with_the_five_tools(clinic: Clinic) -> None:
    described = {"description": "loss is stuck and does not go down"}
    tools = clinic.as_tools()
    check = json.loads(next(t for t in tools if t.name == "next_check").invoke(described))["next_check"]
    calls = [
        ("diagnose_description", described),
        ("next_check", described),
        ("next_check", {**described, "answers": {check["id"]: check["outcomes"][0]["id"]}}),
        ("get_cause", {"id": "dying_relu"}),
        ("search_knowledge", {"query": "dying relu"}),
    ]
    told = [json.loads(str(each.content)) for each in answers(conversation(tools, calls, "help"))]
    assert told[1]["next_check"]["id"] == check["id"]
    assert told[2]["next_check"]["id"] != check["id"]
    assert told[3]["title"]
    assert told[4]["results"][0]["id"] == "dying_relu"


def test_the_tool_works_asynchronously(clinic: Clinic) -> None:
    import asyncio

    told = asyncio.run(clinic.as_tool().ainvoke({"description": "loss is nan from step 1"}))
    assert json.loads(told)["status"] in ("diagnosed", "undetermined")


def test_paths_only_where_a_folder_is_open(clinic: Clinic, overfitting: str, tmp_path: Path) -> None:
    (tmp_path / "run.csv").write_text(overfitting)
    assert "path" not in clinic.as_tool().args
    told = clinic.as_tool(root=tmp_path).invoke({"path": "run.csv"})
    assert json.loads(told)["causes"][0]["id"] == "overfitting"
    with pytest.raises(InputError, match="no such folder"):
        clinic.as_tool(root=tmp_path / "missing")


def test_the_retriever_gives_whole_pages(clinic: Clinic) -> None:
    found = clinic.as_retriever(k=3).invoke("训练 loss 一直降，验证 loss 往上走")
    assert found[0].metadata == {"kind": "cause", "id": "overfitting", "title": "过拟合", "lang": "zh"}
    assert found[0].page_content.startswith("# 过拟合")
    assert len(found) == 3
    checks = clinic.as_retriever(kinds=["check"], lang="zh").invoke("overfit one batch")
    assert checks
    assert {each.metadata["kind"] for each in checks} == {"check"}


def test_the_retriever_feeds_a_chain(clinic: Clinic) -> None:
    chain = clinic.as_retriever(k=2, kinds=["cause"]) | RunnableLambda(
        lambda pages: [p.metadata["id"] for p in pages]
    )
    assert chain.invoke("val loss climbs while train loss keeps falling")[0] == "overfitting"


def test_own_documents_come_only_when_asked(clinic: Clinic, tmp_path: Path) -> None:
    runbook = tmp_path / "runbook.md"
    runbook.write_text(
        "# NaN on gpu-17\n\nThe loss becomes NaN on node gpu-17 since its memory is faulty: use another.\n"
    )
    clinic.ingest(runbook, collection="retriever")
    try:
        question = "the loss becomes nan, but only on node gpu-17"
        with_own = clinic.as_retriever(documents=True).invoke(question)
        assert [each.metadata["kind"] for each in with_own].count("document") == 1
        assert all(each.metadata["kind"] != "document" for each in clinic.as_retriever().invoke(question))
    finally:
        clinic.forget(collection="retriever")


def test_a_wrong_wish_is_one_line(clinic: Clinic) -> None:
    with pytest.raises(InputError, match="k=0"):
        clinic.as_retriever(k=0)
    with pytest.raises(InputError, match="no kind is called 'song'"):
        clinic.as_retriever(kinds=["song"])  # type: ignore[list-item]
