"""A validation split in Keras that is not the end of the file."""

from __future__ import annotations


def exercise() -> None:
    """Run the snippet; the assertions are what the article claims of it."""
    from lossclinic_kb.lab.tiny import workplace

    with workplace():
        _keras()


def _keras() -> None:
    from lossclinic_kb.lab.tiny.keras import choice, linear, points

    inputs, targets = points(64)
    by_class = targets.argsort(kind="stable")
    inputs, targets = inputs[by_class], targets[by_class]
    model = linear()
    model.compile("sgd", choice())
    plain = model.fit(inputs, targets, validation_split=0.2, verbose=0).history["val_loss"][0]
    assert abs(plain - model.evaluate(inputs[51:], targets[51:], verbose=0)) < 1e-5  # the last class alone
    # snippet: fix_keras | keras | validation_split takes the last rows, before any shuffling | validation_split 取的是打乱之前的最后几行
    import numpy as np

    order = np.random.default_rng(0).permutation(len(inputs))
    model.fit(inputs[order], targets[order], validation_split=0.2, verbose=0)
    # end snippet
    assert len(set(targets[order][51:])) == 3
    assert set(targets[51:]) == {2}
