"""A site's pages: articles found by a sitemap or a feed, for publishers whose system has no interface."""
