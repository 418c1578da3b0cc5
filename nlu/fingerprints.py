"""What the trained models are made of, as hashes: whether one is out of date shows by them alone.

The running app asks at every start; it must not need the libraries that training needs.
"""

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path

from nlu.finder import Document

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
    learnt_from = [file for file in files if file.stem != "test" and not _is_left_out(file)]
    return _hash(sorted(learnt_from, key=lambda file: (file.name, file.parent.name)))


def of_finder(questions: Path, documents: Sequence[Document]) -> str:
    """A hash of everything that the trained finder depends on.

    Args:
        questions: `data/questions`.
        documents: the texts that questions are labelled with.
    """
    files = (
        questions / "train.jsonl",
        *(_PACKAGE / name for name in _FOUND_WITH),
        *sorted((_PACKAGE / "words").glob("*.yml")),
    )
    return _hash(files, repr([(d.name, d.questions) for d in documents]))


def _is_left_out(file: Path) -> bool:
    return any(part in _place(file) for part in _NOT_READ_WITH)


def _place(file: Path) -> str:
    return f"{file.parent.name}/{file.name}"


def _hash(files: Iterable[Path], also: str = "") -> str:
    digest = hashlib.sha256(also.encode())
    for file in files:
        digest.update(_place(file).encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()
