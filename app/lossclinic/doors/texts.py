"""What the doors say."""

from __future__ import annotations

from collections.abc import Mapping

from lossclinic_kb.text import Lang, Text

BUSY = Text("Busy right now: please try again in a moment.", "现在很忙，请稍后再试。")
TOO_FAST = Text("Too fast: please try again in {} s.", "操作太频繁，请 {} 秒后再试。")
CLOSING = Text("The server is about to stop: please try again in a minute.", "服务即将停止，请一分钟后再试。")
TOO_LARGE = Text(
    "Larger than the {} MB that are taken here: make it smaller, or diagnose it on the command line.",
    "超过这里允许的 {} MB：请缩小后再传，或在命令行里诊断。",
)
TOO_SLOW = Text(
    "It did not arrive within {} s: please try again on a faster line.",
    "{} 秒内没有传完，请换更快的网络再试。",
)
NO_ROOM = Text(
    "There is no room for uploads at the moment: please try again in an hour, or paste the log as text.",
    "暂时没有空间存放上传的文件：请一小时后再试，或直接粘贴日志文字。",
)
NOTHING_HERE = Text("There is nothing here.", "这里什么都没有。")
FOREIGN = Text(
    "This came from another site than the chat: open the chat itself.", "请求来自别的网站：请直接打开本页面。"
)
OTHER_NAME = Text(
    "This server answers on this machine alone, as localhost: for a team it is started with --auth or --auth-header.",
    "本服务只在本机以 localhost 访问：要给团队用，请以 --auth 或 --auth-header 启动。",
)
NOT_IN = Text("Please log in: reload the page.", "请先登录：刷新页面。")
NO_NAME = Text(
    "The proxy in front did not say who you are: ask whoever runs it.",
    "前面的代理没有说明你是谁：请联系管理员。",
)
LOGIN = Text("Log in", "登录")
USER = Text("User", "用户名")
PASSWORD = Text("Password", "密码")
WRONG = Text("User and password do not go together.", "用户名或密码不对。")


def preferred(headers: Mapping[str, str]) -> Lang:
    """Return the language that a browser asks for first."""
    return "zh" if headers.get("accept-language", "").lower().startswith("zh") else "en"
