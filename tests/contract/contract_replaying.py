"""The recordings, replayed in order against one site.

In: a site. Out: what it answered to every recording's request, and what stands for what.
"""

from dataclasses import dataclass, replace
from typing import Any

from contract_comparison import Likeness
from contract_preparation import REPLAYED, beforehand, between, in_order
from contract_recordings import Recording
from contract_site import RECORDED_DAY, SiteUnderTest


@dataclass(frozen=True)
class Replayed:
    """What a site answered to a recording's request."""

    status: int
    answer: Any


@dataclass(frozen=True)
class Replay:
    """The answers by recording, and what they call the recorded names and times."""

    answers: dict[str, Replayed]
    likeness: Likeness


async def replay_all(site: SiteUnderTest) -> Replay:
    likeness = Likeness(RECORDED_DAY, site.day)
    answers: dict[str, Replayed] = {}
    prepared = between()
    for number in REPLAYED:
        for request in beforehand(number):
            await _made(site, request, likeness)
        for recording in in_order(number):
            for request in prepared.get(recording.name, ()):
                await _made(site, request, likeness)
            answers[recording.name] = await _ask(site, recording, likeness)
    await site.close()
    return Replay(answers, likeness)


async def _made(site: SiteUnderTest, request: Recording, likeness: Likeness) -> None:
    answer = await _ask(site, request, likeness)
    assert answer.status < 300, f"{request.name}: {answer}"


async def _ask(site: SiteUnderTest, recording: Recording, likeness: Likeness) -> Replayed:
    *start, last = recording.path.split("/")
    sent = replace(
        recording,
        path="/".join([*start, likeness.translated(last)]),
        params=likeness.translated(recording.params, moments=True),
        json=likeness.translated(recording.json),
    )
    status, answer = await site.ask(sent)
    if recording.answer is not None and status == recording.status:
        if recording.method == "POST":
            likeness.learn_name(recording.answer.get("data"), answer.get("data"))
        likeness.learn(recording.answer, answer)
    return Replayed(status, answer)
