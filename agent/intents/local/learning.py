"""What the engine learns from the phrases of ``prompts/``, once per version of them.

Enters: the lexicon. Leaves: the classifier of actions, and the one of what is only told. Training takes seconds, so
the result is kept in the user's cache folder, under a name that changes with the phrases, the code that reads them
and numpy's version. A file that is missing, damaged or cannot be written costs those seconds and nothing else.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from platformdirs import user_cache_path

from agent.intents.local.classifier import Classifier, features
from agent.intents.local.lexicon import WHERE, WHO, Lexicon, example_text
from agent.intents.local.said import Entity, Token, flatten, tidy
from agent.intents.local.telling import Telling

_ASKING_NOTHING = frozenset({"approve", "out_of_scope"})
_KEPT = 4
"""How many versions stay in the cache."""
_READ_BY = ("agent.intents.local", "agent.intents.local.particulars")
"""The packages by which phrases are read: a change in them may change what is learnt."""


def learnt(lexicon: Lexicon) -> tuple[Classifier, Telling]:
    """What the phrases teach; from the cache where it is there."""
    path = user_cache_path("targo") / f"learnt-{_version()}.npz"
    kept = _load(path)
    if kept is None:
        kept = _trained(lexicon)
        with suppress(OSError):
            _save(path, *kept)
    return kept


def bag_of(tokens: Sequence[Token], lexicon: Lexicon) -> Counter[str]:
    """The classifier's features of a row of tokens."""
    words = [masked(token) for token in tokens if token.is_word or token.entity]
    groups = sorted({found.group for found in lexicon.cues.find(tokens)})
    return features(words, groups)


def masked(token: Token) -> str:
    """A token as the classifier sees it: entities by what they can stand for."""
    if token.entity is None:
        return token.flat
    kind = token.entity.kind
    return "<who>" if kind in WHO else "<where>" if kind in WHERE else f"<{kind}>"


def _trained(lexicon: Lexicon) -> tuple[Classifier, Telling]:
    pairs = [
        (_example_tokens(example), entry.name)
        for entry in lexicon.entries.values()
        for example in (*entry.examples, *entry.heard)
    ]
    classifier = Classifier.train([bag_of(tokens, lexicon) for tokens, _ in pairs], [name for _, name in pairs])
    asked = [tokens for tokens, name in pairs if name not in _ASKING_NOTHING]
    return classifier, Telling.train([_example_tokens(told) for told in lexicon.told], asked)


def _example_tokens(example: str) -> list[Token]:
    tokens: list[Token] = []
    flat = flatten(tidy(example_text(example)))
    for match in re.finditer(r"<(\w+)>|[^\W_]+", flat):
        entity = Entity(match[1], match.start(), match.end(), None) if match[1] else None
        tokens.append(Token(match.group(), match.start(), match.end(), entity))
    return tokens


def _version() -> str:
    """A digest of all that decides what is learnt."""
    digest = hashlib.sha256(np.__version__.encode())
    for name, content in _sources():
        digest.update(name.encode() + b"\0" + content)
    return digest.hexdigest()[:24]


def _sources() -> Iterator[tuple[str, bytes]]:
    for package, suffix in (("prompts", ".yaml"), *((package, ".py") for package in _READ_BY)):
        for file in sorted(files(package).iterdir(), key=lambda file: file.name):
            if file.name.endswith(suffix):
                yield f"{package}/{file.name}", file.read_bytes()


def _load(path: Path) -> tuple[Classifier, Telling] | None:
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
            return _unpacked(kept, "actions"), Telling(_unpacked(kept, "told"))
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None


def _unpacked(kept: Mapping[str, NDArray[Any]], name: str) -> Classifier:
    columns = {str(column): at for at, column in enumerate(kept[f"{name}-columns"])}
    rarity = dict(zip(columns, kept[f"{name}-rarity"].tolist(), strict=True))
    labels = tuple(str(label) for label in kept[f"{name}-labels"])
    return Classifier(labels, columns, rarity, kept[f"{name}-weights"], float(kept[f"{name}-scale"]))


def _save(path: Path, classifier: Classifier, telling: Telling) -> None:
    """Write it whole or not at all, and let go of the oldest versions."""
    path.parent.mkdir(parents=True, exist_ok=True)
    packed = {**_packed(classifier, "actions"), **_packed(telling.classifier, "told")}
    with tempfile.TemporaryDirectory(dir=path.parent) as scratch:
        part = Path(scratch) / path.name
        np.savez(part, **packed)
        part.replace(path)
    versions = sorted(path.parent.glob("learnt-*.npz"), key=lambda file: file.stat().st_mtime, reverse=True)
    for old in versions[_KEPT:]:
        old.unlink(missing_ok=True)


def _packed(classifier: Classifier, name: str) -> dict[str, Any]:
    return {
        f"{name}-labels": np.array(classifier.labels),
        f"{name}-columns": np.array(list(classifier.columns)),
        f"{name}-rarity": np.array([classifier.rarity[column] for column in classifier.columns]),
        f"{name}-weights": classifier.weights,
        f"{name}-scale": np.array(classifier.scale),
    }
