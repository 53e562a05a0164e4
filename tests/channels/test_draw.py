"""What each block looks like as text: its content and its order, not its art."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paper import drawn
from rich.cells import cell_len
from rich.console import Console

from agent.channels.draw import draw_blocks, draw_reply
from agent.channels.typeset import clean, console_on
from agent.channels.words import Language, Words
from agent.reply import (
    Choice,
    Choices,
    Diff,
    DiffLine,
    DiffRecord,
    Fact,
    Facts,
    File,
    Progress,
    Reply,
    StepProgress,
    Table,
    Text,
)

INVOICES = Table(
    title="Invoices",
    columns=["Invoice", "Date", "For", "Amount"],
    rows=[
        ["ACC-SINV-2026-00001", "2026-01-01", "Fibre 100M and telephone, January, at the main address", "$91.87"],
        ["ACC-SINV-2026-00002", "2026-02-01", "Fibre 100M", "$1,191.87"],
    ],
    numeric=[3],
    tones=["bad", "plain"],
    total="Owed: $1,283.74",
)
SUSPENSION = Diff(
    plan="P-ABCDEFGH",
    digest="a" * 64,
    title="Suspend Martin Gagné",
    expires_at="2026-03-12T09:15:00-04:00",
    records=[
        DiffRecord(
            system="erpnext",
            step=1,
            title="Customer C-10018",
            lines=[
                DiffLine(field="Suspended", before="no", after="yes"),
                DiffLine(field="Reason", before=None, after="non-payment"),
                DiffLine(field="Promise", before="March 20", after=None),
            ],
        ),
        DiffRecord(system="hub", step=2, title="Reboot the router"),
        DiffRecord(
            system="erpnext",
            step=3,
            title="New comment",
            lines=[DiffLine(field="Content", before=None, after="Suspended")],
        ),
    ],
    consequences=["Internet at 27 Rang du Dix goes dark."],
    warnings=["Line 450-825-2100 loses its dial tone, 911 included."],
)


def test_a_sentence_shows_its_tone_without_colours() -> None:
    assert drawn(Text(text="Careful.", tone="warning")) == "⚠ Careful.\n"
    assert drawn(Text(text="Done.", tone="good")) == "✓ Done.\n"
    assert drawn(Text(text="No.", tone="bad")) == "✗ No.\n"
    assert drawn(Text(text="Well.")) == "Well.\n"


def test_further_lines_of_a_warning_hang_under_its_first() -> None:
    lines = drawn(Text(text="word " * 30, tone="warning")).splitlines()
    assert lines[1].startswith("  word")


def test_facts_stand_beside_their_labels_and_nothing_shows_as_nothing() -> None:
    shown = drawn(
        Facts(title="Jean Tremblay", facts=[Fact(label="Owes", value="$312.40"), Fact(label="E-mail", value="")])
    )
    assert shown.splitlines() == ["Jean Tremblay", "  Owes    $312.40", "  E-mail  —"]


def test_a_table_aligns_money_right_and_folds_prose_only() -> None:
    lines = drawn(INVOICES).splitlines()
    first = next(line for line in lines if "00001" in line)
    second = next(line for line in lines if "00002" in line)
    assert first.endswith("   $91.87")
    assert second.endswith("$1,191.87")
    assert len(first) == len(second) <= 80
    assert "ACC-SINV-2026-00001  2026-01-01" in first
    assert lines[-1].strip() == "Owed: $1,283.74"


def test_a_table_too_wide_for_the_terminal_becomes_one_record_after_another() -> None:
    lines = drawn(INVOICES, width=44).splitlines()
    assert "  Invoice  ACC-SINV-2026-00001" in lines
    assert "  Amount   $1,191.87" in lines
    assert all(cell_len(line) <= 44 for line in lines)


@pytest.mark.parametrize(("language", "sentence"), [("en", "Nothing to show."), ("fr", "Rien à montrer.")])
def test_an_empty_table_says_so(language: Language, sentence: str) -> None:
    assert sentence in drawn(INVOICES.model_copy(update={"rows": [], "tones": []}), language=language)


def test_a_diff_shows_every_field_by_system_then_consequences_then_warnings() -> None:
    shown = drawn(SUSPENSION)
    expected = [
        "Suspend Martin Gagné  plan P-ABCDEFGH",
        "ERPNext",
        "1  Customer C-10018",
        "~  Suspended  no → yes",
        "+  Reason     — → non-payment",
        "-  Promise    March 20 → —",
        "3  New comment",
        "+  Content  Suspended",
        "Hub",
        "2  Reboot the router",
        "What follows",
        "· Internet at 27 Rang du Dix goes dark.",
        "⚠ Line 450-825-2100 loses its dial tone, 911 included.",
        "Waits until 09:15.",
    ]
    places = [shown.index(part) for part in expected]
    assert places == sorted(places)


def test_a_diff_in_french_speaks_french() -> None:
    shown = drawn(SUSPENSION, language="fr")
    assert "Ce qui s'ensuit" in shown
    assert "Attend jusqu'à 09\u00a0h\u00a015." in shown


def test_a_system_without_a_word_goes_by_its_name_and_an_unreadable_expiry_as_it_came() -> None:
    block = SUSPENSION.model_copy(
        update={"records": [DiffRecord(system="radius", step=1, title="A session")], "expires_at": "soon"}
    )
    assert "radius" in drawn(block)
    assert "Waits until soon." in drawn(block)


def test_a_long_value_in_a_diff_is_folded_and_never_cut() -> None:
    note = " ".join(f"word{number}" for number in range(60))
    record = DiffRecord(
        system="erpnext", step=1, title="Note", lines=[DiffLine(field="Content", before="old", after=note)]
    )
    shown = drawn(SUSPENSION.model_copy(update={"records": [record]}))
    assert all(word in shown for word in note.split())
    assert all(cell_len(line) <= 80 for line in shown.splitlines())


def test_choices_are_numbered_and_told_apart() -> None:
    shown = drawn(
        Choices(
            question="Which Tremblay?",
            choices=[
                Choice(value="C-10001", label="Jean Tremblay", detail="Huntingdon"),
                Choice(value="C-10002", label="Marie-Ève Tremblay", detail="Ormstown"),
            ],
        )
    )
    assert shown.splitlines() == [
        "Which Tremblay?",
        "  1  Jean Tremblay       Huntingdon",
        "  2  Marie-Ève Tremblay  Ormstown",
    ]


def test_progress_tells_each_step() -> None:
    steps = [
        StepProgress(number=1, title="Customer", state="confirmed", text="done", tone="good"),
        StepProgress(number=2, title="Port", state="unknown", text="no answer", tone="warning"),
    ]
    assert drawn(Progress(title="Suspension", steps=steps)).splitlines() == [
        "Suspension",
        "  1  Customer  ✓ done",
        "  2  Port      ⚠ no answer",
    ]


@pytest.mark.parametrize(("language", "word"), [("en", "Saved"), ("fr", "Enregistré")])
def test_a_file_tells_where_it_went(language: Language, word: str) -> None:
    assert drawn(File(name="did.csv", path="/tmp/did.csv"), language=language) == f"{word}  did.csv  /tmp/did.csv\n"  # noqa: S108


def test_a_reply_is_drawn_in_its_own_language_with_a_line_between_blocks() -> None:
    stream = io.StringIO()
    blocks = [Text(text="Voici."), INVOICES.model_copy(update={"rows": [], "tones": [], "total": ""})]
    draw_reply(Reply(outcome="answered", language="fr", blocks=blocks), console_on(stream))
    assert stream.getvalue() == "Voici.\n\nInvoices\n  Rien à montrer.\n"


def test_a_record_cannot_steer_the_terminal_nor_the_drawing() -> None:
    shown = drawn(Text(text="[red]Bobby[/red] \x1b[2J\x07\u202etxt"))
    assert shown == "[red]Bobby[/red] [2Jtxt\n"


def test_a_no_break_space_keeps_a_sum_together() -> None:
    lines = drawn(Text(text=f"{'mot ' * 19}312,40\u00a0$")).splitlines()
    assert lines[-1] == "312,40\u00a0$"


@given(st.text(max_size=200))
def test_nothing_that_a_terminal_obeys_survives_cleaning(text: str) -> None:
    cleaned = clean(text)
    assert not any(ord(letter) < 32 and letter != "\n" for letter in cleaned)
    assert "\x1b" not in cleaned
    assert clean(cleaned) == cleaned
    cleaned.encode("utf-8")


def test_a_stream_that_is_no_terminal_gets_no_escape_codes_even_when_colour_is_forced(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    stream = io.StringIO()
    draw_blocks([SUSPENSION], console_on(stream), Words("en"))
    assert "\x1b" not in stream.getvalue()


class Screen(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_terminal_gets_colours_unless_no_color_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    coloured, plain = Screen(), Screen()
    draw_blocks([SUSPENSION], console_on(coloured), Words("en"))
    monkeypatch.setenv("NO_COLOR", "1")
    draw_blocks([SUSPENSION], console_on(plain), Words("en"))
    assert "\x1b[32m" in coloured.getvalue()
    assert "\x1b[32m" not in plain.getvalue()


def test_a_console_of_any_width_holds_every_block() -> None:
    for width in (20, 40, 132):
        console = Console(file=io.StringIO(), width=width, color_system=None)
        draw_blocks([SUSPENSION, INVOICES], console, Words("fr"))
