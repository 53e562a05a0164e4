"""Who is meant: exactly one customer, or a question. Never a silent nearest match."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from demo_talk import OpenAgent, Talk, cells, choices, told
from hypothesis import given, settings
from hypothesis import strategies as st

from agent import Settings
from agent.clients.directory import DirectoryKeeper
from agent.clients.systems import connect
from agent.directory import Directory, digits, fold, fold_name
from agent.embedded import open_embedded
from agent.errors import Ambiguous, NotFound
from agent.tools.resolve import resolve_customer


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Directory:
    """Everyone of the demo company, as the agent reads them."""

    async def read(folder: Path) -> Directory:
        embedded, close = open_embedded(folder)
        systems = connect(Settings(_env_file=None, data_dir=folder), embedded=embedded)
        found = await DirectoryKeeper(systems.erp).current()
        await systems.aclose()
        close()
        return found

    return asyncio.run(read(tmp_path_factory.mktemp("company")))


@pytest.mark.parametrize(
    "mention",
    [
        "C-10001",
        "c-10001",
        "Jean Tremblay",
        "jean tremblay",
        "JEAN TREMBLAY",
        "450-272-2408",
        "450 272 2408",
        "(450) 272-2408",
        "4502722408",
        "+1 450-272-2408",
        "jean.tremblay@example.com",
        "Jean.Tremblay@Example.com",
    ],
)
def test_one_customer_by_what_only_they_have(directory: Directory, mention: str) -> None:
    assert resolve_customer(mention, directory).customer_id == "C-10001"


@pytest.mark.parametrize(
    ("mention", "customer_id"),
    [
        ("marie eve tremblay", "C-10002"),
        ("Madame Côté", "C-10005"),
        ("cote", "C-10005"),
        ("O'Connor", "C-10006"),
        ("Ferme Leduc", "C-10007"),
        ("depanneur ginette", "C-10010"),
        ("ginette@example.com", "C-10010"),
        ("Bouchard et Fils", "C-10004"),
        ("64 Churchill", "C-10016"),
        ("64A Churchill", "C-10017"),
        ("64a rue churchill", "C-10017"),
        ("123 rue Principale, Ste-Barbe", "C-10009"),
        ("522 Rang St-Louis", "C-10007"),
        ("Groupe Immobilier", "C-10015"),
    ],
)
def test_part_of_a_name_or_an_address_is_enough_where_it_fits_one(
    directory: Directory, mention: str, customer_id: str
) -> None:
    assert resolve_customer(mention, directory).customer_id == customer_id


@pytest.mark.parametrize(
    ("mention", "fitting"),
    [
        ("Tremblay", {"C-10001", "C-10002"}),
        ("Dubois", {"C-10016", "C-10017"}),
        ("123 rue Principale", {"C-10001", "C-10009"}),
        ("Kevin", {"C-10013", "C-10014"}),
    ],
)
def test_what_fits_several_is_asked(directory: Directory, mention: str, fitting: set[str]) -> None:
    with pytest.raises(Ambiguous) as error:
        resolve_customer(mention, directory)
    assert fitting <= {choice.value for choice in error.value.facts["choices"]}


@pytest.mark.parametrize(
    "mention",
    ["Gagner", "Trembley", "Smithe", "C-99999", "514-000-0000", "nobody@example.com", "65 Churchill", "", "?"],
)
def test_what_fits_nobody_is_never_taken_for_the_nearest(directory: Directory, mention: str) -> None:
    with pytest.raises(NotFound):
        resolve_customer(mention, directory)


def test_every_customer_answers_to_their_own_id(directory: Directory) -> None:
    for party in directory.parties:
        assert resolve_customer(party.customer_id, directory) is party


def test_every_number_and_address_leads_to_those_who_have_it_and_nobody_else(directory: Directory) -> None:
    for party in directory.parties:
        for known in (*party.phones, *party.emails):
            assert party.customer_id in _meant(known, directory)
            owners = {
                one.customer_id
                for one in directory.parties
                if known in one.emails or digits(known) in {digits(phone) for phone in one.phones}
            }
            lines = {owner for did, owner in directory.lines.items() if digits(did) == digits(known)}
            assert _meant(known, directory) <= owners | lines


def test_every_line_leads_to_its_customer(directory: Directory) -> None:
    for did, owner in directory.lines.items():
        assert owner in _meant(did, directory)


def test_every_full_name_leads_to_those_who_bear_it(directory: Directory) -> None:
    for party in directory.parties:
        assert _meant(party.name, directory) == {
            one.customer_id for one in directory.parties if one.folded == party.folded
        }


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_no_mention_resolves_to_a_customer_whose_name_does_not_hold_it(
    directory: Directory, data: st.DataObject
) -> None:
    """A name with a letter changed, dropped or doubled is somebody else's name, or nobody's."""
    party = data.draw(st.sampled_from(directory.parties))
    at = data.draw(st.integers(0, len(party.name) - 1))
    letter = data.draw(st.sampled_from("abcdefghijklmnopqrstuvwxyz"))
    mention = data.draw(
        st.sampled_from(
            [
                party.name[:at] + letter + party.name[at + 1 :],
                party.name[:at] + party.name[at + 1 :],
                party.name[: at + 1] + letter + party.name[at + 1 :],
            ]
        )
    )
    try:
        found = resolve_customer(mention, directory)
    except (Ambiguous, NotFound):
        return
    assert _holds(found.folded, mention) or _lives_there(found.customer_id, mention, directory)


@settings(max_examples=300, deadline=None)
@given(mention=st.text(max_size=40))
def test_no_text_at_all_resolves_to_a_stranger(directory: Directory, mention: str) -> None:
    try:
        found = resolve_customer(mention, directory)
    except (Ambiguous, NotFound):
        return
    known = f"{found.folded} {found.customer_id} {' '.join(found.phones)} {' '.join(found.emails)}"
    assert (
        _holds(found.folded, mention)
        or fold(mention) in fold(known)
        or _lives_there(found.customer_id, mention, directory)
    )


async def test_several_are_shown_with_what_tells_them_apart(talk: Talk) -> None:
    question = await talk("what does Tremblay owe?")
    [block] = [one for one in question.blocks if one.block == "choices"]
    assert [choice.label for choice in block.choices] == ["Jean Tremblay", "Marie-Ève Tremblay"]
    assert "Huntingdon" in block.choices[0].detail
    assert "Ormstown" in block.choices[1].detail


async def test_nobody_is_said_in_the_language_of_the_message(talk: Talk) -> None:
    assert told(await talk("what does Zorglub owe?")) == "No customer fits « Zorglub »."
    assert told(await talk("combien doit Zorglub?")) == "Aucun client ne correspond à « Zorglub »."


async def test_the_nearest_is_offered_and_not_taken(talk: Talk) -> None:
    question = await talk("suspend Gagnier")
    assert (question.outcome, question.plan, choices(question)) == ("question", None, ["C-10018"])


@pytest.mark.parametrize(
    "mention", ["C-10001", "450-272-2408", "jean.tremblay@example.com", "123 rue Principale, Huntingdon"]
)
async def test_a_customer_is_named_by_number_phone_mail_or_address(open_agent: OpenAgent, mention: str) -> None:
    reply = await open_agent()(f"what does {mention} owe?")
    assert "Jean Tremblay owes" in told(reply)
    assert cells(reply)[0] == "$183.74"


def _meant(mention: str, directory: Directory) -> set[str]:
    try:
        return {resolve_customer(mention, directory).customer_id}
    except Ambiguous as error:
        return {choice.value for choice in error.facts["choices"]}


def _holds(name: str, mention: str) -> bool:
    """Every word said that is not mere grammar begins a word of the name."""
    grammar = {"de", "la", "le", "les", "du", "des", "the", "chez", "inc", "et", "and"}
    words = [word for word in fold_name(mention).split() if word not in grammar] or fold_name(mention).split()
    # A name is the same with its spaces forgotten: "TroisBlés", "oconnor".
    if words and fold_name(mention).replace(" ", "") in name.replace(" ", ""):
        return True
    return bool(words) and all(any(part.startswith(word) for part in name.split()) for word in words)


def _lives_there(customer_id: str, mention: str, directory: Directory) -> bool:
    said = {word for word in fold(mention).split() if word.isalnum()}
    return any(place.customer_id == customer_id and fold(place.civic) in said for place in directory.places)
