"""Reads when a told event happened, so that nobody has to pick a date they already wrote.

`spelling` puts misspelt and dialectal words about time right and remembers what was typed.
`words` turns words into phrases with one meaning each: a day, a part of a day, a clock time, a
stretch of time, a plan (never the answer) or nothing (numbers that are no times). Phrases that
stand together are joined, and the most exact one that lies in the past is the answer, unless
`clues` around it say that it is planned, quoted or far off.

Source: the conventions (which hours are "kväll", which day is "förra måndagen") are Lotsen's own
choice, and the teller sees the answer before it is stored. No library held: dateparser 1.5 finds
something in 61 % of the labelled texts of `data/events` dev that say when and the right day in
33 %, takes something for a time in 36 % of the others, and needs 7 ms a text. It knows neither
"i måndags", "i morse" nor "halv tre", and reads "43 år" as a year of birth.
"""

from nlu.times.calendar import When
from nlu.times.choosing import find_when

__all__ = ["When", "find_when"]
