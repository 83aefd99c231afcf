"""HTML as a content management system stores it: what a reader sees of it, and words written back byte for byte."""
