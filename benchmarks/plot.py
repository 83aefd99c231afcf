"""A plot as SVG: for each series how many times its first value each value is, on a scale of logarithms."""

from collections.abc import Sequence
from html import escape
from math import log10

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 860, 420, 60, 260, 20, 50
COLOURS = ("#3366cc", "#b8442c", "#5c7a1f", "#8a4fa3", "#0f7f86", "#b07a00", "#66666e", "#c2417c")
STYLE = """
text { font: 13px system-ui, sans-serif; fill: #222 } .grid { stroke: #ddd } polyline { fill: none; stroke-width: 2 }
.background { fill: #fff }
@media (prefers-color-scheme: dark) { text { fill: #ddd } .grid { stroke: #444 } .background { fill: #16181c } }
"""


def plot(series: dict[str, Sequence[float]], labels: Sequence[str], axis: str) -> str:
    """`labels` stand below each value's place; `axis` says what they count. A dashed line stands at 1.5 times."""
    ratios = {name: [value / values[0] for value in values] for name, values in series.items() if values[0]}
    top = max(2.0, *(max(row) for row in ratios.values())) * 1.1
    low = min(0.8, *(min(row) for row in ratios.values())) * 0.9

    def x(at: int) -> float:
        return LEFT + at * (WIDTH - LEFT - RIGHT) / max(1, len(labels) - 1)

    def y(ratio: float) -> float:
        return TOP + (log10(top) - log10(ratio)) / (log10(top) - log10(low)) * (HEIGHT - TOP - BOTTOM)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
        f"<title>Cost by {escape(axis)}, in times the cost at the smallest size</title><style>{STYLE}</style>",
        f'<rect class="background" width="{WIDTH}" height="{HEIGHT}"/>',
    ]
    for ratio in (0.5, 1, 1.5, 2, 3, 5, 10):
        if low <= ratio <= top:
            dashes = ' stroke-dasharray="6 4"' if ratio == 1.5 else ""
            line = f'x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(ratio):.1f}" y2="{y(ratio):.1f}"'
            parts.append(f'<line class="grid" {line}{dashes}/>')
            parts.append(f'<text x="{LEFT - 8}" y="{y(ratio) + 4:.1f}" text-anchor="end">×{ratio:g}</text>')
    for at, label in enumerate(labels):
        parts.append(f'<text x="{x(at):.1f}" y="{HEIGHT - 26}" text-anchor="middle">{escape(label)}</text>')
    parts.append(f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 6}" text-anchor="middle">{escape(axis)}</text>')
    ends = sorted(((y(row[-1]), name) for name, row in ratios.items()), key=lambda end: end[0])
    below = 0.0
    for number, (end, name) in enumerate(ends):
        colour, row = COLOURS[number % len(COLOURS)], ratios[name]
        points = " ".join(f"{x(at):.1f},{y(value):.1f}" for at, value in enumerate(row))
        below = max(end, below + 17)
        parts.append(f'<polyline points="{points}" stroke="{colour}"/>')
        at = f'x="{WIDTH - RIGHT + 10}" y="{below + 4:.1f}"'
        parts.append(f'<text {at} style="fill:{colour}">{escape(name)} ×{row[-1]:.2f}</text>')
    return "\n".join([*parts, "</svg>\n"])
