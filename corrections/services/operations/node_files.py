"""The files beside a publication that an operator edits: nodes do not share them, so a start says where they differ."""

import hashlib
import json
import platform

from corrections.services.publication import Publication
from corrections.services.reporting import policy_text
from corrections.services.review.acceptance_policy import FILE as POLICY

_SETTING = "node-files"  # in the private store: those of the node that started last


def different_files(publication: Publication) -> tuple[str, list[str]]:
    """The node that started last, and the files that are not the same there as here; then this node is the last.

    ("", []) for the first node, and for a publication that only one machine has. Raises `DatabaseUnavailable`.
    """
    if publication.cluster is None or not publication.cluster.git_remote:
        return "", []
    here = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (publication.folder / POLICY, *policy_text.files(publication.folder))
        if path.is_file()
    }
    settings = publication.private.settings
    last = json.loads(settings.get(_SETTING) or "{}")
    node, there = str(last.get("node", "")), dict(last.get("files", here))
    settings.put(_SETTING, json.dumps({"node": platform.node(), "files": here}))
    return node, sorted(name for name in here.keys() | there.keys() if here.get(name) != there.get(name))
