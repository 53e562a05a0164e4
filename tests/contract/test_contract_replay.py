"""The sandbox answers as a real ERPNext was recorded to answer."""

import pytest
from contract_comparison import EXCEPTIONS, differences
from contract_preparation import REPLAYED
from contract_recordings import Recording, recordings
from contract_replaying import Replay

NOT_REPLAYED: dict[str, str] = EXCEPTIONS["not_replayed"]
SHAPE_ONLY: dict[str, str] = EXCEPTIONS["shape_only"]
ALL = [recording for number in REPLAYED for recording in recordings(number)]


@pytest.mark.parametrize(
    "recording",
    [pytest.param(each, id=each.name) for each in ALL if each.name not in NOT_REPLAYED],
)
def test_answers_as_recorded(recording: Recording, replay: Replay) -> None:
    real = replay.answers[recording.name]
    assert real.status == recording.status, real.answer
    found = differences(recording, real.answer, replay.likeness, values=recording.name not in SHAPE_ONLY)
    assert not found, "\n".join(found)


def test_every_exception_names_a_recording() -> None:
    names = {recording.name for recording in ALL}
    assert set(NOT_REPLAYED) | set(SHAPE_ONLY) <= names
