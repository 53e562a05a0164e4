"""Plans, their ends, questions and errors as blocks, worded in the user's language.

Enters: plans, receipts, errors: data. Leaves: blocks. Every field of every step is shown; nothing is left out for
being long. Names and texts from records are shown as they are.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from html import unescape

from agent.clients.wire import SITE_ZONE
from agent.confirm.plan import Plan
from agent.confirm.remaining import remaining
from agent.confirm.steps import AnyStep, Change, Note
from agent.directory import spoken
from agent.errors import Ambiguous, BackendError, NotFound, TargoError
from agent.reply import (
    AnyBlock,
    Choices,
    Diff,
    DiffLine,
    DiffRecord,
    PlanView,
    Progress,
    Scalar,
    StepProgress,
    Table,
    Text,
    Tone,
)
from agent.store import PlanStatus, Receipt
from agent.tools.outcome import Question
from agent.wording import Wording

_YES_OR_NO = frozenset(
    {
        *("is_suspended", "enabled", "is_auto", "is_active", "submit_invoice", "skip_delivery_note", "billable"),
        *("dial_tone", "voicemail_enabled", "international"),
    }
)
_TONES: dict[str, Tone] = {"confirmed": "good", "accepted": "warning", "failed": "bad", "unknown": "bad"}
_GOES_ON = frozenset({"accepted", "stopped", "awaiting_cosigner"})
_END_TONES: dict[str, Tone] = {
    "done": "good",
    "accepted": "warning",
    "stopped": "warning",
    "awaiting_cosigner": "warning",
    "not_started": "bad",
    "compensated": "bad",
    "handed_over": "bad",
}


def note(words: Wording, one: Note) -> str:
    """A note as a sentence."""
    return words(one.key, **one.facts)


def diff(plan: Plan, words: Wording) -> Diff:
    """The plan as it is put before the user."""
    return Diff(
        plan=plan.id,
        digest=plan.digest,
        title="; ".join(note(words, title) for title in plan.titles),
        records=[
            DiffRecord(
                system=words(f"systems.{step.system}"),
                step=number,
                title=step_title(step, words),
                lines=[_line(change, words) for change in step.changes()],
            )
            for number, step in enumerate(plan.steps, start=1)
        ],
        consequences=[note(words, one) for one in plan.consequences],
        warnings=[note(words, one) for one in plan.warnings],
        expires_at=clock_time(plan.expires_at),
    )


def view(plan: Plan, words: Wording) -> PlanView:
    """The plan as ``ask --json`` prints it: every step with its fields as stored, warnings as sentences."""
    return PlanView(
        id=plan.id,
        digest=plan.digest,
        steps=[
            {
                "number": number,
                "system": step.system,
                "title": step_title(step, words),
                **step.model_dump(mode="json"),
                "changes": [change.model_dump(mode="json") for change in step.changes()],
            }
            for number, step in enumerate(plan.steps, start=1)
        ],
        warnings=[note(words, one) for one in plan.warnings],
        expires_at=clock_time(plan.expires_at),
    )


def step_title(step: AnyStep, words: Wording) -> str:
    """One step on one line."""
    return words(f"steps.{step.kind}", **step.model_dump(mode="json"))


def end(plan: Plan, status: PlanStatus, receipts: Sequence[Receipt], words: Wording) -> list[AnyBlock]:
    """How a plan ended: a sentence, each step's receipt, and what a person has left to do."""
    sentence = _sentence(plan, status, receipts, words)
    blocks: list[AnyBlock] = [
        Text(text=sentence, tone=_END_TONES.get(status, "plain")),
        Progress(title=words("plan.title", plan=plan.id), steps=_progress(plan, status, receipts, words)),
    ]
    if status == "handed_over":
        blocks += [Text(text=line, tone="bad") for line in left_to_do(plan, receipts, words)]
    return blocks


def news(plan: Plan, status: PlanStatus, receipts: Sequence[Receipt], words: Wording) -> str:
    """What became of a plan that was followed up, and why where it failed."""
    why = [one.error for one in receipts if one.direction == "do" and one.state == "failed" and one.error]
    return " ".join([_sentence(plan, status, receipts, words), *(words("plan.why", reason=one) for one in why)])


def left_to_do(plan: Plan, receipts: Sequence[Receipt], words: Wording) -> list[str]:
    """The exact calls that a person has to check or make, for a plan that was handed over."""
    lines = []
    for left in remaining(plan, receipts):
        fields = ", ".join(
            f"{line.field}: {line.before or '—'} → {line.after or '—'}"
            for line in (_line(change, words) for change in left.step.changes())
        )
        state = words(f"steps.state.{left.state}", system=words(f"systems.{left.step.system}"))
        what = f"{state}{f' ({fields})' if fields else ''}"
        system = words(f"systems.{left.step.system}")
        lines.append(words("plan.left_to_do", system=system, target=left.step.target(), what=what))
    return lines


def question(asked: Question, words: Wording) -> AnyBlock:
    """A tool's question."""
    sentence = words(asked.key, **asked.facts)
    return Choices(question=sentence, choices=asked.choices) if asked.choices else Text(text=sentence)


def doubt(error: Ambiguous | NotFound, words: Wording) -> AnyBlock:
    """Who or what is meant: several fit, or none does and the nearest are offered."""
    field, mention, choices = error.facts["field"], error.facts["mention"], error.facts["choices"]
    if not mention:
        return Text(text=words("question.customer"))
    kind = "ambiguous" if isinstance(error, Ambiguous) else "not_found"
    sentence = words(f"question.{field}_{kind}", mention=mention, near=bool(choices), more=error.facts.get("more", 0))
    return Choices(question=sentence, choices=choices) if choices else Text(text=sentence)


def error_text(error: TargoError, words: Wording) -> Text:
    """An error in the user's language; it says what to do and holds no secret."""
    facts = {"message": error.message, "reason": "", **error.facts}
    if isinstance(error, BackendError) and not words.has(f"systems.{facts.get('system')}"):
        facts["system"] = "erpnext"
    key = f"errors.{error.code}" if words.has(f"errors.{error.code}") else "errors.failed"
    return Text(text=words(key, **facts), tone="bad")


def help_blocks(topic: str | None, words: Wording) -> list[AnyBlock]:
    """What can be asked, with examples; or what an action would do, where the topic names one."""
    if topic and words.has(f"help.what_if.{topic}"):
        return [Text(text=words(f"help.what_if.{topic}"))]
    rows = [[words(f"help.row.{name}.0"), words(f"help.row.{name}.1")] for name in words.branches("help.row")]
    return [
        Text(text=words("help.intro")),
        Table(columns=[words("help.column_what"), words("help.column_say")], rows=rows),
    ]


def _sentence(plan: Plan, status: PlanStatus, receipts: Sequence[Receipt], words: Wording) -> str:
    key: str = status
    if status == "accepted":
        waiting = [one for one in receipts if one.state == "accepted"]
        if any(one.direction == "revert" for one in waiting):
            key = "taking_back"
        elif any(plan.steps[one.step - 1].holds for one in waiting):
            key = "held"
    sentence = words(f"plan.ended.{key}", plan=plan.id)
    notes = [note(words, one) for one in plan.done] if status == "done" else []
    return " ".join([sentence, *notes])


def _progress(plan: Plan, status: PlanStatus, receipts: Sequence[Receipt], words: Wording) -> list[StepProgress]:
    known = {(receipt.step, receipt.direction): receipt for receipt in receipts}
    shown = []
    for number, step in enumerate(plan.steps, start=1):
        done, reverted = known.get((number, "do")), known.get((number, "revert"))
        state: str = done.state if done else ("waits" if status in _GOES_ON else "not_run")
        if reverted and reverted.state == "confirmed":
            state = "reverted"
        error = f" — {done.error}" if done and done.error and state in ("failed", "unknown") else ""
        shown.append(
            StepProgress(
                number=number,
                title=step_title(step, words),
                state=state,
                text=words(f"steps.state.{state}", system=words(f"systems.{step.system}")) + error,
                tone=_TONES.get(state, "plain"),
            )
        )
    return shown


def _line(change: Change, words: Wording) -> DiffLine:
    field, _, number = change.field.partition(" ")
    name = words(f"fields.{field}") if words.has(f"fields.{field}") else field
    return DiffLine(
        field=f"{name} {number}".strip(),
        before=_value(field, change.before, words),
        after=_value(field, change.after, words),
    )


def _value(field: str, value: Scalar, words: Wording) -> str | None:
    if field in _YES_OR_NO:
        return words("values.true_" if value not in (None, 0, "0", False) else "values.false_")
    if value is None or value == "":
        return None
    return _WORDED.get(field, _as_it_is)(str(value), words)


def _as_it_is(value: str, _words: Wording) -> str:
    return value


def _payment(value: str, words: Wording) -> str:
    date, _, amount = value.partition(" · ")
    return f"{words.day(date)} · {words.money(amount)}"


def _moment(value: str, words: Wording) -> str:
    """A moment, or what stands for one that is still to come."""
    return words.moment(value) if value[:1].isdigit() else value


def _settled(value: str, words: Wording) -> str:
    kind, _, rest = value.partition(" · ")
    name, _, amount = rest.partition(" · ")
    return f"{words.chosen(kind)} {name} · {words.money(amount)}"


def _item(value: str, words: Wording) -> str:
    name, qty, rate, *_ = [*value.split(" · "), "0", "0"]
    return f"{name} · {words.number(qty)} × {words.money(rate)}"


def _tax(value: str, _words: Wording) -> str:
    return value.split(" · ")[-2] if value.count(" · ") > 1 else value


def _share(value: str, words: Wording) -> str:
    """A technician's row: who, perhaps from when to when, the hours."""
    *parts, hours = value.split(" · ")
    times = "–".join(part[:5] for part in parts[1:])
    return " · ".join(part for part in (parts[0], times, words("values.hours", hours=hours)) if part)


_WORDED: dict[str, Callable[[str, Wording], str]] = {
    **dict.fromkeys(
        (
            "amount",
            "paid_amount",
            "received_amount",
            "total_allocated_amount",
            "unallocated_amount",
            "outstanding_amount",
            "net_total",
            "total_taxes_and_charges",
            "grand_total",
            "additional_discount_amount",
        ),
        lambda value, words: words.money(value),
    ),
    "installments": _payment,
    "references": _settled,
    **dict.fromkeys(("items", "parts"), _item),
    "taxes": _tax,
    "technicians": _share,
    "scheduled_time": lambda value, _words: value.zfill(8)[:5],
    "voicemail_pin": lambda value, words: words(f"voicemail.pin.{value}"),
    "ata_number": lambda value, _words: spoken(value),
    "did": lambda value, _words: spoken(value),
    "e911_synced_on": _moment,
    **dict.fromkeys(("content", "description"), lambda value, _words: unescape(value)),
    **dict.fromkeys(
        (
            "suspended_on",
            "suspended_until",
            "agreed_on",
            "due_date",
            "cutoff_date",
            "posting_date",
            "reference_date",
            "transaction_date",
            "valid_till",
            "start_date",
            "cancelation_date",
            "scheduled_date",
            "date",
        ),
        lambda value, words: words.day(value),
    ),
    **dict.fromkeys(
        (
            "status",
            "e911_status",
            "e911_class",
            "service_class",
            "sip_state",
            "frequency",
            "method",
            "comment_type",
            "reference_doctype",
            "payment_type",
            "party_type",
            "mode_of_payment",
            "docstatus",
            "quotation_to",
            "order_type",
            "generate_invoice_at",
            "apply_additional_discount",
            "provider",
            "reference_type",
            "priority",
            "department",
            "job_type",
            "part_of_day",
        ),
        lambda value, words: words.chosen(value),
    ),
}
"""How the value of a field is worded; any other is shown as it is."""


def clock_time(at: float) -> str:
    """Seconds since the epoch as ISO text in the company's time zone."""
    return dt.datetime.fromtimestamp(at, SITE_ZONE).isoformat(timespec="seconds")
