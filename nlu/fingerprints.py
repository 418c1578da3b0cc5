"""What the trained models are made of, as hashes: whether one is out of date shows by them alone.

The running app asks at every start; it must not need the libraries that training needs.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from nlu.finder import Document

READER_SETTINGS = Path(__file__).parent / "reader.toml"
FINDER_SETTINGS = Path(__file__).parent / "finder.toml"

_PACKAGE = Path(__file__).parent
_NOT_READ_WITH = (
    *("times", "situations", "errors.py", "evidence.py", "reading.py", "fingerprints.py"),
    *("evaluate.py", "masks.py"),
    *("finder.", "question_features.py", "training/questions.py", "groups.yml"),
)
_FOUND_WITH = (
    *("finder.py", "question_features.py", "features.py", "normalise.py", "linear.py"),
    *("training/questions.py", "finder.toml"),
)


def of_reader(data: Path) -> str:
    """A hash of everything that the trained reader depends on: texts, tables, settings, code.

    Args:
        data: Folder with events/, phrases/, danger/ and nlu/.
    """
    files = [
        *(path for part in ("events", "danger") for path in (data / part).glob("*.jsonl")),
        *(data / "phrases").glob("*.txt"),
        *(data / "nlu").glob("*.yml"),
        *(path for kind in ("*.py", "*.yml", "*.toml") for path in _PACKAGE.rglob(kind)),
        _PACKAGE / "names.txt",
    ]
    digest = hashlib.sha256()
    for file in sorted(files, key=lambda file: (file.name, file.parent.name)):
        place = f"{file.parent.name}/{file.name}"
        if file.stem != "test" and not any(part in place for part in _NOT_READ_WITH):
            digest.update(place.encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()


def of_finder(questions: Path, documents: Sequence[Document]) -> str:
    """A hash of everything that the trained finder depends on.

    Args:
        questions: `data/questions`.
        documents: the texts that questions are labelled with.
    """
    digest = hashlib.sha256(repr([(d.name, d.questions) for d in documents]).encode())
    for file in (
        questions / "train.jsonl",
        *(_PACKAGE / name for name in _FOUND_WITH),
        *sorted((_PACKAGE / "words").glob("*.yml")),
    ):
        digest.update(file.read_bytes())
    return digest.hexdigest()
