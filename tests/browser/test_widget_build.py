"""The widget that is served is the one that its source makes, and small."""

import gzip
import subprocess
from pathlib import Path

from corrections.domain.labels import CATEGORIES
from tests.npm_packages import npm_file
from widget import catalogues

ROOT = Path(__file__).parents[2]
BUILT = ROOT / "corrections" / "web" / "static" / "widget.js"
MOST_COMPRESSED = 15_000  # bytes


def test_building_the_widget_again_gives_the_same_bytes(tmp_path: Path):
    npm_file(".bin/esbuild")
    subprocess.run(["npm", "run", "--silent", "widget", "--", f"--outdir={tmp_path}"], cwd=ROOT, check=True)
    for name in ("widget.js", "form.js"):
        assert (tmp_path / name).read_bytes() == (BUILT.parent / name).read_bytes(), "run `make widget`"


def test_the_widget_is_small_and_asks_nobody_else():
    assert len(gzip.compress(BUILT.read_bytes())) < MOST_COMPRESSED
    assert b"http://" not in BUILT.read_bytes().replace(b"https://", b"")


def test_types_of_error_have_the_names_that_they_have_on_the_pages():
    assert set(CATEGORIES.values()) <= set(catalogues.sentences())
