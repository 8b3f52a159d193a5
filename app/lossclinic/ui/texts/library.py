"""The knowledge base: search, lists, pages."""

from __future__ import annotations

from lossclinic_kb.text import Text

SEARCH = Text("Search causes, symptoms, checks, guides and terms", "搜索原因、症状、检查、专题和术语")
SHOW_KIND = Text("Show", "显示")
KINDS: dict[str, Text] = {
    "": Text("everything", "全部"),
    "cause": Text("causes", "原因"),
    "symptom": Text("symptoms", "症状"),
    "check": Text("checks", "检查"),
    "guide": Text("guides", "专题"),
    "term": Text("terms", "术语"),
}
KIND_OF: dict[str, Text] = {
    "cause": Text("cause", "原因"),
    "symptom": Text("symptom", "症状"),
    "check": Text("check", "检查"),
    "guide": Text("guide", "专题"),
    "term": Text("term", "术语"),
}
NOTHING_FOUND = Text(
    "Nothing here is about “{}”. Try another word for it, or describe what you see on the first page.",
    "没有找到和“{}”有关的内容。换个说法试试，或者到第一页描述你看到的现象。",
)
FOUND = Text("{} found", "找到 {} 条")
BACK = Text("Back to the list", "返回列表")
NO_SUCH_PAGE = Text("There is no page “{}”. Search for it above.", "没有“{}”这一页，可以在上面搜索。")
TWIN_CAUSES = Text("Often taken for each other", "容易互相混淆")
RELATED = Text("See also", "另见")
SHOWS_AS = Text("What its curve shows", "曲线上会出现的症状")
SHOWN_WITH = Text("Causes that show it", "会出现它的原因")
TOLD_BY = Text("Checks that tell it apart", "能把它区分出来的检查")
OFTEN: dict[str, Text] = {
    "always": Text("always", "总是"),
    "often": Text("often", "经常"),
    "sometimes": Text("sometimes", "有时"),
    "rarely": Text("rarely", "很少"),
    "never": Text("never", "从不"),
}
OUTCOME = Text("Answer", "回答")
SPEAKS_FOR = Text("Usual with", "常见于")
NAMES = Text("Also called", "也叫")
HELPS_WITH = Text("Causes that it explains", "相关原因")
