"""What can go wrong in casework, drawn as a tree.

CaseworkError
├── ContentError            a content file (taxonomy, policy, organisation) is wrong; says where
├── StorageUnavailableError the database is full, locked or gone; nothing was written
├── ImpossibleChangeError   a state change that the record's state does not allow
├── NotAllowedError         the person may not do this
├── NotFoundError           no such record, or none that this person may know of
└── UnreadableError         stored data cannot be decrypted with the keys at hand

Messages never quote what a person typed.
"""


class CaseworkError(Exception):
    """Root of everything that casework raises."""


class ContentError(CaseworkError):
    """A content file is wrong; `problems` says where and what, one line each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class StorageUnavailableError(CaseworkError):
    """The database did not take the change; nothing of it was written."""


class ImpossibleChangeError(CaseworkError):
    """The record's state does not allow the change."""


class NotAllowedError(CaseworkError):
    """The person may not do this."""


class NotFoundError(CaseworkError):
    """There is no such record, or none that this person may know of."""


class UnreadableError(CaseworkError):
    """Stored data cannot be decrypted with the keys at hand."""
