"""Whether a part of a message asks for something or only tells something beside it.

Enters: the tokens of a part. Leaves: how surely it only tells, learnt from what colleagues tell (``prompts/told.yaml``)
and from the examples of the actions. What opens as an order or a wish is for others to see: this only weighs words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from agent.intents.local.classifier import Classifier, features
from agent.intents.local.said import Token

_TOLD, _ASKED = "told", "asked"
_EVERY = 4
"""Of the examples of the actions every n-th is enough to know what asks, and about twice as many as what tells."""


@dataclass(frozen=True)
class Telling:
    """Trained on what is told and what is asked."""

    classifier: Classifier

    @classmethod
    def train(cls, told: Sequence[Sequence[Token]], asked: Sequence[Sequence[Token]]) -> Telling:
        """Fit on parts of either kind."""
        some = asked[::_EVERY]
        labels = [_TOLD] * len(told) + [_ASKED] * len(some)
        return cls(Classifier.train([_bag(part) for part in (*told, *some)], labels))

    def share(self, part: Sequence[Token]) -> float:
        """How surely the part only tells, from 0 to 1."""
        return self.classifier.probabilities(_bag(part))[_TOLD]


def _bag(part: Sequence[Token]) -> Counter[str]:
    # Whoever is named is not told from whatever else is: only where something stands counts.
    return features(
        [token.flat if token.entity is None else "<>" for token in part if token.is_word or token.entity], ()
    )
