"""Errors of the reader.

ReaderError
├── DescriptionError    a labelled line is not usable (knows file and line number)
└── ModelMissingError   the folder holds no trained reader
"""

from pathlib import Path


class ReaderError(Exception):
    """Root of everything that `nlu` raises on purpose."""


class DescriptionError(ReaderError):
    """A labelled line is not usable; the message never quotes its text."""

    def __init__(self, path: Path, line: int, reason: str) -> None:
        """Keep where and why.

        Args:
            path: The file.
            line: Line number, from 1.
            reason: What is wrong, without what a person typed.
        """
        super().__init__(f"{path}:{line}: {reason}")
        self.path = path
        self.line = line
        self.reason = reason


class ModelMissingError(ReaderError):
    """No trained reader in the folder; `lotsen train` makes one."""

    def __init__(self, folder: Path) -> None:
        """Keep the folder."""
        super().__init__(f"no trained reader in {folder}: run `lotsen train`")
        self.folder = folder
