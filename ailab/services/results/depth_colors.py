"""The colours of depths: the same on the screen and in the saved files."""

from __future__ import annotations

from functools import cache

from ailab.services.results.label_colors import Color

# “Inferno” of Nathaniel Smith and Stéfan van der Walt (CC0) as a polynomial of the sixth degree
# by Matt Zucker (CC0): even steps look even, for colour-blind people and in grey too. One row a
# power, red, green, blue.
_INFERNO = (
    (0.0002189403691192265, 0.001651004631001012, -0.01948089843709184),
    (0.1065134194856116, 0.5639564367884091, 3.932712388889277),
    (11.60249308247187, -3.972853965665698, -15.9423941062914),
    (-41.70399613139459, 17.43639888205313, 44.35414519872813),
    (77.162935699427, -33.40235894210092, -81.80730925738993),
    (-71.31942824499214, 32.62606426397723, 73.20951985803202),
    (25.13112622477341, -12.24266895238567, -23.07032500287172),
)


@cache
def depth_colors() -> tuple[Color, ...]:
    """256 colours as 8-bit sRGB: dark for what is farthest away, bright for what is nearest."""
    return tuple(_color(level / 255) for level in range(256))


def _color(share: float) -> Color:
    red, green, blue = (
        round(255 * min(max(sum(row[i] * share**n for n, row in enumerate(_INFERNO)), 0), 1))
        for i in range(3)
    )
    return red, green, blue
