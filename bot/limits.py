"""How often somebody may ask, counted without knowing who it is.

Who asks is hashed with a random key that is in memory only and is thrown away every ten minutes
with all it counted: whoever reads the memory, or a dump of it, finds no address and no person.
"""

import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

KEY_SECONDS = 600.0
_MOST_COUNTED = 100_000
"""More at once is no workplace: counting begins anew rather than filling the memory."""


@dataclass(frozen=True)
class Allowance:
    """So many at once, and so many a minute after that."""

    at_once: int
    a_minute: float


@dataclass(frozen=True)
class Allowances:
    """What is allowed each sender; all are our choice.

    A quick person writes or taps some thirty times a minute, and a whole town hall may share one
    address. One engine answers about a thousand turns a minute.

    Attributes:
        nobodys_messages: of those who are not logged in, an address.
        messages: of somebody who is logged in.
        windows: opened, an address; a page that lost contact opens one again and again.
        logins: an address.
    """

    nobodys_messages: Allowance = Allowance(60, 120)
    messages: Allowance = Allowance(60, 60)
    windows: Allowance = Allowance(60, 60)
    logins: Allowance = Allowance(30, 30)


class Limit:
    """One allowance, counted for each sender by itself (a token bucket).

    Args:
        allowance: how much.
        clock: seconds that only grow.
    """

    def __init__(self, allowance: Allowance, clock: Callable[[], float] = time.monotonic) -> None:
        self._allowance = allowance
        self._clock = clock
        self._begin_anew()

    def allows(self, sender: str) -> bool:
        """Whether the sender may do it now; if so, it is counted."""
        now = self._clock()
        if now - self._since >= KEY_SECONDS or len(self._left) >= _MOST_COUNTED:
            self._begin_anew()
        at_once, a_minute = self._allowance.at_once, self._allowance.a_minute
        unnamed = hmac.digest(self._key, sender.encode(errors="replace"), "sha256")
        before, counted_at = self._left.get(unnamed, (float(at_once), now))
        left = min(at_once, before + (now - counted_at) * a_minute / 60)
        may = left >= 1
        self._left[unnamed] = (left - may, now)
        return may

    def _begin_anew(self) -> None:
        self._key = secrets.token_bytes(32)
        self._since = self._clock()
        self._left: dict[bytes, tuple[float, float]] = {}
        """Hashed sender → what was left, and when."""


class Limits:
    """The limits of one app.

    Args:
        allowances: how much of each.
    """

    def __init__(self, allowances: Allowances) -> None:
        self.nobodys_messages = Limit(allowances.nobodys_messages)
        self.messages = Limit(allowances.messages)
        self.windows = Limit(allowances.windows)
        self.logins = Limit(allowances.logins)
