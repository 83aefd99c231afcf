"""A proof bundle shows what became of one correction, offline, and every change to the file is found."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from corrections.services.actors import Actor
from corrections.services.errors import NoProof
from corrections.services.operations import checkpoints
from corrections.services.publication import Publication
from corrections.services.reporting.proofs import proof_bundle
from corrections.services.review import decisions
from repo_store.audit.proofs import Audience, read_bundle
from repo_store.ssh_signatures import Key
from repo_store.verify import CLEAN, FINDINGS, NOT_AUTHENTICATED, main
from tests.newsroom import EDITOR, a_correction, an_article
from tests.service import run_verifier

PUBLISHED, EDITED, REJECTED, UNDECIDED = 1, 2, 3, 4


@pytest.fixture
def publication(tmp_path: Path) -> Iterator[Publication]:
    """Four corrections: accepted and reverted, accepted in other words, rejected, and open; covered by checkpoints."""
    publication = Publication.create(tmp_path / "daily", "daily")
    an_article(publication)
    a_correction(publication, "Tusday", "Tuesday")
    a_correction(publication, "1893", "eighteen libellous years", comment="A secret source told me.")
    a_correction(publication, "agreed", "quarrelled like fools", comment="I was there.")
    a_correction(publication, "capital", "city")
    _decide(publication, PUBLISHED, decisions.accept)
    decisions.accept(publication, EDITOR, EDITED, publication.correction(EDITED).last_event, text="1839")
    checkpoints.checkpoint(publication)
    decisions.reject(publication, EDITOR, REJECTED, publication.correction(REJECTED).last_event, "They did agree.")
    an_article(publication, "# Another\n\nText.\n", "2026/11/24/other")
    checkpoints.checkpoint(publication)
    yield publication
    publication.close()


def _decide(publication: Publication, number: int, decide: object, **more: str) -> None:
    assert callable(decide)
    decide(publication, EDITOR, number, publication.correction(number).last_event, **more)


def _file(publication: Publication, number: int, audience: Audience = "public") -> Path:
    path = publication.folder.parent / f"{number}-{audience}.txt"
    path.write_bytes(proof_bundle(publication, number, audience))
    return path


def test_a_published_correction_is_proven_with_its_words(publication: Publication):
    verdict = run_verifier("--bundle", _file(publication, PUBLISHED), "--key", publication.key.public)
    assert (verdict.returncode, verdict.stderr) == (CLEAN, "")
    assert "accepted" in verdict.stdout
    assert "+ " in verdict.stdout
    assert "Ministers met on Tuesday in teh capital" in verdict.stdout
    assert "Covered by checkpoint 1" in verdict.stdout


def test_a_bundle_without_a_known_key_is_not_authenticated(publication: Publication, tmp_path: Path):
    file = _file(publication, PUBLISHED)
    assert run_verifier("--bundle", file).returncode == NOT_AUTHENTICATED
    stranger = Key.generate(tmp_path / "stranger").public
    verdict = run_verifier("--bundle", file, "--key", stranger)
    assert verdict.returncode == FINDINGS
    assert "not signed by a key that was known beforehand" in verdict.stdout


def test_what_was_not_published_is_in_no_public_bundle(publication: Publication):
    for number in (EDITED, REJECTED):
        content = _everything_in(proof_bundle(publication, number, "public"))
        for words in ("libellous", "secret source", "quarrelled", "I was there", "They did agree"):
            assert words not in content
    assert "1839" in _everything_in(proof_bundle(publication, EDITED, "public"))


def test_the_reader_gets_their_own_words_and_those_alone(publication: Publication):
    content = _everything_in(proof_bundle(publication, REJECTED, "reader"))
    assert "quarrelled like fools" in content
    assert "I was there." in content
    assert "libellous" not in content
    verdict = run_verifier("--bundle", _file(publication, REJECTED, "reader"), "--key", publication.key.public)
    assert verdict.returncode == CLEAN, verdict.stdout
    assert "quarrelled like fools" in verdict.stdout


def test_the_staff_get_the_chain_of_the_ledger(publication: Publication):
    for number in (PUBLISHED, EDITED, REJECTED):
        verdict = run_verifier("--bundle", _file(publication, number, "staff"), "--key", publication.key.public)
        assert verdict.returncode == CLEAN, verdict.stdout
        assert "only the ledger itself proves it" not in verdict.stdout


def test_a_reverted_correction_proves_both_changes(publication: Publication):
    decisions.revert(publication, EDITOR, PUBLISHED, publication.correction(PUBLISHED).last_event, "It was right.")
    checkpoints.checkpoint(publication)
    verdict = run_verifier("--bundle", _file(publication, PUBLISHED), "--key", publication.key.public)
    assert verdict.returncode == CLEAN, verdict.stdout
    assert verdict.stdout.count("What was published") == 2


def test_a_bundle_is_known_by_an_older_key_and_by_the_newest(publication: Publication):
    old = publication.key.public
    checkpoints.rotate(publication, Actor("Ada", "admin"), "A laptop was lost.")
    file = _file(publication, PUBLISHED)
    for key in (old, publication.key.public):
        assert run_verifier("--bundle", file, "--key", key).returncode == CLEAN


def test_an_undecided_or_uncovered_correction_has_no_proof(publication: Publication):
    with pytest.raises(NoProof):
        proof_bundle(publication, UNDECIDED, "public")
    _decide(publication, UNDECIDED, decisions.accept)
    with pytest.raises(NoProof):
        proof_bundle(publication, UNDECIDED, "public")


@pytest.mark.parametrize(("number", "audience"), [(PUBLISHED, "public"), (REJECTED, "reader"), (EDITED, "staff")])
def test_every_changed_byte_is_found(publication: Publication, number: int, audience: Audience):
    file = _file(publication, number, audience)
    genuine, key = file.read_bytes(), publication.key.public
    assert main(["--bundle", str(file), "--key", key]) == CLEAN
    armor = genuine.index(b"-----BEGIN SSH")
    step = max(1, armor // 40)
    for at in [*range(0, armor, step), *range(armor, len(genuine), 7)]:
        for bit in (0, 5):
            file.write_bytes(genuine[:at] + bytes([genuine[at] ^ 1 << bit]) + genuine[at + 1 :])
            assert main(["--bundle", str(file), "--key", key]) == FINDINGS, f"byte {at}, bit {bit}"
    for changed in (genuine[:-1], genuine + b"\n", genuine[1:], b"", genuine + genuine):
        file.write_bytes(changed)
        assert main(["--bundle", str(file), "--key", key]) == FINDINGS


def _everything_in(file: bytes) -> str:
    bundle = read_bundle(file)
    return file.decode() + "".join(data.decode("utf-8", "replace") for _, data in bundle.objects().values())
