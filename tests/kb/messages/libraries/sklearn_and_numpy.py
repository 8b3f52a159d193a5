"""What scikit-learn and NumPy print when a fit ends early, a class is missing or a number is impossible."""

from __future__ import annotations

import numpy as np
from provoking import provoke
from sklearn.linear_model import Lasso, LogisticRegression, SGDClassifier
from sklearn.metrics import balanced_accuracy_score, precision_score, recall_score, roc_auc_score
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.svm import LinearSVC

X = np.random.default_rng(0).normal(size=(40, 3))
Y = np.arange(40) % 2
NONE = np.zeros(40, dtype=int)

if __name__ == "__main__":
    provoke(
        {
            "mlp_not_converged": lambda: MLPClassifier(max_iter=3).fit(X, Y),
            "sgd_not_converged": lambda: SGDClassifier(max_iter=2).fit(X, Y),
            "lbfgs_not_converged": lambda: LogisticRegression(max_iter=2).fit(X * 1e3, Y),
            "coordinate_descent_not_converged": lambda: Lasso(alpha=1e-9, max_iter=1).fit(X, Y + X[:, 0]),
            "linear_svm_not_converged": lambda: LinearSVC(max_iter=1).fit(X * 1e3, Y),
            "class_never_predicted": lambda: precision_score(Y, NONE, average=None),
            "class_not_in_evaluation": lambda: recall_score(NONE, Y),
            "one_class_in_evaluation": lambda: roc_auc_score(NONE, Y),
            "predicted_classes_unknown": lambda: balanced_accuracy_score(NONE, Y),
            "solver_weights_not_finite": lambda: MLPRegressor(solver="sgd", learning_rate_init=1e10).fit(
                X * 1e8, Y
            ),
            "numpy_log_of_zero": lambda: np.log(np.zeros(1)),
            "numpy_invalid_root_or_log": lambda: np.sqrt(-np.ones(1)),
            "numpy_division_by_zero": lambda: np.zeros(1) / np.zeros(1),
            "numpy_overflow_in_exp": lambda: np.exp(np.full(1, 1e4)),
            "numpy_overflow_in_product": lambda: np.square(np.full(1, 1e300)),
            "numpy_mean_of_nothing": lambda: np.mean([]),
        }
    )
