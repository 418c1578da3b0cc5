"""Seals what a person told before it reaches the database; the key stays in the data folder."""

import json
import os
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from casework.errors import UnreadableError

KEY_FILE = "lotsen.key"


class Cipher:
    """Authenticated encryption of texts and JSON values.

    Args:
        keys: urlsafe base64 Fernet keys, newest first; older ones still open what they sealed.
    """

    def __init__(self, keys: list[str]) -> None:
        self._fernet = MultiFernet([Fernet(key) for key in keys])

    def seal(self, value: Any) -> bytes:
        """Encrypt a JSON-serialisable value."""
        return self._fernet.encrypt(json.dumps(value, ensure_ascii=False).encode())

    def unseal(self, sealed: bytes) -> Any:
        """Decrypt what `seal` made.

        Raises:
            UnreadableError: the value was sealed with another key, or is damaged.
        """
        try:
            return json.loads(self._fernet.decrypt(sealed))
        except InvalidToken as error:
            raise UnreadableError("sealed with another key, or damaged") from error


def load_cipher(data: Path) -> Cipher:
    """Read the keys of a data folder, one a line; make the first one if there is none.

    The file is readable by its owner only. Losing it loses every sealed text: back it up apart
    from the database.
    """
    path = data / KEY_FILE
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        pass
    else:
        with os.fdopen(descriptor, "w") as file:
            file.write(Fernet.generate_key().decode() + "\n")
    return Cipher(path.read_text().split())
