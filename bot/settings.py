"""Where things are and how this Lotsen runs; read once, handed down as values."""

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
CONTENT = ROOT / "data"
ENGINE_MODEL = ROOT / "models" / "engine" / "lotsen.tar.gz"
READER_MODEL = ROOT / "models" / "reader"
DEFAULT_DATA = ROOT / ".lotsen"
DATA_VARIABLE = "LOTSEN_DATA"


@dataclass(frozen=True)
class Settings:
    """How one `lotsen up` runs.

    Attributes:
        data: the data folder: database, key.
        host, port: where the app listens.
        demo: whether anybody may log in as one of the made-up people.
        public_url: where people find the web page; where it listens if empty.
    """

    data: Path
    host: str = "127.0.0.1"
    port: int = 8080
    demo: bool = False
    public_url: str = ""

    @property
    def page(self) -> str:
        """The address of the web page, to be told to people."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")
