"""What the agent answers: a list of blocks, made of data, worded in the user's language by templates.

Enters: keys of ``prompts/replies/{en,fr}.yaml`` and the facts that fill them. Leaves: blocks that any channel can
draw. A figure can only come from data; a text read from a record is shown as it is and never interpreted.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Tone = Literal["plain", "good", "warning", "bad"]
Outcome = Literal["answered", "plan", "question", "refused", "failed"]
Scalar = str | int | float | bool | None
"""A value of a record's field, as JSON carries it."""


class Block(BaseModel):
    """One thing to draw."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Text(Block):
    """A sentence or two."""

    block: Literal["text"] = "text"
    text: str
    tone: Tone = "plain"


class Fact(BaseModel):
    """A label and its value; ``tone`` colours the value (a badge, a verdict)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    label: str
    value: str
    tone: Tone = "plain"


class Facts(Block):
    """What is known of one thing, at a glance."""

    block: Literal["facts"] = "facts"
    title: str = ""
    facts: list[Fact]


class Table(Block):
    """Rows; ``numeric`` names the columns that align right; ``total`` is a summary line."""

    block: Literal["table"] = "table"
    title: str = ""
    columns: list[str]
    rows: list[list[str]]
    numeric: list[int] = Field(default_factory=list)
    tones: list[Tone] = Field(default_factory=list, description="one per row, or empty")
    total: str = ""


class DiffLine(BaseModel):
    """One field of one record: what it is, what it will be. None stands for nothing there."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    field: str
    before: str | None
    after: str | None


class DiffRecord(BaseModel):
    """A record that a step makes, changes or removes, or a thing that it does (a reboot)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    system: str
    step: int
    title: str
    lines: list[DiffLine] = Field(default_factory=list)


class Diff(Block):
    """A plan as it is shown: every field per system, then what follows from it, then what to beware of."""

    block: Literal["diff"] = "diff"
    plan: str
    digest: str
    title: str
    records: list[DiffRecord]
    consequences: list[str] = Field(default_factory=list)
    warnings: list[str] = Field(default_factory=list)
    expires_at: str


class Choice(BaseModel):
    """One of several; answered by its number or by words of its label."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: str
    label: str
    detail: str = ""


class Choices(Block):
    """A question with its possible answers."""

    block: Literal["choices"] = "choices"
    question: str
    choices: list[Choice]


class Progress(Block):
    """How each step of a plan went."""

    block: Literal["progress"] = "progress"
    title: str
    steps: list[StepProgress]


class StepProgress(BaseModel):
    """One step and where it stands; ``state`` is the receipt's, ``text`` is worded."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: int
    title: str
    state: str
    text: str
    tone: Tone = "plain"


class File(Block):
    """A file made for the user. The channel puts it somewhere and says where: ``path``, empty until then."""

    block: Literal["file"] = "file"
    name: str
    path: str = ""
    content: bytes = Field(b"", exclude=True, repr=False)


AnyBlock = Annotated[Text | Facts | Table | Diff | Choices | Progress | File, Field(discriminator="block")]


class PlanView(BaseModel):
    """The waiting plan, as ``ask --json`` prints it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    digest: str
    steps: list[dict[str, Any]]
    warnings: list[str]
    expires_at: str


class Reply(BaseModel):
    """One turn's answer, whole."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    outcome: Outcome
    language: Literal["en", "fr"]
    blocks: list[AnyBlock]
    actions: list[dict[str, Any]] = Field(default_factory=list, description="wire form")
    engine: Literal["local", "llm", "none"] = "none"
    plan: PlanView | None = None
    code: str = Field("", description="the stable code of the error, where there is one")
    reading: list[str] = Field(default_factory=list, description="why it was understood so")
    private: bool = Field(default=False, description="for the one who asked alone, where others read along")
    llm_calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
