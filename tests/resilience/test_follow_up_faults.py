"""Killed at any moment, the follow-up loses nothing and tells nobody the same twice."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.lotsen_process import ROOT

POINTS = 210


def test_killed_at_two_hundred_points_nothing_is_lost_and_a_key_stays_a_key(
    tmp_path: Path,
) -> None:
    program = [sys.executable, "-m", "tests.resilience.killed_follow_up"]
    one_thread = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}  # it forks
    ran = subprocess.run(
        [*program, str(tmp_path), str(POINTS)],
        cwd=ROOT,
        env={**os.environ, **one_thread},
        check=True,
        capture_output=True,
    )

    found = json.loads(ran.stdout.splitlines()[-1])

    assert found["differences"] == []
    assert found["killed"] >= 200
    # A push that was made and not noted is made again with its key: the channel shows it once.
    assert found["twice"] > 0
