import pytest

from corrections.services.publication import Publication


@pytest.fixture
def token(publication: Publication) -> dict[str, str]:
    """The header by which an editor’s program is known."""
    return {"Authorization": f"Bearer {publication.private.tokens.issue('Mira', 'editor')}"}
