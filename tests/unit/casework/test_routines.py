"""Routine texts are read strictly, and a municipality's own come first."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casework.errors import ContentError
from casework.routines import (
    GROUPS_FILE,
    LOCAL_FILE,
    OLD_AFTER_DAYS,
    ROUTINES,
    SOURCES_FILE,
    Routine,
    load_routines,
    read_routine,
)
from casework.vocabulary import Role

ABOUT = {
    "topic": "larm",
    "title": "Var finns larmet?",
    "owner": "hr",
    "valid_from": "2026-01-15",
    "sources": "[lagen]",
}
BODY = "Vid dörren.\n\n## Före\nProva det.\n\n## Efter åtta år\n- Byt batteri.\n"

Write = Callable[..., Path]


def written(body: str = BODY, **front: str | None) -> str:
    """A text as a file; a field that is None is left out."""
    fields = {name: value for name, value in (ABOUT | front).items() if value is not None}
    lines = [f"{name}: {value}\n" for name, value in fields.items()]
    return f"---\n{''.join(lines)}---\n{body}"


@pytest.fixture(name="content")
def _content(tmp_path: Path) -> Path:
    """A content folder with two texts on one topic, one on another, and what they rest on."""
    folder = tmp_path / "content" / ROUTINES
    folder.mkdir(parents=True)
    (folder / SOURCES_FILE).write_text("lagen: En lag\nboken: En bok\n", "utf-8")
    (folder / LOCAL_FILE).write_text("knapp: Var knappen är\nvakt: Vem som kommer\n", "utf-8")
    (folder / GROUPS_FILE).write_text("Skydd: [larm]\nStöd: [samtal]\nÖvrigt: []\n", "utf-8")
    (folder / "larm.md").write_text(written(local="[knapp]", related="[samtal]"), "utf-8")
    (folder / "larm_ute.md").write_text(written(local="[knapp, vakt]"), "utf-8")
    (folder / "samtal.md").write_text(written(topic="samtal", related="[larm, larm_ute]"), "utf-8")
    return folder.parent


@pytest.fixture(name="own")
def _own(tmp_path: Path) -> Path:
    """The municipality's folder, empty."""
    folder = tmp_path / "own"
    folder.mkdir()
    return folder


@pytest.fixture(name="write")
def _write(content: Path) -> Write:
    """Writes one of our texts, under the name `larm` if nothing else is said."""

    def write(text: str, name: str = "larm") -> Path:
        path = content / ROUTINES / f"{name}.md"
        path.write_text(text, "utf-8")
        return path

    return write


def problems(content: Path, own: Path | None = None) -> str:
    with pytest.raises(ContentError) as caught:
        load_routines(content, own)
    return "\n".join(caught.value.problems)


def tried[T](read: Callable[[], T]) -> tuple[T | None, list[str]]:
    """What was read, or else the problems."""
    try:
        return read(), []
    except ContentError as error:
        return None, error.problems


# --- one text


def test_text_is_read_in_its_parts(write: Write) -> None:
    text = read_routine(write(written()))

    assert (text.name, text.topic, text.title) == ("larm", "larm", "Var finns larmet?")
    assert text.answer == "Vid dörren."
    assert [(s.heading, s.anchor, s.text) for s in text.sections] == [
        ("Före", "fore", "Prova det."),
        ("Efter åtta år", "efter-atta-ar", "- Byt batteri."),
    ]
    assert not text.is_own


def test_single_source_needs_no_list_and_lines_may_end_as_in_windows(write: Write) -> None:
    text = read_routine(write(written(sources="lagen").replace("\n", "\r\n")))

    assert text.about.sources == ("lagen",)
    assert len(text.sections) == 2


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("Bara ett svar.", "does not begin with a front matter between two lines of ---"),
        ("---\ntitle: [\n---\nSvar.", "the front matter is not YAML"),
        ("---\nvalid_from: 2026-13-45\n---\nSvar.", "the front matter is not YAML"),
        ("---\n- en lista\n---\nSvar.", "valid dictionary"),
        (written(topic=None), "topic: Field required"),
        (written(topic="Åäö"), "topic: String should match"),
        (written(title='""'), "title: String should have at least 1 character"),
        (written(owner="vem_som_helst"), "owner: Input should be 'hr', 'security' or 'legal'"),
        (written(valid_from="i våras"), "valid_from: Input should be a valid date"),
        (written(sources="[]"), "sources: Tuple should have at least 1 item"),
        (written(contacts="[grannen]"), "contacts.0: Input should be"),
        (written(hemligt="1"), "hemligt: Extra inputs are not permitted"),
        (written(body="\n## Före\nText.\n"), "does not begin with an answer"),
        (written(body="Svar.\n## Före\nEtt.\n## FÖRE\nTvå.\n"), "two headings are the same"),
        (written(body="Svar.\n## ???\nEtt.\n"), "a heading has no letters"),
        (written(sources="[lagen, domen]"), "no such source: domen"),
        (written(local="[fönstret]"), "no such local rule: fönstret"),
        (written(related="[dörren]"), "related: no such text: dörren"),
        (written(related="[larm]"), "related: it names itself"),
    ],
)
def test_mistake_is_named_with_its_file(
    content: Path, write: Write, text: str, problem: str
) -> None:
    write(text)

    found = problems(content).split("\n")

    assert any(line.startswith("larm.md: ") and problem in line for line in found)


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("Larm", "other signs"),
        ("två", "other signs"),
        ("alla", "another page"),
        ("sok", "another"),
    ],
)
def test_name_must_have_a_place_in_an_address(
    content: Path, write: Write, name: str, problem: str
) -> None:
    write(written(), name)

    assert problem in problems(content)


def test_all_mistakes_are_told_at_once(content: Path, write: Write) -> None:
    write("inget", "larm_ute")
    write(written(owner="ingen"), "samtal")

    assert {"larm_ute.md", "samtal.md"} <= {p.split(":")[0] for p in problems(content).split("\n")}


def test_bytes_that_are_no_text_are_a_clear_mistake(content: Path) -> None:
    (content / ROUTINES / "larm.md").write_bytes(b"---\n\xff\xfe\n---\n")

    assert "larm.md: cannot be read (UnicodeDecodeError)" in problems(content)


ANY_FRONT = st.one_of(
    st.text(max_size=200),
    st.dictionaries(st.sampled_from([*ABOUT, "related"]), st.text(max_size=40)).map(
        lambda fields: "".join(f"{name}: {value}\n" for name, value in fields.items())
    ),
    st.fixed_dictionaries({}, optional={n: st.text(max_size=20) for n in ABOUT}).map(
        lambda fields: "".join(f"{n}: {v}\n" for n, v in (ABOUT | fields).items())
    ),
)
ANY_BODY = st.lists(
    st.one_of(st.text(max_size=60), st.text(max_size=12).map("## {}".format)), max_size=6
).map("\n".join)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    text=st.one_of(
        st.text(), st.builds("---\n{}\n---\n{}".format, ANY_FRONT, ANY_BODY), ANY_BODY.map(written)
    )
)
def test_any_text_is_either_read_or_a_content_error(tmp_path: Path, text: str) -> None:
    path = tmp_path / "larm.md"
    path.write_text(text, "utf-8")

    found, told = tried(lambda: read_routine(path))

    if found:
        anchors = [section.anchor for section in found.sections]
        assert found.answer
        assert all(anchors)
        assert len(set(anchors)) == len(anchors)
    else:
        assert told


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(anything=st.one_of(st.binary(max_size=60), st.text(max_size=60).map(str.encode)))
def test_any_local_file_is_either_read_or_a_content_error(
    content: Path, own: Path, anything: bytes
) -> None:
    (own / LOCAL_FILE).write_bytes(anything)

    found, told = tried(lambda: load_routines(content, own))

    assert told if found is None else set(found.local) <= {"knapp", "vakt"}


# --- ours and theirs


def test_texts_come_by_topic_with_the_main_text_first(content: Path, write: Write) -> None:
    write(written(), "a_larm")

    assert [t.name for t in load_routines(content).texts] == [
        "larm", "a_larm", "larm_ute", "samtal",
    ]  # fmt: skip


def test_own_text_takes_the_place_of_ours_with_its_name(content: Path, own: Path) -> None:
    (own / "larm_ute.md").write_text(written(title="Vårt larm"), "utf-8")

    routines = load_routines(content, own)

    assert [(t.name, t.is_own) for t in routines.texts] == [
        ("larm", False), ("larm_ute", True), ("samtal", False),
    ]  # fmt: skip
    assert routines.replaced == {}


def test_own_text_with_another_name_takes_the_place_of_the_main_text(
    content: Path, own: Path
) -> None:
    (own / "vart_larm.md").write_text(written(), "utf-8")

    routines = load_routines(content, own)

    assert [t.name for t in routines.texts] == ["larm_ute", "vart_larm", "samtal"]
    assert (found := routines.find("larm"))
    assert found.name == "vart_larm"
    assert routines.find("larm_utanfor") is None
    samtal = routines.by_name["samtal"]
    assert [t.name for t in routines.related(samtal)] == ["vart_larm", "larm_ute"]


def test_several_own_texts_on_a_topic_all_stay(content: Path, own: Path) -> None:
    for name in ("a_larm", "larm", "z_larm"):
        (own / f"{name}.md").write_text(written(title=name), "utf-8")

    routines = load_routines(content, own)

    assert [t.name for t in routines.texts if t.is_own] == ["larm", "a_larm", "z_larm"]
    assert (found := routines.find("larm"))
    assert found.title == "larm"


def test_own_text_may_rest_on_own_sources(content: Path, own: Path) -> None:
    (own / "larm.md").write_text(written(sources="[riktlinjen, lagen]"), "utf-8")
    assert "no such source: riktlinjen" in problems(content, own)

    (own / SOURCES_FILE).write_text("riktlinjen: Vår riktlinje\n", "utf-8")

    assert load_routines(content, own).sources["riktlinjen"] == "Vår riktlinje"


def test_folder_of_own_texts_may_be_missing(content: Path, tmp_path: Path) -> None:
    assert len(load_routines(content, tmp_path / "nowhere").texts) == 3


# --- local rules


def test_rules_that_nobody_has_filled_in_are_known(content: Path, own: Path) -> None:
    assert load_routines(content, own).unfilled == ["knapp", "vakt"]

    (own / LOCAL_FILE).write_text("knapp: Vid dörren.\nvakt:\n", "utf-8")
    routines = load_routines(content, own)

    assert routines.local == {"knapp": "Vid dörren."}
    assert routines.unfilled == ["vakt"]


def test_rule_that_no_text_asks_for_need_not_be_filled_in(content: Path, write: Write) -> None:
    write(written(local="[knapp]"), "larm_ute")

    assert load_routines(content).unfilled == ["knapp"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("fönster: öppet\n", "local.yml: no such rule: fönster"),
        ("knapp: [1, 2]\n", "local.yml: is not a list of id and words"),
        ("- knapp\n", "local.yml: is not a list of id and words"),
        ("knapp: {\n", "local.yml, line 2: is not YAML"),
        ("knapp: 2026-13-45\n", "local.yml: is not YAML"),
    ],
)
def test_mistake_in_the_local_rules_is_named(
    content: Path, own: Path, text: str, problem: str
) -> None:
    (own / LOCAL_FILE).write_text(text, "utf-8")

    assert problem in problems(content, own)


# --- groups


def test_every_text_stands_under_one_heading(content: Path, own: Path) -> None:
    (own / "parkering.md").write_text(written(topic="parkering"), "utf-8")

    groups = load_routines(content, own).groups

    assert [(g.heading, [t.name for t in g.texts]) for g in groups] == [
        ("Skydd", ["larm", "larm_ute"]),
        ("Stöd", ["samtal"]),
        ("Övrigt", ["parkering"]),
    ]


def test_heading_without_texts_is_left_out(content: Path) -> None:
    assert [g.heading for g in load_routines(content).groups] == ["Skydd", "Stöd"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("Skydd: [larm]\nÖvrigt: []\n", "groups.yml: no group has samtal"),
        ("Skydd: [larm, samtal, lamm]\n", "groups.yml: no text is about lamm"),
        ("Skydd: [larm, samtal]\nStöd: [samtal]\n", "groups.yml: samtal stands there twice"),
        ("Skydd: larm\n", "groups.yml: after each heading comes a list of topics"),
        ("", "groups.yml: is not a list of headings and topics"),
    ],
)
def test_mistake_in_the_groups_is_named(content: Path, text: str, problem: str) -> None:
    (content / ROUTINES / GROUPS_FILE).write_text(text, "utf-8")

    assert problem in problems(content)


# --- age


@pytest.mark.parametrize(("days", "is_old"), [(0, False), (OLD_AFTER_DAYS, False), (366, True)])
def test_text_is_old_after_a_year(write: Write, days: int, is_old: bool) -> None:
    text = read_routine(write(written()))

    assert text.is_old(date(2026, 1, 15) + timedelta(days=days)) is is_old


def test_owner_is_told_of_their_old_texts(content: Path, write: Write) -> None:
    write(written(owner="legal"), "larm_ute")
    write(written(owner="hr", valid_from="2026-06-01", topic="samtal"), "samtal")
    routines, today = load_routines(content), date(2027, 2, 1)

    def names(texts: list[Routine]) -> list[str]:
        return [text.name for text in texts]

    assert names(routines.old_for(Role.HR, today)) == ["larm"]
    assert names(routines.old_for(Role.SECURITY, today)) == ["larm_ute"]
    assert names(routines.old_for(Role.MANAGER, today)) == []
