"""Article formats: each renders a source to HTML and text with a source map, and writes changes back."""
