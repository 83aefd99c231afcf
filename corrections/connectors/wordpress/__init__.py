"""WordPress: posts and pages become articles by its REST API, and what corrections change is written back."""
