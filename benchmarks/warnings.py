"""How well the warnings of a change are those that it deserves: precision and recall on labelled changes, by language.

Run with `python -m benchmarks.warnings`; with `-v`, what was missed and what was told wrongly is listed.
"""

import sys

from corrections.text.warnings import warnings
from tests.text.labelled_changes import LABELLED, LabelledChange


def score(changes: list[LabelledChange]) -> tuple[float, float]:
    """Precision and recall of the warnings' codes over all changes."""
    right = reported = deserved = 0
    for change in changes:
        codes = {warning.code for warning in warnings(change.old, change.new, change.language)}
        right += len(codes & change.codes)
        reported += len(codes)
        deserved += len(change.codes)
    return right / max(reported, 1), right / max(deserved, 1)


def main() -> None:
    print("language  changes  precision  recall")
    for language, changes in LABELLED.items():
        precision, recall = score(changes)
        print(f"{language:8}  {len(changes):7}  {precision:9.3f}  {recall:6.3f}")
        for change in changes if "-v" in sys.argv else []:
            codes = {warning.code for warning in warnings(change.old, change.new, change.language)}
            if codes != change.codes:
                print(f"  {change.old} → {change.new}: {sorted(codes)}, not {sorted(change.codes)}")


if __name__ == "__main__":
    main()
