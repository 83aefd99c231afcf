"""What changed between two renderings of an article, as its readers see it: words, formatting, links, images."""
