"""Which action a clause asks for: regularised least squares on word and character features, trained at load.

Enters: the examples of ``prompts/`` as feature bags. Leaves: a probability for each action, calibrated honestly by
what a sample of the examples predicts of one left out, which a kernel machine has in closed form. The evidence of cue
words has its say in ``reading``.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]
_RIDGE = 0.6
_SAMPLE = 800


def features(words: Sequence[str], groups: Sequence[str]) -> Counter[str]:
    """The bag of a clause: its words, pairs of words, pieces of words, and the groups they belong to."""
    return Counter(_features(words, groups))


def _features(words: Sequence[str], groups: Sequence[str]) -> Iterator[str]:
    yield from (f"w:{word}" for word in words)
    yield from (f"p:{a} {b}" for a, b in zip(("^", *words), (*words, "$"), strict=True))
    yield from (f"g:{group}" for group in groups)
    for word in words:
        if word.isalpha() and len(word) > 3:
            padded = f"^{word}$"
            yield from (f"c:{padded[at : at + 4]}" for at in range(len(padded) - 3))


_WEIGHTS = {"w": 1.0, "p": 0.7, "g": 1.6, "c": 0.35}


@dataclass(frozen=True)
class Classifier:
    """Trained weights: features -> actions."""

    labels: tuple[str, ...]
    columns: dict[str, int]
    rarity: Matrix
    weights: Matrix
    scale: float
    """The sharpness of the probabilities, fitted on leave-one-out predictions."""

    @classmethod
    def train(cls, bags: Sequence[Counter[str]], labels: Sequence[str]) -> Classifier:
        """Fit on feature bags and their action names."""
        columns = {name: i for i, name in enumerate(sorted({name for bag in bags for name in bag}))}
        seen = Counter(name for bag in bags for name in bag)
        rarity = np.array([(1 + math.log(len(bags) / seen[n])) * _WEIGHTS[n[0]] for n in columns], dtype=np.float32)
        rows = np.stack([_row(bag, columns, rarity) for bag in bags])
        names = tuple(sorted(set(labels)))
        target = np.zeros((len(bags), len(names)), dtype=np.float32)
        target[np.arange(len(bags)), [names.index(label) for label in labels]] = 1.0
        balance = np.sqrt(np.array([1.0 / max(labels.count(label), 8) for label in labels], dtype=np.float32))
        balance /= balance.mean()
        kernel = rows @ rows.T + _RIDGE * np.diag(1.0 / balance).astype(np.float32)
        # An inverse of all of them would double the time to load: every n-th tells how sure to be.
        some = np.arange(0, len(bags), max(1, len(bags) // _SAMPLE))
        inverse = np.linalg.inv(kernel[np.ix_(some, some)])
        left_out = np.asarray(target[some] - (inverse @ target[some]) / np.diag(inverse)[:, None], dtype=np.float32)
        weights = rows.T @ np.linalg.solve(kernel, target)
        return cls(names, columns, rarity, weights, _fitted_scale(left_out, target[some]))

    def probabilities(self, bag: Counter[str]) -> dict[str, float]:
        """Action name -> probability, summing to one."""
        scores = _row(bag, self.columns, self.rarity) @ self.weights
        shares = _softmax(scores[None, :] * self.scale)[0]
        return {name: float(share) for name, share in zip(self.labels, shares, strict=True)}


def _row(bag: Counter[str], columns: dict[str, int], rarity: Matrix) -> Matrix:
    row = np.zeros(len(columns), dtype=np.float32)
    for name, count in bag.items():
        if name in columns:
            row[columns[name]] = (1 + math.log(count)) * rarity[columns[name]]
    norm = float(np.linalg.norm(row))
    return row / norm if norm else row


def _softmax(scores: Matrix) -> Matrix:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def _fitted_scale(left_out: Matrix, target: Matrix) -> float:
    """The scale under which the left-out examples are likeliest."""
    truth = target.argmax(axis=1)
    rows = np.arange(len(truth))
    scales = [2.0, 3.0, 4.0, 6.0, 8.0, 10.0, 12.0, 15.0, 20.0]
    losses = [-np.log(_softmax(left_out * s)[rows, truth] + 1e-9).mean() for s in scales]
    return scales[int(np.argmin(losses))]
