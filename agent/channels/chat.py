"""A conversation through a terminal: one message in, one reply drawn; the same with a prompt or through a pipe.

Enters: a line of text. Leaves: drawn blocks. It remembers the last reply (for ``/why``) and in which language the
channel itself speaks; everything else is remembered by the agent.
"""

from __future__ import annotations

from rich.console import Console

from agent.channels.activity import Activity
from agent.channels.draw import draw_blocks, draw_reply
from agent.channels.files import Keep, as_it_is
from agent.channels.front_door import FrontDoor, Status
from agent.channels.words import Words
from agent.reply import AnyBlock, Reply, Text, Tone


class Chat:
    """One user's conversation with the agent. ``words`` are the channel's own and may be changed.

    ``place`` tells one window of a user from another: a "yes" typed in one must not approve a diff shown in the other.
    ``keep`` puts the files of a reply somewhere.
    """

    def __init__(
        self, agent: FrontDoor, console: Console, words: Words, place: str = "", keep: Keep = as_it_is
    ) -> None:
        self._place = place
        self._keep = keep
        self.agent = agent
        self.console = console
        self.words = words
        self.last: Reply | None = None

    @property
    def conversation(self) -> str:
        """The conversation's id: a user who comes back to a terminal finds the plan that was left waiting there."""
        return f"chat:{self.agent.user}{self._place and f'@{self._place}'}"

    async def send(self, text: str) -> None:
        """Say one message and draw the answer."""
        async with Activity(self.console, self.words.say("repl.thinking")) as activity:
            reply = await self.agent.say(text, conversation=self.conversation, on_progress=activity.tell)
        self.draw(reply)

    async def status(self) -> Status:
        """Who speaks, and what waits in this conversation."""
        return await self.agent.status(self.conversation)

    async def take_up(self) -> list[Reply]:
        """Finish what an earlier process was cut short in; the replies are for ``draw_resumed``."""
        return await self.agent.resume()

    async def go_on(self, plan_id: str) -> None:
        """Go on with a plan that was stopped, and draw how it ended."""
        async with Activity(self.console, self.words.say("repl.thinking")) as activity:
            replies = await self.agent.resume(plan_id, on_progress=activity.tell)
        for reply in replies:
            self.draw(reply)

    async def cosign(self, plan_id: str) -> None:
        """Show a plan that someone else has approved; the next yes here approves it too."""
        self.draw(await self.agent.cosign(plan_id, conversation=self.conversation))

    def draw_news(self, news: Reply) -> None:
        """Draw what came of itself; it is no answer, so ``/why`` is not about it."""
        draw_reply(news, self.console)

    def tell_awaited(self) -> None:
        """Name the plans that wait for this user as the second person."""
        for plan in self.agent.awaiting_me():
            self.tell(self.words.say("repl.awaits_you", plan=plan.id, user=plan.user, title=plan.title), "warning")

    async def left_waiting(self) -> Reply | None:
        """The plan that an earlier session in this conversation left waiting, as it was shown."""
        plan_id = (await self.status()).waiting
        return await self.agent.show(plan_id) if plan_id else None

    def draw_left_waiting(self, plan: Reply) -> None:
        """Show the plan that still waits."""
        self.tell(self.words.say("repl.left_waiting"), "warning")
        draw_reply(plan, self.console)

    def draw_resumed(self, replies: list[Reply]) -> None:
        """What became of the plans that were taken up again."""
        if replies:
            self.tell(self.words.say("repl.resumed"), "warning")
        for reply in replies:
            self.draw(reply)

    def draw(self, reply: Reply) -> None:
        """Draw a reply and remember it."""
        self.last = self._keep(reply)
        draw_reply(self.last, self.console)

    def show(self, *blocks: AnyBlock) -> None:
        """Draw what the channel has to say itself."""
        draw_blocks(list(blocks), self.console, self.words)

    def tell(self, sentence: str, tone: Tone = "plain") -> None:
        """Draw one sentence of the channel's own."""
        self.show(Text(text=sentence, tone=tone))
