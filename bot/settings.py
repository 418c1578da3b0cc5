"""Where things are and how this Lotsen runs; read once, handed down as values."""

from dataclasses import dataclass
from pathlib import Path

from bot.limits import Allowances

ROOT = Path(__file__).parent.parent
CONTENT = ROOT / "data"
ENGINE_MODEL = ROOT / "models" / "engine" / "lotsen.tar.gz"
READER_MODEL = ROOT / "models" / "reader"
DEFAULT_DATA = ROOT / ".lotsen"
DATA_VARIABLE = "LOTSEN_DATA"
ALLOWANCES = Allowances()
ANONYMOUS_SECONDS = 900.0
"""A quarter of an hour: long enough for a telephone call in between (our choice)."""


@dataclass(frozen=True)
class Settings:
    """How one `lotsen up` runs.

    Attributes:
        data: the data folder: database, key.
        host, port: where the app listens.
        demo: whether anybody may log in as one of the made-up people.
        behind_proxy: whether a reverse proxy says in `X-Forwarded-For` who asks.
        allowances: how often anybody may ask.
        anonymous_seconds: of silence, until a conversation of nobody's is forgotten.
    """

    data: Path
    host: str = "127.0.0.1"
    port: int = 8080
    demo: bool = False
    behind_proxy: bool = False
    allowances: Allowances = ALLOWANCES
    anonymous_seconds: float = ANONYMOUS_SECONDS
