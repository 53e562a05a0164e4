"""Which action a clause asks for: regularised least squares on word and character features, trained at load.

Enters: the examples of ``prompts/`` as feature bags. Leaves: a probability for each action, calibrated honestly by
what a sample of the examples predicts of one left out, which a kernel machine has in closed form. The evidence of cue
words has its say in ``reading``.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]
Indices = NDArray[np.int64]
_RIDGE = 0.6
_SAMPLE = 800
_COMMON = 40


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
    rarity: dict[str, float]
    weights: Matrix
    scale: float
    """The sharpness of the probabilities, fitted on leave-one-out predictions."""

    @classmethod
    def train(cls, bags: Sequence[Counter[str]], labels: Sequence[str]) -> Classifier:
        """Fit on feature bags and their action names."""
        seen = Counter(name for bag in bags for name in bag)
        columns = {name: i for i, name in enumerate(sorted(seen))}
        rarity = {name: (1 + math.log(len(bags) / seen[name])) * _WEIGHTS[name[0]] for name in columns}
        # By feature, the examples that have it: few have any one of them, and a table of all would hardly fit.
        having: dict[str, tuple[list[int], list[float]]] = {name: ([], []) for name in columns}
        for at, bag in enumerate(bags):
            for name, value in _row(bag, rarity).items():
                having[name][0].append(at)
                having[name][1].append(value)
        held = [(np.array(at), np.array(values, dtype=np.float32)) for at, values in having.values()]
        names = tuple(sorted(set(labels)))
        target = np.zeros((len(bags), len(names)), dtype=np.float32)
        target[np.arange(len(bags)), [names.index(label) for label in labels]] = 1.0
        often = Counter(labels)
        balance = np.sqrt([1.0 / max(often[label], 8) for label in labels])
        kernel = _kernel(held, len(bags)) + np.diag(_RIDGE * balance.mean() / balance).astype(np.float32)
        dual = np.asarray(np.linalg.solve(kernel, target), dtype=np.float32)
        # An inverse of all of them would double the time to load: every n-th tells how sure to be.
        some = np.arange(0, len(bags), max(1, len(bags) // _SAMPLE))
        inverse = np.linalg.inv(kernel[np.ix_(some, some)])
        left_out = target[some] - (inverse @ target[some]) / np.diag(inverse)[:, None]
        weights = np.stack([values @ dual[at] for at, values in held])
        return cls(names, columns, rarity, weights, _fitted_scale(np.asarray(left_out, np.float32), target[some]))

    def probabilities(self, bag: Counter[str]) -> dict[str, float]:
        """Action name -> probability, summing to one."""
        row = _row(bag, self.rarity)
        values = np.array(list(row.values()), dtype=np.float32)
        scores = values @ self.weights[[self.columns[name] for name in row]]
        shares = _softmax(scores[None, :] * self.scale)[0]
        return {name: float(share) for name, share in zip(self.labels, shares, strict=True)}


def _row(bag: Counter[str], rarity: Mapping[str, float]) -> dict[str, float]:
    """The features of a bag that are known, weighed by how rare they are, to the length of one."""
    row = {name: (1 + math.log(count)) * rarity[name] for name, count in bag.items() if name in rarity}
    norm = math.hypot(*row.values())
    return {name: value / norm for name, value in row.items()}


def _kernel(held: Sequence[tuple[Indices, Matrix]], size: int) -> Matrix:
    """How alike any two examples are: the common features as one table, the rare ones pair by pair."""
    common = [(at, values) for at, values in held if len(at) > _COMMON]
    table = np.zeros((size, len(common)), dtype=np.float32)
    for column, (at, values) in enumerate(common):
        table[at, column] = values
    kernel: Matrix = table @ table.T
    for at, values in held:
        if len(at) <= _COMMON:
            kernel[np.ix_(at, at)] += np.outer(values, values)
    return kernel


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
