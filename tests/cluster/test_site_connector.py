"""Those tests of the connector of sites that are about what it remembers, on PostgreSQL."""

from tests.connectors.test_site_connector import (  # noqa: F401
    site,
    test_a_connection_of_a_name_that_was_used_before_begins_anew,
    test_a_page_that_changes_becomes_a_revision,
    test_a_pause_ends_an_import_that_takes_several_turns,
    test_an_accepted_correction_is_pending_until_the_page_has_it,
    test_the_pages_of_a_sitemap_become_articles_once,
)
