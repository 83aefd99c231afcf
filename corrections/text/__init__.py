"""Pure functions over text: rendering with a source map, anchoring, rewriting, rebasing, diffing, warnings.

No I/O. All offsets are Unicode code points.
"""
