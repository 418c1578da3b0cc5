"""Picks the words that led to a suggestion, as a person would quote them."""

from nlu.normalise import Plain, word_table

_LONGEST = 6  # words
_MARKS = frozenset('.,!?;:()"\n-–…')


def find_evidence(text: Plain, shares: list[float]) -> str:
    """The stretch of one to six words that speaks most for a label.

    Args:
        text: What was read; not empty.
        shares: What each token adds to the score.

    Returns:
        Exact substring of `text.source`, without marks at its ends.
    """
    weights = _smoothed(text, shares)
    best = (float("-inf"), 0, 1)
    for first, token in enumerate(text.tokens):
        if token in _MARKS:
            continue
        total = 0.0
        words = 0
        for end in range(first, len(text.tokens)):
            if text.tokens[end] in _MARKS:
                if text.tokens[end] not in {"-", "–"}:
                    break
                continue
            words += 1
            if words > _LONGEST:
                break
            total += weights[end]
            # a phrase says more than a word: the cost of a further word is small
            best = max(best, (total / (words + 2), first, end + 1), key=lambda found: found[0])
    _, first, end = best
    first, end = _trimmed(text.tokens, first, end)
    return text.source[text.spans[first][0] : text.spans[end - 1][1]]


def _trimmed(tokens: tuple[str, ...], first: int, end: int) -> tuple[int, int]:
    """Without the small words that a quotation would not begin or end with."""
    small = word_table("manner")
    while end - first > 1 and tokens[end - 1] in small["no_end"]:
        end -= 1
    while end - first > 1 and tokens[first] in small["no_begin"]:
        first += 1
    return first, end


def _smoothed(text: Plain, shares: list[float]) -> list[float]:
    """Small words between strong ones belong to the phrase."""
    padded = [0.0, *shares, 0.0]
    return [
        0.0 if token in _MARKS else padded[at + 1] + 0.25 * (padded[at] + padded[at + 2])
        for at, token in enumerate(text.tokens)
    ]
