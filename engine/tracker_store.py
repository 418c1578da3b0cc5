"""Conversation memory that forgets: kept in memory only, and only for a while."""

import gc
import time

from rasa.core.tracker_store import InMemoryTrackerStore


class ExpiringTrackerStore(InMemoryTrackerStore):
    """Rasa's store in memory, where a conversation is forgotten after a silence.

    Args:
        minutes: how long a silent conversation is remembered.
    """

    def __init__(self, domain, event_broker=None, minutes=60, **kwargs):
        super().__init__(domain, event_broker, **kwargs)
        self._seconds = float(minutes) * 60
        self._touched = {}

    async def save(self, tracker):
        self._forget_silent()
        self._touched[tracker.sender_id] = time.monotonic()
        await super().save(tracker)

    async def _retrieve(self, sender_id, fetch_all_sessions):
        self._forget_silent()
        return await super()._retrieve(sender_id, fetch_all_sessions)

    def forget(self, sender_id):
        """Drop a conversation at once, and what only circles of objects still hold of it."""
        self._touched.pop(sender_id, None)
        self.store.pop(sender_id, None)
        gc.collect()

    def _forget_silent(self):
        earliest = time.monotonic() - self._seconds
        for sender_id in [s for s, touched in self._touched.items() if touched < earliest]:
            self.forget(sender_id)
