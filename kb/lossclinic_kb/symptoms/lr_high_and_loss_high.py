"""The rate is larger than usual optimisers take, and the loss does not settle.

What is seen: a rate of one half or more from the start (0.03 for optimisers of Adam's kind), beside a loss that blows up, swings
or stays high.
Reported when: the rate reaches that within the first tenth of the log, and the training loss ends at half or
more of what there was to learn, or breaks, or is three times as large somewhere after its start.
Not observable: without learning rates, with fewer than three training losses; in the log of a resumed run.
Not to be confused with: optimisers whose rate is a factor of one by design (Adadelta, Prodigy), which then
train well; a rate that a schedule raises later (`lr_keeps_rising`, `loss_jumps_with_lr`).
"""

from __future__ import annotations

from lossclinic_kb.facts import Facts, optimizer_in
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.curve import head, read_curve
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.scale import ignorance
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "lr_high_and_loss_high"
TITLE = Text("Very large rate and a loss that does not settle", "学习率极大，损失降不下来")

_LARGE = 0.5
"""Adam moves every weight by about the rate in each step, and weights are around 0.1; SGD with momentum takes
0.01 to 0.1, and more only in large batches with warm-up."""

_LOSS_LEFT = 0.5
_BLOWN_UP = 3.0
"""Of what there was to learn; single batches of a training that goes well reach twice. Without either the rate does no harm,
whatever its size."""


_LARGE_ADAPTIVE = 0.03
"""Where the optimiser is known to be of Adam's kind: ten times what it usually takes."""

_ADAPTIVE = ("adam", "adamw", "nadam", "adamax", "rmsprop", "lion")


def detect(run: Run, facts: Facts) -> Finding:
    """Look at the first rates, then at what became of the loss."""
    rate, loss = read_curve(run, "lr"), read_curve(run, "train_loss")
    if rate is None or loss is None or len(loss) < 3 or not rate.from_start or not loss.from_start:
        return not_observable(ID)
    first = float(head(rate.y, 0.1).max())
    unlearned = ignorance(run, facts, loss)
    top = int(loss.y.argmax())
    blown_up = float(loss.y[top]) >= _BLOWN_UP * unlearned
    large = _LARGE_ADAPTIVE if optimizer_in(facts) in _ADAPTIVE else _LARGE
    if first < large or not (loss.broke or blown_up or loss.end >= _LOSS_LEFT * unlearned):
        return absent(ID)
    here = place(loss, top)
    return report(
        ID,
        rate,
        0,
        len(rate) - 1,
        Text(
            f"{rate.name} is {number(first)} at the start; {loss.name} reaches {number(float(loss.y[top]))} at "
            f"{here.en} and ends at {number(loss.end)}",
            f"{rate.name} 一开始就有 {number(first)}；{loss.name} 在{here.zh}达到 {number(float(loss.y[top]))}，"
            f"最后为 {number(loss.end)}",
        ),
        rate=first,
        loss=loss.end,
    )
