"""Column names as words: camel case, punctuation and Chinese made alike."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_CHINESE = {
    "训练": "train", "訓練": "train",
    "验证": "val", "驗證": "val", "开发集": "val", "校验": "val", "评估": "val", "评测": "val",
    "测试": "test", "測試": "test",
    "损失缩放": "loss scale", "损失": "loss", "損失": "loss", "代价": "loss", "目标函数": "loss",
    "准确率": "accuracy", "準確率": "accuracy", "正确率": "accuracy", "准确度": "accuracy", "精确率": "precision",
    "精度": "accuracy", "召回率": "recall", "困惑度": "perplexity", "均方误差": "mse", "误差": "error",
    "学习率": "lr", "學習率": "lr", "学习速率": "lr",
    "梯度": "grad", "范数": "norm", "裁剪": "clip", "缩放": "scale",
    "轮次": "epoch", "轮数": "epoch", "回合": "epoch", "周期": "epoch", "世代": "epoch", "轮": "epoch", "期": "epoch",
    "迭代次数": "iter", "迭代步数": "iter", "迭代": "iter", "步数": "step", "步骤": "step", "步": "step",
    "批次": "batch", "全局": "global", "当前": "current", "总": "total", "平均": "mean", "均值": "mean",
    "时间": "time", "耗时": "time", "最佳": "best", "最优": "best", "最小": "min", "最大": "max", "标准差": "std",
    "函数": " ", "集": " ", "的": " ", "值": " ", "上": " ", "第": " ", "个": " ", "次数": " ", "数": " ", "序号": " ",
}  # fmt: skip
"""Chinese parts of column names; the longest that fits is taken, and what says nothing becomes a blank."""

_FIND_CHINESE = re.compile("|".join(sorted(map(re.escape, _CHINESE), key=len, reverse=True)))
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_JOINED = re.compile(r"\b(train|val|valid|test|eval|t|v)(loss|acc|accuracy)\b")
_LOADER = re.compile(r"dataloader[_ ]idx[_ ]\d+")
_BREAK = re.compile(r"[^a-z0-9@一-鿿]+")
LONGEST_NAME = 300
"""Characters that are looked at; normalising takes time that grows with the square of the length."""


@lru_cache(maxsize=4096)
def words_of(name: str) -> tuple[str, ...]:
    """Return the words of a column name, in lower case: `trainLoss`, `train/loss` and `训练损失` are alike."""
    text = unicodedata.normalize("NFKC", name[:LONGEST_NAME])
    text = _FIND_CHINESE.sub(lambda found: f" {_CHINESE[found[0]]} ", text)
    text = _LOADER.sub(" ", _CAMEL.sub(" ", text).lower())
    text = _JOINED.sub(
        lambda m: f"{ {'t': 'train', 'v': 'val'}.get(m[1], m[1]) } {m[2]}", text.replace("_", " ")
    )
    return tuple(word for word in _BREAK.split(text) if word)
