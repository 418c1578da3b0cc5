"""The reader's labels, the taxonomy and the labelled descriptions speak of the same things."""

from casework.vocabulary import Area, Channel, IncidentType, Pattern, Perpetrator
from nlu import labels
from tests import builders

TAXONOMY = builders.content().taxonomy


def test_reader_knows_the_types_and_subtypes_of_the_taxonomy() -> None:
    assert set(IncidentType) == set(labels.TYPES)
    assert set(TAXONOMY.type_of_subtype) == set(labels.SUBTYPES)


def test_reader_knows_the_lists_of_the_vocabulary() -> None:
    assert set(Perpetrator) == set(labels.PERPETRATORS)
    assert set(Channel) == set(labels.CHANNELS)
    assert set(Area) == set(labels.AREAS)
    assert set(Pattern) == set(labels.PATTERNS)


def test_reader_and_taxonomy_agree_on_what_is_serious() -> None:
    assert TAXONOMY.serious_subtypes == set(labels.SERIOUS_SUBTYPES)
