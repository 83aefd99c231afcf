"""Where the notices of a WordPress post go: nowhere, a field of the post, or where a plugin leaves them."""

import pytest

from corrections.connectors import connections
from corrections.connectors.connections import NewConnection
from corrections.domain.decisions import DecisionKind
from corrections.services.publication import Publication
from tests.connectors.test_git_connector import ADMIN, decide_on
from tests.connectors.test_wordpress import BODY, connect, synchronise
from tests.connectors.test_wordpress_notices import (
    DAY,
    FIXED,
    YEAR,
    _service_address,  # noqa: F401 - a fixture
    a_post,
    accept,
    block,
    settle,
    text_here,
    today,
)
from tests.connectors.wordpress import USER, WordPress


@pytest.mark.parametrize("options", [{"notices": "none"}, None])
def test_without_the_option_notices_stay_on_our_pages(
    publication: Publication, wordpress: WordPress, options: dict[str, str] | None
):
    number = a_post(publication, wordpress, **(options or {}))
    if options is None:  # a connection of an earlier version
        forget_option(publication)
    accept(publication, "Tusday", "Tuesday", DAY)
    assert synchronise(publication).last_error is None
    assert wordpress.content(number) == FIXED == text_here(publication)
    settle(publication, wordpress, number)


def forget_option(publication: Publication) -> None:
    known = publication.private.connections.get("wordpress")
    assert known is not None
    options = {name: value for name, value in known.options.items() if name != "notices"}
    publication.private.connections.remove("wordpress")
    assert publication.private.connections.add(type(known)(**{**vars(known), "options": options}), "")


def test_a_new_connection_writes_the_notices_that_there_are_already(publication: Publication, wordpress: WordPress):
    number = a_post(publication, wordpress, notices="none")
    first = accept(publication, "Tusday", "Tuesday", DAY)
    synchronise(publication)
    connections.disconnect(publication, ADMIN, "wordpress")
    connect(publication, wordpress)
    assert synchronise(publication).last_error is None
    assert wordpress.content(number) == f"{FIXED}\n\n{block((first, DAY))}"
    connections.disconnect(publication, ADMIN, "wordpress")
    connect(publication, wordpress, notices="none")
    assert synchronise(publication).last_error is None
    assert text_here(publication) == FIXED, "an earlier connection's block is no text of the article either"
    assert wordpress.content(number) == f"{FIXED}\n\n{block((first, DAY))}"
    connections.disconnect(publication, ADMIN, "wordpress")
    (wordpress.mu_plugins / "meta.php").write_text(_FIELD)
    connect(publication, wordpress, notices="field:corrections_notices")
    assert synchronise(publication).last_error is None
    assert (wordpress.content(number), field(wordpress, number)) == (FIXED, f"Correction, {today()}: {DAY}")


_FIELD = "<?php add_action('init', fn() => register_post_meta('', 'corrections_notices', ['type' => 'string', 'single' => true, 'show_in_rest' => true]));"


def test_notices_go_to_a_field_that_wordpress_offers(publication: Publication, wordpress: WordPress):
    number = wordpress.create(BODY)
    found: list[str] = []
    given = {"url": wordpress.url, "user": USER, "notices": "field:corrections_notices"}
    connections.connect(
        publication, ADMIN, NewConnection("wordpress", given, password=wordpress.password), found.append
    )
    assert found[1].startswith("Posts do not have the field corrections_notices in the REST API yet")
    synchronise(publication)
    first = accept(publication, "Tusday", "Tuesday", DAY)
    for _ in range(2):
        error = synchronise(publication).last_error
        assert error is not None
        assert error.startswith(f"posts/{number}: WordPress’s REST API does not have the field corrections_notices")
    assert wordpress.content(number) == FIXED, "the words do not wait for it"
    (wordpress.mu_plugins / "field.php").write_text(_FIELD)
    assert synchronise(publication).last_error is None
    assert field(wordpress, number) == f"Correction, {today()}: {DAY}"
    accept(publication, "1893", "1894", YEAR)
    assert synchronise(publication).last_error is None
    assert field(wordpress, number) == f"Correction, {today()}: {DAY}\n\nCorrection, {today()}: {YEAR}"
    settle(publication, wordpress, number)
    wordpress.write(f"posts/{number}", meta={"corrections_notices": "By hand."})
    decide_on(publication, first, DecisionKind.REVERT)
    error = synchronise(publication).last_error
    assert error is not None
    assert error.startswith(f"posts/{number}: the field corrections_notices contains text that is not from here")
    assert field(wordpress, number) == "By hand."
    wordpress.write(f"posts/{number}", meta={"corrections_notices": ""})
    assert synchronise(publication).last_error is None
    assert field(wordpress, number) == f"Correction, {today()}: {YEAR}"
    assert wordpress.content(number) == BODY.replace("1893", "1894") == text_here(publication)


def field(wordpress: WordPress, number: int) -> str:
    return str(wordpress.get(f"posts/{number}", context="edit")["meta"]["corrections_notices"])


_STRIPPING = """<?php
add_filter('wp_insert_post_data', function ($data) {
    $data['post_content'] = preg_replace('/\\s*<!-- wp:group.*<!-- \\/wp:group -->/s', '', $data['post_content']);
    return $data;
});
add_filter('rest_request_before_callbacks', function ($response, $handler, $request) {
    if ($request->get_method() === 'POST') update_option('stripped', get_option('stripped', 0) + 1);
    return $response;
}, 10, 3);
"""


def test_a_plugin_that_takes_the_block_out_is_named_and_not_fought(publication: Publication, wordpress: WordPress):
    number = a_post(publication, wordpress)
    accept(publication, "Tusday", "Tuesday", DAY)
    (wordpress.mu_plugins / "stripping.php").write_text(_STRIPPING)
    wordpress.run("delete_option('stripped');")
    for _ in range(4):
        error = synchronise(publication).last_error
        assert error is not None
        assert error.startswith(f"posts/{number}: WordPress changed the text back when it was saved.")
    assert wordpress.content(number) == FIXED == text_here(publication)
    assert int(wordpress.run("echo get_option('stripped');")) <= 2
