"""One turn, from words to reply: hear, take each action in its turn, and show what waits.

    message -> hear (approval? answer to a question? else the engine) -> take each action
            -> answer | question | refusal | draft -> one plan out of all drafts -> reply

Approval is recognised here, below the engines, and only as a whole message. Nothing is written to the world from
here: ``agent.planning`` makes, approves and runs plans.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError

from agent import showing
from agent.errors import Ambiguous, BackendError, NotFound, TargoError
from agent.following import Progress
from agent.intents.actions import CATALOGUE, Action, Amend, Approve, Clarify, Help, OutOfScope, Reject, Undo, from_wire
from agent.intents.approval import approval_in
from agent.intents.understanding import Context, Understanding
from agent.masking import mask_secrets
from agent.memory import Asked, Memory
from agent.office import Office
from agent.planning import Planning
from agent.reply import Reply, Text
from agent.router import route
from agent.tools.desk import Desk
from agent.tools.outcome import Answer, Question, Refusal
from agent.turn import Turn
from agent.wording import Language, Wording

LONGEST_MESSAGE = 4000
"""Characters: far above any request, far below what would stall a reader."""

_HEARD_OUT = frozenset({"thanks", "greeting", "negated", "foreign", "unclear_answer"})
"""What a message may be that asks for nothing: each is answered in its own words."""


class Conversation:
    """One user's conversation; its memory and its waiting plan live in the store between turns."""

    def __init__(self, office: Office, name: str, user: str, progress: Progress) -> None:
        self._office = office
        self._name = name
        self._user = user
        self._memory = Memory.model_validate(office.store.memory(name))
        self._planning = Planning(office, name, user, progress)

    async def say(self, text: str, *, today: dt.date | None, language: Language | None) -> Reply:
        """Take one message and answer it."""
        said = mask_secrets(text).strip()
        unreadable = self._unreadable(said, language)
        if unreadable is not None:
            return unreadable
        now = await self._office.systems.clock.now()
        today = today or now.date()
        heard = await self._hear(said, today)
        turn = Turn(
            words=Wording(language or heard.language),
            actions=[action.wire() for action in heard.actions],
            engine=heard.engine,
            reading=list(heard.reading),
            llm_calls=heard.llm_calls,
            prompt_tokens=heard.prompt_tokens,
            completion_tokens=heard.completion_tokens,
        )
        self._office.journal.write("asked", user=self._user, body=_as_heard(said, heard))
        if said != text.strip():
            turn.tell("masked")
        return await self._answered(heard, turn, now, today)

    async def request(self, actions: Sequence[Action], *, language: Language) -> Reply:
        """Take typed actions as if said; raises ``ValueError`` for an approval, which is only ever said."""
        if any(isinstance(action, Approve) for action in actions):
            raise ValueError("a plan is approved by its name and digest")
        now = await self._office.systems.clock.now()
        heard = Understanding(tuple(actions), language, "local", 1.0)
        turn = Turn(Wording(language), [action.wire() for action in actions], "none")
        self._office.journal.write("requested", user=self._user, body={"actions": turn.actions})
        return await self._answered(heard, turn, now, now.date())

    async def _answered(self, heard: Understanding, turn: Turn, now: dt.datetime, today: dt.date) -> Reply:
        """Take each action in its turn, and show what waits."""
        await self._planning.following.follow_up(turn)
        desk = await self._planning.desk(turn.words, now, today)
        asked, self._memory.asked = self._memory.asked, None
        cosigning, self._memory.cosigning = self._memory.cosigning, None
        for action in heard.actions:
            if cosigning is not None and isinstance(action, Approve | Reject):
                await self._cosign(action, cosigning, turn)
            else:
                await self._take(action, turn, desk, asked)
        self._planning.propose(turn, today)
        self._remember(heard, turn)
        return turn.reply()

    async def second(self, plan_id: str, language: Language | None) -> Reply:
        """Show a plan that someone else has approved: the next « yes » here is this user's."""
        turn = Turn(Wording(language or self._memory.language or "en"), [], "none")
        self._memory.asked, self._memory.cosigning = None, self._planning.show_for_second(plan_id, turn)
        self._office.store.remember(self._name, self._memory.model_dump(mode="json"))
        return turn.reply()

    async def news(self, language: Language | None) -> Reply | None:
        """The ends that this conversation is owed; None where there are none."""
        turn = Turn(Wording(language or self._memory.language or "en"), [], "none")
        await self._planning.following.follow_up(turn)
        return turn.reply() if turn.blocks else None

    async def _cosign(self, answer: Approve | Reject, cosigning: tuple[str, str], turn: Turn) -> None:
        """« Yes » or « no » to the plan of someone else that was shown last."""
        if isinstance(answer, Reject):
            turn.tell("plan.not_cosigned", plan=cosigning[0])
            return
        try:
            await self._planning.approve(*cosigning, turn)
        except TargoError as error:
            failed = isinstance(error, BackendError)
            turn.say(showing.error_text(error, turn.words), "failed" if failed else "refused", error.code)

    def _unreadable(self, said: str, language: Language | None) -> Reply | None:
        """A message that is nothing, or too much to be a request."""
        spoken = self._office.engine.language_of(said[:LONGEST_MESSAGE], self._memory.language)
        turn = Turn(Wording(language or spoken), [OutOfScope().wire()], "none")
        if len(said) > LONGEST_MESSAGE:
            turn.tell("too_long", "refused", length=len(said), most=LONGEST_MESSAGE)
        elif not any(character.isprintable() and not character.isspace() for character in said):
            turn.tell("empty", "refused")
        else:
            return None
        return turn.reply()

    async def _hear(self, said: str, today: dt.date) -> Understanding:
        """What the message is: an approval, the answer to a question, or something for the engine."""
        memory = self._memory
        spoken = self._office.engine.language_of(said, memory.language)
        asked = memory.asked
        choice = asked.chosen(said) if asked else None
        if choice is None and approval_in(said):
            # "Did you mean Luc Gagnon?" "Yes" is about him, not about a plan that waited before the question.
            choice = asked.choices[0].value if asked and len(asked.choices) == 1 else None
            if choice is None:
                return Understanding((Approve(),), spoken, "local", 1.0, reading=("approval: the whole message",))
        if asked and choice is not None:
            chosen = tuple(from_wire(action) for action in asked.completed(choice))
            return Understanding(chosen, spoken, "local", 1.0, reading=(f"choice: {choice}",))
        context = Context(
            today=today,
            directory=await self._office.directory.current(),
            language=memory.language,
            customer=memory.customer,
            recent=tuple(from_wire(action) for action in memory.recent),
            waiting=self._planning.waiting_actions(memory.cosigning[0] if memory.cosigning else None),
            refused=tuple(from_wire(action) for action in memory.refused),
            asked=from_wire(asked.actions[asked.index]) if asked else None,
            asked_field=asked.fills if asked else None,
        )
        return await self._office.engine.understand(said, context)

    async def _take(self, action: Action, turn: Turn, desk: Desk, asked: Asked | None) -> None:
        """One action of the message, to whoever deals with its kind. ``asked`` is the question before it."""
        try:
            match action:
                case Approve() if asked is not None:
                    self._doubtful_yes(asked, turn)
                case Approve():
                    await self._approve(turn, desk)
                case Reject() if asked is not None and action.plan is None:
                    turn.tell("question.dropped")
                case Reject():
                    self._planning.reject_waiting(action.plan, action.reason, turn)
                case Undo():
                    await self._planning.undo(action.plan, turn)
                case Amend():
                    await self._amend(action, turn, desk, asked)
                case Clarify():
                    self._clarify(action, turn)
                case Help():
                    turn.blocks += showing.help_blocks(action.topic, turn.words)
                    turn.outcomes.append("answered")
                case OutOfScope():
                    self._nothing_to_do(action, turn, asked)
                case _:
                    await self._route(self._pointed(action), turn, desk)
        except (Ambiguous, NotFound) as error:
            self._doubt(error, turn)
        except TargoError as error:
            turn.spoilt = True
            failed = isinstance(error, BackendError)
            turn.say(showing.error_text(error, turn.words), "failed" if failed else "refused", error.code)

    async def _approve(self, turn: Turn, desk: Desk) -> None:
        """Run what waits; where the world has moved so that it is a question now, ask it."""
        await self._planning.approve_waiting(turn)
        for action in turn.asked_anew:
            await self._route(action, turn, desk)

    async def _route(self, action: Action, turn: Turn, desk: Desk) -> None:
        """Policy, tool, and what it came to."""
        turn.taken.append(action.wire())
        if action.kind == "sensitive":
            # The asking, also where it is refused; the answer is in the reply and nowhere else.
            self._office.journal.write("sensitive", user=self._user, body={"action": action.wire()})
            turn.private = True
        outcome = await route(action, self._planning.over(desk, turn.pending), self._office.policy)
        match outcome:
            case Answer():
                turn.blocks += outcome.blocks
                turn.outcomes.append("answered")
                turn.taken.pop()
            case Question():
                turn.say(showing.question(outcome, turn.words), "question")
                self._ask(turn, outcome.fills, outcome.choices)
            case Refusal():
                turn.tell(outcome.key, "refused", **outcome.facts)
                refused = turn.taken.pop()
                turn.refused += [refused] if outcome.another_value else []
            case _:
                turn.drafts.append(outcome)
        self._discuss(outcome.customer, getattr(outcome, "location", None))

    def _discuss(self, customer: str | None, location: str | None) -> None:
        """Who and where the talk is now about; another customer's address is no longer meant."""
        if customer is not None and customer != self._memory.customer:
            self._memory.customer, self._memory.location = customer, None
        self._memory.location = location or self._memory.location

    def _doubt(self, error: Ambiguous | NotFound, turn: Turn) -> None:
        """Several fit, or nobody does: ask, once a turn even where the message says it twice."""
        doubt = showing.doubt(error, turn.words)
        if doubt not in turn.blocks:
            turn.say(doubt, "question", error.code)
        self._ask(turn, error.facts["field"], error.facts["choices"])

    def _nothing_to_do(self, action: OutOfScope, turn: Turn, asked: Asked | None) -> None:
        """Nothing that the company does: said in its own words; a question with choices stands."""
        key = action.reason if action.reason in _HEARD_OUT else "unclear"
        if asked is not None and asked.choices and key == "unclear":
            self._ask_again(asked, turn)
        else:
            turn.tell(f"out_of_scope.{key}", "refused")

    def _doubtful_yes(self, asked: Asked, turn: Turn) -> None:
        """The last thing on the screen was a question: this « yes » was not said to the diff above it."""
        if self._planning.waiting_actions():
            self._planning.show_waiting(turn)
        else:
            self._ask_again(asked, turn)

    def _ask_again(self, asked: Asked, turn: Turn) -> None:
        """The answer was none: the question stands."""
        turn.tell("question.again", "question")
        turn.say(asked.shown, "question")
        turn.taken, self._memory.asked = list(asked.actions), asked

    async def _amend(self, amend: Amend, turn: Turn, desk: Desk, asked: Asked | None) -> None:
        """What was asked about or refused last, else the waiting plan, made again with the changes.

        The field decides which action a change is for.
        """
        open_ended = asked.actions if asked else self._memory.refused
        waiting = [from_wire(one) for one in open_ended] or list(self._planning.waiting_actions())
        changes = amend.changes or {}
        fitting = [index for index, one in enumerate(waiting) if set(changes) <= set(type(one).model_fields)]
        if not waiting or not changes or not fitting:
            turn.tell("plan.nothing_waiting" if not waiting else "out_of_scope.unclear", "refused")
            return
        if len(fitting) > 1:
            turn.tell("question.which_action", "question", actions=[waiting[index].name for index in fitting])
            return
        try:
            waiting[fitting[0]] = from_wire({**waiting[fitting[0]].wire(), **changes})
        except ValidationError as error:
            turn.tell("errors.invalid_value", "refused", what=error.errors()[0]["msg"])
            return
        turn.amends = not open_ended
        for action in waiting:
            await self._route(action, turn, desk)

    def _clarify(self, clarify: Clarify, turn: Turn) -> None:
        """Something required was not said: ask for it, keep what is known."""
        names = [
            turn.words(f"question.names.{field}") if turn.words.has(f"question.names.{field}") else field
            for field in clarify.missing or ["customer"]
        ]
        turn.say(Text(text=clarify.question or turn.words("question.missing", fields=names)), "question")
        known = clarify.for_ in CATALOGUE
        turn.taken.append({"action": clarify.for_, **(clarify.known or {})} if known else clarify.wire())
        self._ask(turn, (clarify.missing or ["customer"])[0], [])

    def _pointed(self, action: Action) -> Action:
        """The action with who (and where) is under discussion filled in, where it needs someone and names no one."""
        needs_someone = "who" in action.required and not action.points_at_someone()
        if not needs_someone or self._memory.customer is None:
            return action
        there = {"location": self._memory.location} if "location" in type(action).model_fields else {}
        return action.model_copy(update={"customer": self._memory.customer, **there})

    def _ask(self, turn: Turn, fills: str, choices: list[Any]) -> None:
        """Remember the first question of a turn, with the message's writes so far."""
        if self._memory.asked is None and turn.taken:
            index = len(turn.taken) - 1
            self._memory.asked = Asked(
                actions=list(turn.taken), index=index, fills=fills, choices=choices, shown=turn.blocks[-1]
            )

    def _remember(self, heard: Understanding, turn: Turn) -> None:
        if self._memory.asked is not None:
            # What came after the question belongs to the same request and is taken up with the answer.
            self._memory.asked = self._memory.asked.model_copy(update={"actions": list(turn.taken)})
        self._memory.refused = turn.refused
        self._memory.language = heard.language
        self._memory.note(turn.actions)
        self._office.store.remember(self._name, self._memory.model_dump(mode="json"))


def _as_heard(said: str, heard: Understanding) -> dict[str, Any]:
    return {
        "text": said,
        "language": heard.language,
        "engine": heard.engine,
        "confidence": round(heard.confidence, 3),
        "actions": [action.wire() for action in heard.actions],
        "reading": list(heard.reading),
    }
