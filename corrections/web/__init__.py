"""Pages and the JSON API: they translate between HTTP and the services, and decide nothing."""
