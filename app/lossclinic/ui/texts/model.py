"""The language model in the chat: which one, what it is sent, and what came of it."""

from __future__ import annotations

from lossclinic_kb.text import Text

IN_USE = Text("Language model: {}", "语言模型：{}")
OFFER = Text(
    "It can explain this case in its own words and weigh the causes once more. Nothing has been sent to it.",
    "它可以用自己的话解释这个病例，并再权衡一次各个原因。目前什么都还没有发送。",
)
WHAT_IS_SENT = Text("What would be sent", "将要发送的内容")
WAS_SENT = Text("What is sent", "发送的内容")
ASK = Text("Send this and ask it", "发送并请它解释")
FOR_THIS_CASE = Text(
    "That holds for this conversation: after each change it is asked again.",
    "同意后对本次对话一直有效：每次有变化都会再问它。",
)
STOP = Text("Stop the model", "停止模型")
WORKING = Text("The model is reading the case", "模型正在阅读病例")
"""Shown until its first sentence."""
CITED = Text("Where that stands", "出处")
