"""Targets that a Keras model scales and scales back by itself."""

from __future__ import annotations


def exercise() -> None:
    """Run the snippet; the assertions are what the article claims of it."""
    from lossclinic_kb.lab.tiny import workplace

    with workplace():
        _keras()


def _keras() -> None:
    from lossclinic_kb.lab.tiny.keras import keras, linear, points

    inputs = points(64)[0]
    targets = 1e5 + 2e4 * inputs[:, :1]
    model = linear(1)
    # snippet: fix_keras | keras | Train on scaled targets, then undo it in a last layer | 用标准化后的目标训练，最后加一层还原
    mean, spread = targets.mean(), targets.std()  # of the training targets
    model.compile(keras.optimizers.Adam(0.1), "mse")
    model.fit(inputs, (targets - mean) / spread, batch_size=64, epochs=60, verbose=0)
    undo = keras.layers.Rescaling(spread, offset=mean)
    served = keras.Sequential([model, undo])  # answers in the original unit, and is what you save
    # end snippet
    error = served.predict(inputs, verbose=0) - targets
    assert abs(error).mean() < 0.2 * targets.std()
