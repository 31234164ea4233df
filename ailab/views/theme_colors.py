"""The lab's colours, light and dark."""

from __future__ import annotations

from dataclasses import dataclass

from PyQt6.QtGui import QPalette


@dataclass(frozen=True, slots=True)
class ThemeColors:
    """Colours as `#rrggbb`; every text colour reads on `window`, `card` and `base` (WCAG AA).

    Attributes:
        window: behind everything.
        card: behind a group of controls.
        base: behind text that is typed, and lists.
        canvas: behind pictures.
        border: around controls, decorative.
        outline: around controls that must be seen to be used (3:1 on `base`).
        text: what is to be read.
        muted: explanations.
        disabled: text of controls that can't be used now.
        accent: behind the main button, selections.
        accent_hover: the same under the mouse.
        on_accent: text on `accent`.
        link: text and the keyboard focus in the accent's hue.
        success: text: it runs, it is done.
        warning: text: not sure.
        error: text: it failed.
        soft_success: behind such text.
        soft_warning: behind such text.
        soft_error: behind such text.
        hover: behind what the mouse is over.
    """

    window: str
    card: str
    base: str
    canvas: str
    border: str
    outline: str
    text: str
    muted: str
    disabled: str
    accent: str
    accent_hover: str
    on_accent: str
    link: str
    success: str
    warning: str
    error: str
    soft_success: str
    soft_warning: str
    soft_error: str
    hover: str


LIGHT = ThemeColors(
    window="#f3f4f6",
    card="#fafbfc",
    base="#ffffff",
    canvas="#e3e6ea",
    border="#d5d9e0",
    outline="#868e9b",
    text="#1b1f26",
    muted="#56606e",
    disabled="#9aa2ae",
    accent="#2563c9",
    accent_hover="#1d52ab",
    on_accent="#ffffff",
    link="#1f5bbd",
    success="#1a6e36",
    warning="#835200",
    error="#b3261e",
    soft_success="#e6f4ea",
    soft_warning="#fdf3dc",
    soft_error="#fdecea",
    hover="#e9ecf1",
)
DARK = ThemeColors(
    window="#1f2227",
    card="#25292f",
    base="#191b20",
    canvas="#131518",
    border="#3a404a",
    outline="#7c8594",
    text="#e7e9ed",
    muted="#a7afbb",
    disabled="#6d7582",
    accent="#2f6fd8",
    accent_hover="#2a64c6",
    on_accent="#ffffff",
    link="#86b6ff",
    success="#79d492",
    warning="#f0c265",
    error="#ff9d94",
    soft_success="#1d3324",
    soft_warning="#372d17",
    soft_error="#40211f",
    hover="#2e333b",
)


def colors_for(palette: QPalette) -> ThemeColors:
    """The colours that go with a palette: pass the widget's own when painting."""
    return DARK if palette.window().color().lightness() < 128 else LIGHT
