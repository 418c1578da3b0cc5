"""Picks the words that led to a suggestion, as a person would quote them."""

from collections.abc import Iterator

from nlu.normalise import Plain, word_table

_LONGEST = 7  # words of a quotation
_PATIENCE = 2  # added to the length, so that a phrase wins over its strongest word


def find_evidence(text: Plain, shares: list[float]) -> str:
    """The clause, or the part of a long one, that speaks most for a label.

    Args:
        text: What was read; not empty.
        shares: What each token adds to the score.

    Returns:
        Exact substring of `text.source`, at most seven words, without marks at its ends.
    """
    quotable = [part for clause in _clauses(text.tokens) for part in _parts(clause)]
    best = max(quotable or [range(1)], key=lambda part: _weight(part, shares))
    first, end = _trimmed(text.tokens, best.start, best.stop)
    return text.source[text.spans[first][0] : text.spans[end - 1][1]]


def _clauses(tokens: tuple[str, ...]) -> Iterator[range]:
    """Runs of words between marks and joining words; a clause does not begin with "och"."""
    joining = word_table("manner")["clause_begins"]
    first = 0
    for at, token in enumerate([*tokens, "."]):
        if token in joining or not token[:1].isalnum():
            if at > first:
                yield range(first, at)
            first = at + 1


def _parts(clause: range) -> Iterator[range]:
    """The clause itself, or if it is too long to quote, every stretch of it that is not."""
    length = min(len(clause), _LONGEST)
    return (clause[at : at + length] for at in range(len(clause) - length + 1))


def _weight(part: range, shares: list[float]) -> float:
    return sum(shares[at] for at in part) / (len(part) + _PATIENCE)


def _trimmed(tokens: tuple[str, ...], first: int, end: int) -> tuple[int, int]:
    """Without the small words that a quotation would not begin or end with."""
    small = word_table("manner")
    while end - first > 1 and tokens[end - 1] in small["no_end"]:
        end -= 1
    while end - first > 1 and tokens[first] in small["no_begin"]:
        first += 1
    return first, end
