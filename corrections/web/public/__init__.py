"""Pages, feeds and clones that anybody may read."""
