"""Plugins of a WordPress that refuse, fail or change what is written or read: the connection says so, others go on."""

import pytest

from corrections.services.publication import Publication
from tests.connectors.test_wordpress import accept, connect, imported, synchronise, the_article
from tests.connectors.wordpress import WordPress

TEXT = "<p>Ministers met on Tusday.</p>"
CORRECTED = TEXT.replace("Tusday", "Tuesday")
_NO_WRITES = """<?php
add_filter('rest_request_before_callbacks', fn($response, $handler, $request) => $request->get_method() === 'POST'
    ? new WP_Error('rest_cannot_edit', 'Locked by the print desk.', ['status' => 403]) : $response, 10, 3);
"""
_NO_HTML = """<?php
add_filter('map_meta_cap', fn($caps, $cap) => $cap === 'unfiltered_html' ? ['do_not_allow'] : $caps, 10, 2);
"""
_FAILING_SAVE = """<?php
add_action('pre_post_update', function ($number) {
    if ($number === %d) wp_die('The plugin failed.', '', ['response' => 500]);
});
"""
_FAILING_READ = """<?php
add_filter('rest_prepare_post', function ($response, $post) {
    return $post->ID === %d && substr($_GET['rest_route'] ?? '', -strlen("/$post->ID")) === "/$post->ID" ? new WP_Error('broken', 'The plugin failed.', ['status' => 500]) : $response;
}, 10, 2);
"""
_FAILING_REVISIONS = """<?php
add_filter('rest_request_before_callbacks', fn($response, $handler, $request) =>
    str_ends_with($request->get_route(), '/posts/%d/revisions')
        ? new WP_Error('broken', 'The plugin failed.', ['status' => 500]) : $response, 10, 3);
"""
_COUNTED = """<?php
add_filter('rest_request_before_callbacks', function ($response, $handler, $request) {
    if ($request->get_method() === 'POST') update_option('posted', get_option('posted', 0) + 1);
    return $response;
}, 10, 3);
"""
_CHANGING_BACK = """<?php
add_filter('wp_insert_post_data', function ($data) {
    $data['post_content'] = str_replace('Tuesday', 'Tusday', $data['post_content']);
    return $data;
});
"""
_CHANGING_BACK_AND_OVERWRITING = """<?php
add_filter('rest_request_before_callbacks', function ($response, $handler, $request) {
    if ($request->get_method() === 'POST' && str_contains($request['content'] ?? '', 'Tuesday'))
        wp_update_post(wp_slash(['ID' => %d, 'post_content' => '%s']));
    return $response;
}, 10, 3);
add_filter('wp_insert_post_data', function ($data) {
    $data['post_content'] = str_replace('Tuesday', 'Tusday', $data['post_content']);
    return $data;
});
"""
_CHANGING_BACK_LATER = """<?php
add_action('save_post', function ($number, $post) {
    if ($post->post_type === 'post' && strpos($post->post_content, 'Tuesday'))
        wp_update_post(wp_slash(['ID' => $number,
            'post_content' => str_replace('Tuesday', 'Tusday', $post->post_content)]));
}, 10, 2);
"""


def plug_in(wordpress: WordPress, name: str, code: str) -> None:
    (wordpress.mu_plugins / f"{name}.php").write_text(code)  # PHP remembers files by their names


def unplug(wordpress: WordPress, name: str) -> None:
    (wordpress.mu_plugins / f"{name}.php").unlink()


def create_long_ago(wordpress: WordPress, title: str = "The talks") -> int:
    """A post that pulls pass over, as it was last saved years ago."""
    number = wordpress.create(TEXT, title, date="2020-01-01T10:00:00")
    wordpress.run(
        "global $wpdb; $wpdb->update($wpdb->posts, ['post_modified' => '2020-01-01', 'post_modified_gmt' =>"
        f" '2020-01-01'], ['ID' => {number}]);"
    )
    return number


@pytest.mark.parametrize(
    ("name", "plugin", "why"),
    [
        ("no-writes", _NO_WRITES, "does not let editor use posts/{}: Locked by the print desk."),
        ("no-html", _NO_HTML, "WordPress would filter what editor writes, so nothing was written."),
    ],
)
def test_a_refused_write_is_tried_again_until_it_is_allowed(
    publication: Publication, wordpress: WordPress, name: str, plugin: str, why: str
):
    number = create_long_ago(wordpress)
    connect(publication, wordpress)
    synchronise(publication)
    accept(publication, "Tusday", "Tuesday", the_article(publication).id)
    plug_in(wordpress, name, plugin)
    for _ in range(2):
        error = synchronise(publication).last_error
        assert error is not None
        assert why.format(number) in error
    assert wordpress.content(number) == TEXT
    unplug(wordpress, name)
    assert synchronise(publication).last_error is None
    assert wordpress.content(number) == CORRECTED


@pytest.mark.parametrize(("name", "plugin"), [("failing-save", _FAILING_SAVE), ("failing-read", _FAILING_READ)])
def test_a_post_that_fails_holds_up_no_other_post(
    publication: Publication, wordpress: WordPress, name: str, plugin: str
):
    numbers = {title: create_long_ago(wordpress, title) for title in ("First", "Second", "Third")}
    connect(publication, wordpress)
    synchronise(publication)
    for article in imported(publication).values():
        accept(publication, "Tusday", "Tuesday", article)
    plug_in(wordpress, name, plugin % numbers["First"])
    for _ in range(2):
        status = synchronise(publication)
        assert status.last_error is not None
        assert status.last_error.startswith(
            f"posts/{numbers['First']}: 127.0.0.1 has a problem and answers with status 500."
        )
        assert "posts/" not in status.last_error[6:]
    assert status.lag == 0, "the connection has come past the correction"
    assert [wordpress.content(numbers[title]) for title in ("Second", "Third")] == [CORRECTED, CORRECTED]
    unplug(wordpress, name)
    assert synchronise(publication).last_error is None
    assert {wordpress.content(number) for number in numbers.values()} == {CORRECTED}


def test_an_edit_that_cannot_be_read_in_full_holds_up_no_other_post(publication: Publication, wordpress: WordPress):
    number = wordpress.create(TEXT)
    connect(publication, wordpress)
    synchronise(publication)
    article = the_article(publication).id
    accept(publication, "Tusday", "Tuesday", article)
    assert synchronise(publication).last_error is None
    plug_in(wordpress, "failing-revisions", _FAILING_REVISIONS % number)
    edited = CORRECTED.replace("Ministers", "Mayors")
    wordpress.write(f"posts/{number}", content=edited)
    wordpress.create("<p>The next one.</p>", "Next")
    for _ in range(2):
        error = synchronise(publication).last_error
        assert error == f"posts/{number}: 127.0.0.1 has a problem and answers with status 500."
    assert imported(publication).keys() == {"The talks", "Next"}
    unplug(wordpress, "failing-revisions")
    assert synchronise(publication).last_error is None
    assert publication.current_text(article) == wordpress.content(number) == edited


@pytest.mark.parametrize(
    ("name", "plugin"), [("changing-back", _CHANGING_BACK), ("changing-back-later", _CHANGING_BACK_LATER)]
)
def test_words_that_a_plugin_changes_back_are_written_once_and_said(
    publication: Publication, wordpress: WordPress, name: str, plugin: str
):
    number = wordpress.create(f"{TEXT}<p>The brige opened.</p>")
    connect(publication, wordpress)
    synchronise(publication)
    article = the_article(publication).id
    accept(publication, "brige", "bridge", article)
    assert synchronise(publication).last_error is None
    accept(publication, "Tusday", "Tuesday", article)
    plug_in(wordpress, name, plugin)
    wordpress.run("delete_option('posted');")
    plug_in(wordpress, "counted", _COUNTED)
    for _ in range(3):
        error = synchronise(publication).last_error
        assert error is not None
        assert error.startswith(f"posts/{number}: WordPress changed the text back when it was saved.")
    assert wordpress.run("echo get_option('posted');") == "1"
    assert publication.current_text(article) == f"{CORRECTED}<p>The bridge opened.</p>"
    unplug(wordpress, name)
    wordpress.write(f"posts/{number}", content=f"{TEXT}<p>The bridge opened at noon.</p>")
    assert synchronise(publication).last_error is None
    expected = f"{CORRECTED}<p>The bridge opened at noon.</p>"
    assert wordpress.content(number) == publication.current_text(article) == expected


def test_what_was_saved_while_a_plugin_changed_words_back_is_not_lost(publication: Publication, wordpress: WordPress):
    number = wordpress.create(TEXT)
    connect(publication, wordpress)
    synchronise(publication)
    article = the_article(publication).id
    accept(publication, "Tusday", "Tuesday", article)
    edited = TEXT.replace("Ministers", "Mayors")
    plug_in(wordpress, "changing-back-and-overwriting", _CHANGING_BACK_AND_OVERWRITING % (number, edited))
    error = synchronise(publication).last_error
    assert error is not None
    assert error.startswith(f"posts/{number}: WordPress changed the text back when it was saved.")
    unplug(wordpress, "changing-back-and-overwriting")
    assert synchronise(publication).last_error is None
    expected = edited.replace("Tusday", "Tuesday")
    assert wordpress.content(number) == publication.current_text(article) == expected
