"""What a reaction is about, and the sends it may ask for: named by their cause, so that none can be sent twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.chat import Deed, Send
from bot.crisis.incident import Incident
from bot.crisis.playbook import Playbook


@dataclass(frozen=True)
class Cause:
    """An event in its place: the incident just after all news, and the number of the entry in the history."""

    incident: Incident
    playbook: Playbook
    seq: int

    @property
    def room(self) -> str:
        """Key of the send that makes the room."""
        return f"{self.incident.id}/room/{self.incident.rooms}"

    def key(self, name: str) -> str:
        """A key within the incident."""
        return f"{self.incident.id}/{name}"

    def post(self, name: str, card: str, /, **args: Any) -> Send:
        """Say something in the room, in order."""
        return self.in_order("post", name, card=card, args=args)

    def in_order(self, deed: Deed, name: str, **more: Any) -> Send:
        """Do something in the room after all that was said there before."""
        return self._in_room(deed, name, "post", **more)

    def in_room(self, deed: Deed, name: str, **more: Any) -> Send:
        """Do something to the room, in a lane of its own."""
        return self._in_room(deed, name, name.split("/")[0], **more)

    def _in_room(self, deed: Deed, name: str, lane: str, **more: Any) -> Send:
        return Send(
            key=self.key(name),
            incident=self.incident.id,
            deed=deed,
            lane=self.key(lane),
            after=self.room,
            **more,
        )

    def direct(self, person: str, name: str, card: str, /, **args: Any) -> Send:
        """Say something to one person. It waits for nothing, least of all for a room."""
        key = self.key(name)
        return Send(
            key=key, incident=self.incident.id, deed="direct", lane=key, to=person, card=card, args=args
        )

    def update(self, target: str, /, card: str = "", **args: Any) -> Send:
        """Let an earlier message say how things are now; left out where it was never sent."""
        key = self.key(target)
        return Send(
            key=self.key(f"update/{self.seq}/{target}"),
            incident=self.incident.id,
            deed="update",
            lane=f"{key}/update",
            card=card,
            args=args,
            target=key,
        )

    def urge(self, person: str, page: str, /, **args: Any) -> Send:
        """Call somebody harder to a page that was sent to them."""
        name, target = f"urge/{page.removeprefix('page/')}/{args['level']}", self.key(page)
        return Send(
            key=self.key(name),
            incident=self.incident.id,
            deed="urge",
            lane=self.key(name),
            to=person,
            args=args,
            target=target,
        )

    def show_state(self) -> Iterator[Send]:
        """Let the state card at the head of the room say how things are now, and those of people who are elsewhere."""
        name = f"state/{self.incident.rooms}"
        yield self.update(name)
        for person in self.incident.elsewhere:
            yield self.update(f"{name}/{person}")
