"""Pages and the JSON API: they translate between HTTP and the desk, and decide nothing."""
