"""What is known of names: lists, words that announce a name, words that never are one."""

from functools import cache
from pathlib import Path
from typing import NamedTuple

from nlu.normalise import word_table

_NAMES = Path(__file__).with_name("names.txt")


class Names(NamedTuple):
    """In lower case; `only_capital` are names that are common words too."""

    first: frozenset[str]
    last: frozenset[str]
    only_capital: frozenset[str]
    cues: frozenset[str]
    roles: frozenset[str]
    never: frozenset[str]
    known: frozenset[str]  # first and last
    no_start: frozenset[str]  # never a name, or what announces one


@cache
def name_lists() -> Names:
    """The lists, read once."""
    first: set[str] = set()
    last: set[str] = set()
    for line in _NAMES.read_text(encoding="utf-8").splitlines():
        if line.startswith("surnames "):
            last.update(line.split()[1:])
        elif not line.startswith("#"):
            first.update(line.split())
    table = word_table("masking")
    return Names(
        first=frozenset(word.strip("*").lower() for word in first),
        last=frozenset(word.strip("*").lower() for word in last),
        known=frozenset(word.strip("*").lower() for word in first | last),
        no_start=frozenset((*table["not_names"], *table["roles"], *table["name_cues"])),
        only_capital=frozenset(word[:-1].lower() for word in first | last if word[-1] == "*"),
        cues=frozenset(table["name_cues"]),
        roles=frozenset(table["roles"]),
        never=frozenset(table["not_names"]),
    )
