"""The catalogue's page is made from the actions: it has to be the one that they make today."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_the_catalogue_page_is_current_in_both_languages() -> None:
    made = subprocess.run(
        [sys.executable, "docs/catalogue.py", "--check"],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stdout + made.stderr
