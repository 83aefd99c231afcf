"""The proof bundle of one correction: a file that shows, offline, what was decided and published, and when.

The file is text: a heading with instructions, an empty line, one line of JSON (`Proof`), and an SSH signature of all
that comes before the signature, by the publication's key. Objects of git are in it byte by byte: their ids are computed
from these bytes, so a changed one is no longer the one that another object or a checkpoint names.
"""

import base64
import binascii
from dataclasses import dataclass
from typing import Literal

from pydantic import Field, ValidationError

from repo_store.audit.checkpoints import Checkpoint, PublishedKey, parse_checkpoint
from repo_store.errors import BadProof
from repo_store.git.packfile import object_id
from repo_store.model.events import Value
from repo_store.ssh_signatures import Key

NAMESPACE = "corrections-proof"  # of the signature
FILE_BYTES = 256 << 20
_BEGIN = b"-----BEGIN SSH SIGNATURE-----\n"
_HEADING = """Proof of correction {number} of {publication} ({state})

How to verify it without the service, in a checkout of the project:
    python -m repo_store.verify --bundle FILE --key PUBLIC-KEY
Ask the newsroom for its public key. docs/verify.md explains what is checked, and how to check the signature with
ssh-keygen alone. The next line is the proof as JSON; the signature covers everything above it.

"""

Audience = Literal["public", "reader", "staff"]


class ProvenEvent(Value):
    """An event of the correction on the ledger: its place, its commit, what it was, and its time (ISO 8601, UTC)."""

    seq: int
    id: str
    type: str
    at: str


class PublishedChange(Value):
    """A commit on `main` that event `seq` published; checkpoint number `checkpoint` covers it."""

    seq: int
    commit: str
    checkpoint: int


class SignedStatement(Value):
    """A checkpoint: the line that was signed, and its signature."""

    statement: str
    signature: str


class ProvenKey(Value):
    """A key of the publication, as in the file of checkpoints."""

    from_event: int
    key: str = Field(pattern=r"^ssh-ed25519 [A-Za-z0-9+/=]+$")
    signature: str = ""


class GitObject(Value):
    """`kind` is commit, tree or blob; `data` its content in base64."""

    kind: Literal["commit", "tree", "blob"]
    data: str


class Proof(Value):
    """What a bundle states. `chain`: the ledger's commits from the newest checkpoint back to the first event are in it.

    `proposal` is the commit with the reader's words; empty where the words are not in the bundle.
    """

    format: Literal["corrections-proof/1"] = "corrections-proof/1"
    publication: str
    number: int
    correction: str
    article: str
    state: str
    audience: Audience
    chain: bool = False
    proposal: str = ""
    events: tuple[ProvenEvent, ...]
    published: tuple[PublishedChange, ...] = ()
    checkpoints: tuple[SignedStatement, ...]
    keys: tuple[ProvenKey, ...]
    objects: tuple[GitObject, ...] = ()


@dataclass(frozen=True)
class Bundle:
    """A proof as it was read: `signed` are the bytes that `signature` is of."""

    proof: Proof
    signed: bytes
    signature: str

    @property
    def checkpoints(self) -> list[Checkpoint]:
        """The checkpoints in it. Raises `BadCheckpoint`."""
        return [parse_checkpoint(item.statement, item.signature) for item in self.proof.checkpoints]

    @property
    def keys(self) -> list[PublishedKey]:
        """The publication's keys in it, oldest first."""
        return [PublishedKey(key.from_event, key.key, key.signature) for key in self.proof.keys]

    def objects(self) -> dict[str, tuple[str, bytes]]:
        """Kind and bytes of each object by its id, which is computed here. Raises `BadProof`."""
        objects: dict[str, tuple[str, bytes]] = {}
        for item in self.proof.objects:
            try:
                data = base64.b64decode(item.data, validate=True)
            except (ValueError, binascii.Error) as error:
                raise BadProof(f"An object of the bundle is not base64: {error}") from error
            objects[object_id(item.kind, data)] = (item.kind, data)
        return objects


def encode_object(kind: Literal["commit", "tree", "blob"], data: bytes) -> GitObject:
    """An object for a bundle."""
    return GitObject(kind=kind, data=base64.b64encode(data).decode())


def sign_proof(proof: Proof, key: Key) -> bytes:
    """The bundle: the bytes of the file."""
    signed = _signed_part(proof)
    return signed + key.sign(signed, NAMESPACE).encode() + b"\n"


def read_bundle(data: bytes) -> Bundle:
    """The bundle that a file of these bytes holds. Raises `BadProof` where it is none, or holds more than that."""
    signed, begin, signature = data.partition(_BEGIN)
    lines = signed.split(b"\n")
    if not begin or len(lines) < 2:
        raise BadProof("This is not a proof bundle: it has no signature.")
    try:
        proof = Proof.model_validate_json(lines[-2])
        text = (begin + signature).decode("ascii")
    except (ValidationError, UnicodeDecodeError) as error:
        raise BadProof("This is not a proof bundle, or it was changed: it cannot be read.") from error
    return Bundle(proof, signed, text)


def _signed_part(proof: Proof) -> bytes:
    heading = _HEADING.format(number=proof.number, publication=proof.publication, state=proof.state)
    return heading.encode() + proof.model_dump_json().encode() + b"\n"
