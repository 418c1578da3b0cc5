"""Everything that a user reads, and how hard it is to read."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any, override

import yaml

from bot import texts
from tests.lotsen_process import ROOT

_MARKS = re.compile(r"\{\w+\}|[*_`]")
_SENTENCE_ENDS = re.compile(r"[.:?!](?=\s|$)|\n")
_WORD = re.compile(r"[^\W_]+(?:[-.][^\W_]+)*")
_LONG = 6
"""Letters above which a word is long (Björnsson 1968)."""

_SCRIPT_TEXT = re.compile(r"(?<![\w(/.])([\"`])([A-ZÅÄÖ][^\"`\n]* [^\"`\n]*)\1")
_SCRIPT_VALUE = re.compile(r"\$\{[^}]*\}")
_TEMPLATE_MARK = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_TEMPLATE_TEXT = re.compile(r'"([A-ZÅÄÖ][^"]*)"')


def lix(*written: str) -> float:
    """How hard texts are to read, taken together: 30 is easy, 40 newspapers, 60 is officialese.

    Args:
        written: texts; Markdown marks and placeholders do not count, a line is a sentence.

    Source:
        C. H. Björnsson, Läsbarhet (1968): words/sentences + 100 x long words/words.
    """
    sentences = [words for text in written for words in _sentences(text)]
    words = [word for sentence in sentences for word in sentence]
    if not words:
        return 0.0
    long = sum(len(word) > _LONG for word in words)
    return len(words) / len(sentences) + 100 * long / len(words)


def word_count(text: str) -> int:
    """How many words a text has, as `lix` counts them."""
    return sum(map(len, _sentences(text)))


def _sentences(text: str) -> list[list[str]]:
    plain = _MARKS.sub("", text)
    parts = (_WORD.findall(part) for part in _SENTENCE_ENDS.split(plain))
    return [words for words in parts if words]


def responses() -> dict[str, str]:
    """What the dialogue says, by name of the response."""
    domain = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    return {
        name: "\n".join(variant["text"] for variant in variants)
        for name, variants in domain["responses"].items()
    }


def buttons() -> dict[str, str]:
    """The words on the buttons of the dialogue."""
    domain = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    return {
        f"{name} {button['payload']}": button["title"]
        for name, variants in domain["responses"].items()
        for variant in variants
        for button in variant.get("buttons", ())
    }


def all_texts() -> dict[str, str]:
    """Every text that a user may read, by where it stands."""
    return {
        **responses(),
        **buttons(),
        **_policy(),
        **dict(_leaves("taxonomy", _content("taxonomy"))),
        **_app(),
        **_pages(),
    }


def danger_texts() -> frozenset[str]:
    """Where the words about danger stand: the only ones that may raise their voice."""
    return frozenset(name for name in _policy() if name.startswith("policy.danger"))


def _policy() -> dict[str, str]:
    policy = _content("policy")
    policy["police"].pop("rules")
    policy["danger"]["english"] = {
        part: said
        for part, said in policy["danger"]["english"].items()
        if part not in ("signs", "calm")
    }
    steps = {step["name"]: step["label"] for step in policy.pop("steps")}
    return dict(_leaves("policy", policy | {"steps": steps}))


def _content(name: str) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((ROOT / f"data/{name}.yml").read_text("utf-8"))
    return content


def _leaves(name: str, value: object) -> Iterator[tuple[str, str]]:
    """The texts in nested content; codes are for the export, not for reading."""
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key != "code":
                yield from _leaves(f"{name}.{key}", inner)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _leaves(f"{name}.{number}", inner)


def _app() -> dict[str, str]:
    named = {name: value for name, value in vars(texts).items() if name.isupper()}
    return dict(_leaves("bot.texts", named))


def _pages() -> dict[str, str]:
    pages = ROOT / "bot/pages"
    found = {
        f"{file.relative_to(pages)} {number}": _SCRIPT_VALUE.sub("", text)
        for file in sorted(pages.rglob("*.js"))
        for number, (_, text) in enumerate(_SCRIPT_TEXT.findall(file.read_text("utf-8")))
    }
    for file in sorted(pages.rglob("*.html")):
        reader = _Page()
        reader.feed(_TEMPLATE_MARK.sub(_words_of_mark, file.read_text("utf-8")))
        found |= {f"{file.relative_to(pages)} {n}": t for n, t in enumerate(reader.texts)}
    return found


def _words_of_mark(mark: re.Match[str]) -> str:
    """What a template's mark may write that is words: 'Spara' of {{ "Spara" if … }}."""
    return ". ".join(_TEMPLATE_TEXT.findall(mark[0]))


class _Page(HTMLParser):
    """Collects the texts of a page: one for each block, and what is read aloud."""

    _INLINE = frozenset({"a", "strong", "span", "em"})

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._parts: list[str] = []

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._block(tag)
        spoken = {"aria-label", "placeholder", "title", "alt"}
        self.texts += [value for name, value in attrs if name in spoken and value]

    @override
    def handle_endtag(self, tag: str) -> None:
        self._block(tag)

    @override
    def handle_data(self, data: str) -> None:
        self._parts.append(data)

    def _block(self, tag: str) -> None:
        if tag in self._INLINE:
            return
        text = " ".join("".join(self._parts).split())
        self._parts.clear()
        if text:
            self.texts.append(text)
