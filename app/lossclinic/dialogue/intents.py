"""Reading what a message wants. Whatever is nothing else is a description of what the training does."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from lossclinic_kb.retrieval.hanzi import fold

Needs = Literal["nothing", "case", "check"]
"""What there must be for a message to want it: nothing, a diagnosis, a check that was asked."""
LONGEST = 200
"""Characters of a message that wants something of the answer; a longer one describes."""
_READ: Final = 2 * LONGEST
"""Characters that are looked at: with the spaces that go, a message of `LONGEST` may have been longer."""
_BESIDE_HANZI = re.compile(r"(?<=[\u4e00-\u9fff])[ \t]++|(?<![ \t])[ \t]++(?=[\u4e00-\u9fff])")
_END = r"\s*(?:please|pls|thanks|thank you|then|now|吧|呢|吗|啊|呀|一下|谢谢)?\s*[.!?。！？~]*\s*$"
_OPEN = r"^\s*(?:(?:ok|okay|hm+|well|so|and|but|please|pls|sorry|oh|ah|wait|hey|hi|can you|could you|would you|那么?|好的?|嗯+|请问?|麻烦|不好意思|抱歉|等等|等一下|能不能|可以|可不可以)[,，:\s]*)*"
_FRAMEWORK = r"(?P<x>pytorch[ -]?lightning|lightning|pytorch|torch|keras|tensorflow|tf|hugging ?face(?: trainer)?|hf(?: trainer)?|transformers|trainer|paddle(?:paddle)?|飞桨|火炬)"


@dataclass(frozen=True)
class Intent:
    """What a message wants.

    Attributes:
        kind: A key of `dialogue.turn.DEEDS`, or "tell".
        about: What it is about, in its own words, or "".
    """

    kind: str
    about: str = ""


def _any(*patterns: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(_OPEN + pattern, re.ASCII) for pattern in patterns)


_INTENTS: Final[tuple[tuple[str, Needs, tuple[re.Pattern[str], ...]], ...]] = (
    (
        "reset",
        "nothing",
        _any(
            rf"(?:let'?s |let us |i want to |i'd like to )?(?:start (?:over|again|afresh|from scratch|a new case)|reset(?: everything| all| the case)?|new (?:case|problem|run)|clear (?:everything|all)|forget (?:everything|all of (?:it|that)|it all))(?: with a new (?:case|problem|run))?{_END}",
            rf"(?:我们)?(?:从头(?:再)?来|重新开始|重来|清空(?:吧|重来)?|换(?:一)?个(?:新的?)?(?:问题|案例)|全部?(?:忘掉|忘了|清掉)|都忘了吧|重置){_END}",
        ),
    ),
    (
        "forget",
        "case",
        _any(
            rf"(?:please )?(?:forget|ignore|scratch|undo|drop|disregard|take back|never ?mind)(?: about)? ?(?:that|it|this|the last (?:one|thing|message|part)|what i (?:just )?said|the previous (?:one|message)|my last (?:message|answer))?{_END}",
            rf"(?:把)?(?:刚才|上一?(?:句|条)|前面)?(?:那个|那句|这个|这句|那条|说的|的话|的)*(?:忘掉|忘了|撤销|撤回|收回|不算|作废|当我没说|去掉)(?:刚才|上一?(?:句|条))?(?:说的|那句|那个|的话|的|那条)*{_END}",
            rf"当我没说{_END}",
        ),
    ),
    (
        "drop",
        "case",
        _any(
            rf"(?:forget|ignore|drop|remove|disregard|leave out)(?: about)? (?:the |my )?(?P<x>[a-z][a-z _-]{{1,30}}){_END}",
            rf"(?:忘掉|忽略|去掉|不要管|别管|不用管|删掉)(?P<x>[^，。？?]{{1,12}}){_END}",
        ),
    ),
    (
        "correct",
        "case",
        _any(
            r"(?:no|nope|not quite|not that|actually|correction|i misspoke|my mistake|my bad|i was wrong)[,.:;\s—-]+(?:sorry[,\s]+)?(?:i (?:meant?|was talking about|am talking about|'m talking about)|it'?s|it is|it was|that'?s|i'm using|i use|i am using|the|we use|make that)(?P<x> .+)$",
            r"(?:sorry[,\s]+)?i (?:meant|mean|was talking about|am talking about)(?: to say)?[,:\s]+(?P<x>.+)$",
            r"(?:不是?|不对|错了|说错了|更正|纠正(?:一下)?|我说错了)[，,。：:\s]*(?:我)?(?:说的|指的|是说|意思|想说|应该)?(?:的)?(?:是|指)(?P<x>.+)$",
            r"我(?:说的|指的|的意思|是说|想说的)(?:是|指)?(?P<x>.+)$",
            r"(?:说错了|更正|纠正)(?:一下)?[，,：:\s]*(?P<x>.+)$",
        ),
    ),
    (
        "code",
        "case",
        _any(
            rf"(?:show|give|get|write)(?: me| us)?(?: the| a| that| this| it)?(?: fix| code| snippet| same)*(?: (?:in|for|with|using|of|as))? ?(?:the |a )?{_FRAMEWORK}(?: (?:version|code|one|way|snippet|equivalent|variant|fix))*{_END}",
            rf"(?:how (?:do|would|can|should) (?:i|you|one) (?:do|write|fix|say) (?:that|this|it) (?:in|with|for) |(?:what|how) about (?:in |the )?|(?:i use|i'm using|i am using|we use|i'm on|i am on) |(?:in|with|for) |same (?:in|for|with) ){_FRAMEWORK}(?: (?:version|code|instead))?{_END}",
            rf"(?:is there )?(?:a |the )?{_FRAMEWORK} (?:version|code|equivalent|snippet){_END}",
            rf"(?:给我|给个|来个|来一份|要|看看?|有没有|有)?(?:一份|一下|个)?(?:用)?{_FRAMEWORK}(?:版本?|的?(?:写法|代码|版本?|例子|怎么写|该怎么写|怎么改|该怎么改|怎么做|里怎么写|中怎么写|上怎么写))(?:是什么|有吗|吗)?{_END}",
            rf"(?:我)?(?:用的?是?|换成|改成|在){_FRAMEWORK}(?:里|中|上)?(?:的话)?[，,]?(?:怎么(?:写|改|做)|(?:的)?(?:写法|代码|版本)|该怎么(?:写|改))?{_END}",
        ),
    ),
    (
        "why_not",
        "case",
        _any(
            rf"why (?:not|isn'?t it|is it not|can'?t it be|couldn'?t it be|rule out|did you rule out)(?: just| simply| because of)? (?P<x>[^?]+?){_END}",
            rf"(?:could|can|might) (?:it|this|that) (?:also |still |not |just )*be (?P<x>[^?]+?){_END}",
            rf"(?:isn'?t|is) (?:it|this|that) (?:just |simply |rather |not )*(?P<x>[a-z][^?]*?) ?\?{_END}",
            rf"(?:为什么|为啥|怎么)(?:就)?(?:不是|不会是|不可能是|排除了?)(?P<x>[^？?]+?){_END}",
            r"(?:会不会|有没有可能|是不是|难道不是|不是)(?:是|就是|因为)?(?P<x>[^？?]+?)(?:的?(?:问题|原因|导致的?|造成的?))?(?:吗|吧|呢)?\s*[?？]\s*$",
        ),
    ),
    (
        "how_check",
        "check",
        _any(
            rf"how (?:do|can|would|should|could) i (?:check|do|test|verify|find out|measure|see|try|run)(?: that| this| it)?(?: check)?{_END}",
            rf"(?:what do you mean by (?:that|this) (?:check|question)|how does (?:that|this|the) check work){_END}",
            rf"(?:这个?|那个?|具体)?(?:要)?(?:怎么|如何|怎样)(?:检查|查|测|验证|做|试|看)(?:这个|呢)?{_END}",
        ),
    ),
    (
        "later",
        "check",
        _any(
            rf"(?:skip(?: (?:it|that|this))?|pass|next (?:one|question)|later|not now|(?:i )?(?:do not|don'?t) know|no idea|(?:i )?can'?t (?:check|tell|do|test|try|run)(?: that| this| it)?(?: (?:now|here|right now))?|i'?m not sure|not sure|unsure|hard to say|ask (?:me )?something else){_END}",
            rf"(?:跳过|先跳过|下一个|下一题|以后再说|回头再说|晚点再说|我?(?:也)?不(?:太)?(?:知道|清楚|确定)|没法(?:查|测|试|做|检查)|测不了|查不了|试不了|做不了|说不准|换一个问题?){_END}",
        ),
    ),
    (
        "why",
        "case",
        _any(
            rf"(?:why(?: (?:do you (?:think|say|believe) (?:so|that|this)|that(?: one)?|this(?: one)?|is that|is it that))?|how do you know(?: that)?|how come|what makes you (?:think|say) (?:so|that)|based on what|what is the evidence|what'?s the evidence|evidence){_END}",
            rf"(?:为什么|为啥)(?:这么说|这样说|是这个|呢|这么认为)?{_END}",
            rf"(?:你)?(?:凭什么|有什么(?:依据|证据)|依据(?:是什么|呢)?|怎么(?:看出来|判断|知道)的?){_END}",
        ),
    ),
    (
        "next",
        "case",
        _any(
            rf"(?:what (?:should|do|can|shall|must) i (?:do|try|change)(?: (?:first|next|now|about (?:it|that|this)))*|what(?: is|'?s)? (?:the )?next(?: step)?|what now|how (?:do|can|should) i (?:fix|solve|cure|repair) (?:it|that|this)|how to fix (?:it|that|this)|so what do i do|any (?:advice|suggestion)s?|help(?: me)?(?: fix (?:it|this))?){_END}",
            rf"(?:那?(?:我)?(?:接下来|下一步|现在|首先|先)?(?:该|要|应该)?(?:怎么办|做什么|干什么|怎么做|怎么改|怎么修|怎么解决|咋办|如何解决)|下一步(?:是什么|呢)?){_END}",
        ),
    ),
    (
        "sure",
        "case",
        _any(
            rf"(?:how (?:sure|certain|confident|likely)(?: (?:are you|is (?:that|it|this)))?|are you (?:really )?(?:sure|certain)|really|is that certain|what else (?:could|can|might) it be|other (?:causes|possibilities|options)|what are the alternatives|anything else it could be){_END}",
            rf"(?:你)?(?:确定|肯定|真的|有把握)(?:吗|么)?{_END}",
            rf"(?:有)?(?:多大|几成)(?:的)?(?:把握|可能|概率){_END}",
            rf"(?:还)?(?:有|可能是?)(?:没有|什么|哪些)?(?:别的|其他|另外的?)(?:原因|可能(?:性)?)?(?:吗|么|呢)?{_END}",
        ),
    ),
    (
        "meaning",
        "case",
        _any(
            rf"(?:what (?:does|do|did) (?:that|this|it|these|you) (?:all )?mean(?: by (?:that|this))?|what is (?:that|this)|what'?s (?:that|this)|i (?:do not|don'?t) (?:understand|get it|follow)(?: (?:that|this|it))?|(?:please )?explain(?: (?:that|this|it|more|in detail|further))*|tell me more(?: about (?:that|this|it))?|more details?|in plain (?:words|english)|elaborate){_END}",
            rf"(?:这|那|这个|那个|你说的)?(?:是|都是)?(?:什么意思|啥意思|什么东西){_END}",
            rf"(?:我)?(?:没(?:看)?懂|不(?:太)?(?:懂|明白|理解)|看不懂|听不懂)(?:这个|你说的)?{_END}",
            rf"(?:详细|具体|再)?(?:解释|讲讲?|说说?|说明)(?:一下|清楚|详细)*(?:这个|点|一点|些)?{_END}",
        ),
    ),
    (
        "what_if",
        "case",
        _any(
            rf"(?:and |but )*(?:what if|what about|how about|suppose|if|with|and with|and if|and on|assume)(?: i| we)?(?: (?:use|used|switch(?:ed)? to|change[d]? to|set|had|take|took|try|tried|go with|went with|lower(?:ed)?|raise[d]?))?(?: the| a| an)? (?P<x>[^?]+?)(?: instead)?{_END}",
            rf"(?:那|那么|如果|假如|要是)+(?:我)?(?:换成?|改成?|改用|用|设成?|调成?|把)?(?P<x>[^？?]+?)(?:呢|会怎样|会怎么样|会如何|怎么样|行吗|可以吗)?{_END}",
            r"(?:换成?|改成?|改用)(?P<x>[^？?]+?)(?:呢|会怎样|会怎么样|会如何|怎么样|行吗|可以吗)\s*[?？]?\s*$",
        ),
    ),
    (
        "concept",
        "nothing",
        _any(
            rf"(?:what (?:is|are|does|do)|what'?s|define|explain|tell me about|describe|meaning of|remind me what)(?: a| an| the)? (?P<x>[^?]+?)(?: (?:is|are|mean|means|do|for))?{_END}",
            rf"(?:what(?:'?s| is) )?(?:the )?difference(?:s)? between (?P<x>[^?]+?){_END}",
            rf"(?:什么是|啥是|什么叫|解释(?:一下)?|介绍(?:一下)?|讲讲|说说|讲一下)(?P<x>[^？?，。]+?){_END}",
            rf"(?P<x>[^？?，。]+?)(?:是什么(?:意思|东西)?|是啥(?:意思)?|什么意思|啥意思|指的?是什么|的(?:含义|定义|意思)(?:是什么)?){_END}",
        ),
    ),
    (
        "courtesy",
        "nothing",
        _any(
            rf"(?:thanks?(?: you)?(?: (?:so|very) much| a lot| a bunch)?|thx|ty|cheers|great|perfect|cool|nice|awesome|ok(?:ay)?|got it|i see|understood|bye|goodbye|hello|hi(?: there)?|hey(?: there)?|good (?:morning|evening|afternoon))(?:[,\s]+(?:bye|that helps?|that helped|got it|thanks?))?{_END}",
            rf"(?:谢谢(?:你|啦|了)?|多谢|感谢|好的?|明白了?|懂了|知道了|了解了?|收到|再见|拜拜|你好|您好|哈喽|嗨|早上好|晚上好|太好了|不错)(?:[，,\s]*(?:谢谢|再见))?{_END}",
        ),
    ),
)
"""In the order in which they are tried: the more a message must say, the earlier."""


def as_written(message: str, about: str) -> str:
    """Return what an intent is about as the message has it: the end of the message that reads like it."""
    message = message.strip()[:_READ]
    ends = (message[start:] for start in range(len(message)))
    return next((end for end in ends if _normal(end) == about), about).strip()


def intent_of(text: str, *, case: bool, check: bool) -> Intent:
    """Return what a message wants.

    Args:
        text: The message.
        case: Whether there is a diagnosis that it can be about.
        check: Whether a check was asked.
    """
    text = text.strip()
    lowered = _normal(text[:_READ])
    if not lowered or len(text) > _READ or len(lowered) > LONGEST or "\n" in lowered:
        return Intent("tell")
    there: dict[Needs, bool] = {"nothing": True, "case": case, "check": check}
    for kind, needs, patterns in _INTENTS:
        for pattern in patterns if there[needs] else ():
            if (match := pattern.search(lowered)) is not None:
                return Intent(kind, (match.groupdict().get("x") or "").strip())
    return Intent("tell")


def _normal(text: str) -> str:
    """Return `text` in lower case, simplified, without spaces beside Chinese."""
    return _BESIDE_HANZI.sub("", fold(text.replace("’", "'")).lower().strip())
