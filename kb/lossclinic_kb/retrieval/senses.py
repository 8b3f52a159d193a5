"""What a description says, whatever words it says it in: stuck, plateau, flat and 卡住 are one sense.

Lexical search indexes these senses beside the words, so that two people who describe the same curve meet. Senses are
read from English; Chinese comes here through the glossary. A pattern begins with a word and may end within one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_SENSES = {
    # how the curve goes
    "stuck": r"stuck|plateau|flat(tens|line)?|constant|unchanged|identical|frozen at|hover|stagnat|stall"
    r"|stays (at|around|the same)|never (changes|moves|improves)|stops (improving|decreasing)"
    r"|(not|\w+n't) (change|move|improve|budge)|no (progress|movement|change|improvement)",
    "not learning": r"(not|\w+n't|never|fails to|refuses to)( \w+)? (decreas|go down|drop|fall|converg|come down|learn|train)"
    r"|cannot (converge|learn|get lower)|no convergence|learns nothing",
    "explodes": r"explod|blow(s|n|ing)? up|blew up|diverg|shoots? up|overflow|infinit|huge|gigantic|1e\+?\d\d",
    "nan": r"nans?\b|not a number|non-?finite",
    "rises": r"rises?|rising|rose|increas|climb|grow|(go|goes|going|went|creeps?|turns?) (back )?up|upwards?",
    "falls": r"decreas|falls?|falling|fell|drops?|dropped|(go|goes|going|went|comes?) down",
    "swings": r"oscillat|fluctuat|bounc|zig-?zag|swing|jitter|noisy|erratic|unstable"
    r"|ups? and downs?|back and forth|jump around",
    "jumps": r"spik|jump|sudden|abrupt|out of nowhere|all of a sudden",
    "slow": r"slow|crawl|snail|takes forever|(barely|hardly) (moves|decreases|changes)",
    "unfinished": r"still (decreasing|falling|improving|going down|rising|climbing)|more epochs|longer"
    r"|not trained enough|under-?train|too few (epochs|steps)",
    "chance": r"chance|coin|guess|random|10 ?%|50 ?%|0\.1\b|0\.50?\b|0\.69\d*|2\.30?\d*|4\.60?\d*|6\.90?\d*",
    "perfect": r"perfect|memori[sz]|by heart|100 ?%|9[789](\.\d+)? ?%|0\.9[789]\d*|1\.0+|(nearly|almost) zero",
    "negative": r"below zero|minus|negative (loss|value|number)|(loss|turns|becomes|goes|is) negative",
    "zero": r"zeros?\b|0\.0+|nothing|(is|are|becomes|exactly) 0(?![.\d])",
    # where and when
    "validation": r"val(id|idation)?(?![a-z])|held[- ]?out|dev\b|test(s|ing)?(?![a-z])|unseen|generali[sz]|cross-validation|leaderboard",
    "train": r"train(?![a-z])|training (set|loss|accuracy|error|data|samples|examples|images)",
    "from the start": r"from the (very )?(start|beginning|first)|at the (very )?(start|beginning)|right away|immediately"
    r"|straight away|first (step|batch|iteration|loss|few)|step 0|initial|before (any |training|updates?)",
    "later": r"midway|halfway|later|eventually|after (a few|several|some|many|about|around|\d+)|at (step|epoch|iteration) \d+",
    "every epoch": r"(every|each|per) (new )?epoch|epoch boundar|sawtooth|periodic|cycles?",
    # what it is about
    "one class": r"(same|single|one|majority|background) class|(only|always) (predict|output)|same (output|answer|prediction)"
    r"|collapses? to|constant output|for every (input|image|sample)",
    "imbalance": r"imbalanc|minority|majority|rare\b|background|foreground|positives?|negatives?|long[- ]tail|recall|f1",
    "gradient": r"grad",
    "no gradient": r"grad_fn|requires_grad|detach|no_grad|none\b|no gradients?",
    "adding up": r"accumulat|adds? up|sum up|zero_grad|zero grad",
    "weights": r"(weights?|parameters?) (do|does|did|are|is|never|not|stay)|not updated|same weights|optimizer\.step",
    "rate": r"lr\b|learning[ _-]rate|step size",
    "schedule": r"schedul|warm-?up|decay|cosine|annealing|milestones?",
    "depth": r"deep|many layers|more layers|\d+[- ]layers?|(first|early|lower) layers?|sigmoid|tanh|saturat|vanish",
    "units": r"relu|dead|dying|activations?|neurons?",
    "initialisation": r"initiali[sz]|xavier|kaiming|seeds?",
    "capacity": r"too (small|simple|shallow)|(tiny|small|smaller|linear) (model|network|backbone)|capacity|under-?fit",
    "regularisation": r"dropout|weight[ _]decay|regulari[sz]|l[12]\b|label smoothing|mixup|augment",
    "scale of inputs": r"normali[sz]|standardi[sz]|scaled?|scaling|scales|0-255|255|raw pixels?",
    "order of data": r"shuffl|sorted|sampler|order\b|consecutive|by class|sequential",
    "labels": r"label|annotat|misalign|mismatch|do not match|csv\b|pairs?|pairing|off by one",
    "bad data": r"missing values?|corrupt|(bad|empty) (sample|file|image|row|cell)s?|one (batch|sample|file)",
    "evaluation mode": r"eval mode|train mode|model\.eval|model\.train|eval\(\)|train\(\)|batch ?norm|running (mean|stat)|inference",
    "metric": r"metrics?|argmax|thresholds?|compute_metrics|averag|map\b|score",
    "softmax": r"softmax|log_?softmax|cross ?entropy|logits?|nll|probabilit",
    "roots and logs": r"sqrt|square root|log\b|distances?|acos|divi|denominator|eps",
    "sequences": r"rnn|lstm|gru|recurrent|long sequences?|sequence length|clip",
}
_PATTERNS = {name: re.compile(rf"\b(?:{pattern})") for name, pattern in _SENSES.items()}
_VALUE = r"(?<!\d)(\d{1,20}(?:\.\d{1,20})?) ?(%?)"  # bounded, as what people paste may be one endless number
_SIDES = {"train": r"train\w*", "validation": r"(?:val|test|dev|eval|held[- ]?out)\w*"}
_AFTER = {side: re.compile(rf"\b{name}[^.;,\d]{{0,22}}{_VALUE}") for side, name in _SIDES.items()}
_BEFORE = {side: re.compile(rf"{_VALUE} (?:on|in|for) (?:the )?{name}") for side, name in _SIDES.items()}


def senses(english: str) -> Iterator[str]:
    """Yield the senses of an English text, each once, marked so that none meets a word."""
    lowered = english.lower()
    yield from (f"#{name}" for name, pattern in _PATTERNS.items() if pattern.search(lowered))
    yield from _comparison(lowered)


def _comparison(text: str) -> Iterator[str]:
    """Yield how a figure on the training set compares with one on the validation set, where both are there."""
    train, validation = (_figure(text, side) for side in ("train", "validation"))
    if train is None or validation is None:
        return
    larger = max(train, validation)
    if abs(train - validation) <= 0.08 * larger:  # what two sets of a few hundred samples differ by anyway
        yield "#train as validation"
    elif (validation > train) == ("loss" in text and "acc" not in text):
        yield "#train better than validation"
    else:
        yield "#validation better than train"


def _figure(text: str, side: str) -> float | None:
    match = _BEFORE[side].search(text) or _AFTER[side].search(text)
    return float(match[1]) / (100 if match[2] else 1) if match else None
