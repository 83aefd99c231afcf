"""The proof of one correction: a page to read and print, and the file that proves it offline."""

from apiflask import APIBlueprint
from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from corrections.services.reporting.proofs import open_bundle, proof_bundle
from corrections.web import languages
from corrections.web.access import publication
from corrections.web.compute_limits import count_computing
from repo_store.audit.proofs import Audience

blueprint = APIBlueprint("proofs", __name__, enable_openapi=False)


@blueprint.get("/<publication>/c/<int:number>/proof")
def proof(number: int) -> ResponseReturnValue:
    """The page for a browser; the file for a program that does not ask for HTML."""
    if "text/html" not in request.headers.get("Accept", ""):
        return download(number)
    correction = publication().correction(number)
    count_computing()
    article = publication().article(correction.article)
    languages.speak(article.language)
    audience = _audience(correction.id)
    bundle, changes = open_bundle(proof_bundle(publication(), number, audience))
    answer = Response(
        render_template(
            "proof.html",
            publication=publication(),
            correction=correction,
            article=article,
            proof=bundle.proof,
            checkpoint=max(bundle.checkpoints, key=lambda checkpoint: checkpoint.statement.number),
            changes=changes,
            key=request.args.get("key", "") if audience == "reader" else None,
        )
    )
    answer.vary.add("Accept")
    return answer


@blueprint.get("/<publication>/c/<int:number>/proof.txt")
def download(number: int) -> Response:
    correction = publication().correction(number)
    count_computing()
    return _file(number, _audience(correction.id))


@blueprint.get("/<publication>/review/<int:number>/proof.txt")
def of_staff(number: int) -> Response:
    """With the ledger's commits between the correction and the checkpoint, and all that they say."""
    return _file(number, "staff")


def _audience(correction_id: str) -> Audience:
    """Who comes with the key of the correction's page is its reader."""
    return "reader" if publication().private.is_reader(correction_id, request.args.get("key", "")) else "public"


def _file(number: int, audience: Audience) -> Response:
    answer = Response(proof_bundle(publication(), number, audience), mimetype="text/plain")
    answer.headers["Content-Disposition"] = f'attachment; filename="{publication().name}-correction-{number}-proof.txt"'
    answer.vary.add("Accept")
    return answer
