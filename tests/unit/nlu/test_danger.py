"""Danger now comes before everything else; what is past or figurative must not alarm."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.danger import Danger, find_danger

DATA = Path("data/events")


@pytest.mark.parametrize(
    "text",
    [
        "han står utanför dörren nu",
        "vi är inlåsta",
        "han har kniv",
        "det brinner",
        "han är på väg hit",
        "han är kvar här",
        "hon sitter kvar utanför",
        "ja är inlåst på toan",
        "HJÄLP han har en kniv",
        "han slog mig för två minuter sen och är kvar",
        "han säger att han ska komma hit och döda mig ikväll",
    ],
)
def test_find_danger_person_threatened_now_alarms(text: str) -> None:
    assert find_danger(text) is Danger.PERSON


@pytest.mark.parametrize(
    "text",
    [
        "klienten säger att hon ska ta livet av sig ikväll",
        "hon skriver att hon tänker hoppa från bron i kväll",
        "en klient säger att han ska ta livet av sig nu",
    ],
)
def test_find_danger_client_may_take_their_life_alarms(text: str) -> None:
    assert find_danger(text) is Danger.SUICIDE


@pytest.mark.parametrize(
    "text", ["jag orkar inte leva längre", "jag vill dö", "jag tänker ta livet av mig"]
)
def test_find_danger_writers_own_life_is_distress(text: str) -> None:
    assert find_danger(text) is Danger.DISTRESS


@pytest.mark.parametrize(
    "text",
    [
        "igår hotade han att döda mig",
        "förra veckan hade han kniv",
        "Igår eftermiddag ringde en pappa i ett LVU-ärende och sa att han vet var jag bor "
        "och att han ska döda mig",
        "jag är så trött att jag dör",
        "det brinner i knutarna på jobbet",
        "vad ska jag göra om en klient har kniv?",
        "jag vill rapportera ett hot",
        "jag orkar inte jobba kvar",
        "nej",
        "",
    ],
)
def test_find_danger_past_planned_or_figurative_is_calm(text: str) -> None:
    assert find_danger(text) is None


@pytest.mark.parametrize("split", ["train", "dev"])
def test_find_danger_on_labelled_texts_finds_most_and_alarms_rarely(split: str) -> None:
    rows = [json.loads(line) for line in (DATA / f"{split}.jsonl").read_text().splitlines()]
    dangerous = [row for row in rows if row["danger_now"]]
    calm = [row for row in rows if not row["danger_now"]]

    found = sum(find_danger(row["text"]) is not None for row in dangerous)
    false = sum(find_danger(row["text"]) is not None for row in calm)

    assert found / len(dangerous) >= 0.85
    assert false / len(calm) <= 0.05


@given(st.text())
def test_find_danger_any_text_never_raises(text: str) -> None:
    find_danger(text)
