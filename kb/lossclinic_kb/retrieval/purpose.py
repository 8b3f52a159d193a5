"""What a text is for: whether it tells of something that goes wrong, or asks for an explanation, a choice or code.

A question about training may be as near to the knowledge base as a complaint is; what tells them apart is how it asks.
"""

from __future__ import annotations

import re

from lossclinic_kb.retrieval.hanzi import fold
from lossclinic_kb.retrieval.relevance import RELEVANT

_RELEVANT_IF_SAID = 0.1
"""From here on a text in which a statement about a training was read is taken to be about one: few others hold any."""
_ASKS = re.compile(
    r"^(?:please |can you |could you )*(?:what (?:is|are|does|do)(?! (?:wrong|happening|going))|who|which|where (?:can|do|is)"
    r"|how (?:do|can|could|to|does|many|much|long|is|are)|explain|recommend(?! ?er|ation)|give me|tell me|write|list|summari[sz]e|translate"
    r"|(?:the )?differences? between|is there an?|can (?:i|you|we)|compare|define|describe (?:the|how))"
    r"|what (?:is|are) the (?:difference|best|meaning)|how (?:much|many) (?:memory|gpus?|data)|which (?:is better|(?:one )?should)"
    r"|(?:什么是|是什么|什么意思|有(?:什么|哪些|啥)(?:区别|作用|用|不同)|的(?:区别|原理|定义|公式|作用|概念|含义)|分别(?:指|是))"
    r"|推荐(?:一|几|个|本|哪|什么|用|些)|(?:介绍|解释|总结|列出|推导)(?:一下|所有|下)|^(?:介绍|解释|总结|列出|推导)|帮我写|写一[个首段篇]|多大的|(?:在|去)?哪(?:里|儿|个|家|些|款)|谁(?:提出|发明|写)|你是谁|多少(?:钱|显存|张)|几张|有没有"
    r"|(?:怎么|如何|怎样)(?:在)?[^，。？?]{0,12}(?:写|装|保存|加载|下载|转|画|开|用|统计|提交|记录|缩放|设置|选|实现|计算|加快|配置)"
    r"|(?:该|应该)(?:学|用|选)|能(?:训练|用|跑|学)[^，。]{1,12}吗"
)
_ELSEWHERE = re.compile(
    r"out of memory|no module named|modulenotfound|importerror|could not find a version|utili[sz]ation|too slow to load"
    r"|显存(?:不够|不足|溢出|爆)|利用率|安装[^，。]{0,16}(?:报错|失败)|找不到(?:模块|版本)"
)
_COMPLAINS = re.compile(
    r"n't|n’t|(?<![a-z])(?:not|never|no longer|nans?|inf|stuck|still|zeros?|always|same|wrong|worse|worst|bad(?:ly)?|poor|low(?:er)?"
    r"|suddenly|random|constant|negative|blank|flat|gap|differs|instead)(?![a-z])"
    r"|(?<![a-z])(?:fail|drop(?!out)|explod|diverg|spik|oscillat|fluctuat|jump|overfit|underfit|collaps|increas|decreas|plateau|climb"
    r"|ris(?:es|ing)|gibberish|garbage|mismatch|converg|unstable|forget|different (?:result|number|output|value))"
    r"|不(?:收敛|下降|降|动|变|升|涨|对|准|好|上|更新|学|稳|一样|一致|正常|出|到|了|起|行|下|如|认|停)|没(?:变|学|效果|反应|收敛|降|有(?:下降|变化|提升|收敛|效果))"
    r"|卡(?:在|住)|爆炸|发散|震荡|抖|飙|跳|突然|拟合|变差|很差|[很太偏]低|下降|上升|升高|反弹|崩|乱|全(?:是|为|都)|一直|始终|为 ?0|归零"
    r"|[变为]负|掉|差[距很得点]|低于|高于|(?<!报)错|糊|重复|还是[不没很一全卡老]|反而|有关|一样"
)
_MEASURED = re.compile(
    r"(?:loss|acc(?:uracy)?|map|m?iou|auc|f1|dice|mse|mae|perplexity|ppl|grad[_ ]?norm|损失|准确率|精度|指标|梯度)[^\d\n]{0,16}\d"
    r"|\d ?(?:->|→) ?\d|0\.\d"
)


def is_about_a_run(text: str, near: float, said: int) -> bool:
    """Return whether `text` is about a training that misbehaves.

    Args:
        text: What a person wrote.
        near: How probable its nearness to the knowledge base makes it that it is about training, 0 to 1.
        said: How many statements about a training were read in it.
    """
    bar = _RELEVANT_IF_SAID if said else RELEVANT
    return near >= bar and not asks_for_something_else(text)


def asks_for_something_else(text: str) -> bool:
    """Return whether `text` asks a question that is no complaint: what something is, which to choose, how to write it."""
    lowered = fold(text).lower().strip()
    if complains(text):
        return False
    return _ASKS.search(lowered) is not None or _ELSEWHERE.search(lowered) is not None


def complains(text: str) -> bool:
    """Return whether `text` says that something goes wrong, or gives what was measured."""
    return goes_wrong(text) or _MEASURED.search(fold(text).lower()) is not None


def goes_wrong(text: str) -> bool:
    """Return whether `text` says that something goes wrong."""
    return _COMPLAINS.search(fold(text).lower()) is not None
