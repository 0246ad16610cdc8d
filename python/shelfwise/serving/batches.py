"""Sessions that are asked about at the same time are scored together: most of numpy's cost is in the calls."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from shelfwise.serving.sessions import NextProducts, ShopSessions

# Bounds how long the event loop is held.
MOST_AT_ONCE = 8
# Turns of the event loop, a few microseconds each, in which others may join.
TURNS = 3


@dataclass(frozen=True, slots=True)
class Question:
    """A session whose next products somebody waits for."""

    shop: ShopSessions
    steps: Sequence[int]
    answer: asyncio.Future[NextProducts]


@dataclass
class SessionBatches:
    """Gathers the questions of a few turns of the event loop. Not for use by several threads."""

    waiting: deque[Question] = field(default_factory=deque)

    async def next_products(self, shop: ShopSessions, steps: Sequence[int]) -> NextProducts:
        """Return what may come next after the steps (of `ShopSessions.steps_of`, at least one)."""
        loop = asyncio.get_running_loop()
        question = Question(shop, steps, loop.create_future())
        if not self.waiting:
            loop.call_soon(self._gather, loop, TURNS)
        self.waiting.append(question)
        return await question.answer

    def _gather(self, loop: asyncio.AbstractEventLoop, turns: int) -> None:
        """Let some turns go by, in which sockets are read, then answer."""
        if turns > 1:
            loop.call_soon(self._gather, loop, turns - 1)
        else:
            self._answer(loop)

    def _answer(self, loop: asyncio.AbstractEventLoop) -> None:
        """Answer the first questions about one shop's version, and see to the others in the next turn."""
        shop = self.waiting[0].shop
        batch: list[Question] = []
        while self.waiting and len(batch) < MOST_AT_ONCE and self.waiting[0].shop is shop:
            batch.append(self.waiting.popleft())
        if self.waiting:
            loop.call_soon(self._answer, loop)
        asked = [question for question in batch if not question.answer.done()]  # done: the client has gone
        if not asked:
            return
        try:
            answers = shop.next_products([question.steps for question in asked])
        except Exception as error:
            for question in asked:
                question.answer.set_exception(error)
            return
        for question, answer in zip(asked, answers, strict=True):
            question.answer.set_result(answer)
