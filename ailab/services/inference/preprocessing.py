"""What is done to a picture before a network sees it, as values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Resize(Enum):
    """How a picture is brought to a network's size."""

    NONE = "none"
    STRETCH = "stretch"
    SHORTEST_EDGE = "shortest-edge"
    WITHIN_EDGES = "within-edges"
    LONGEST_EDGE = "longest-edge"
    FIT = "fit"
    LETTERBOX = "letterbox"
    COVER = "cover"
    LEAST_CHANGE = "least-change"
    MULTIPLE = "multiple"
    TILES = "tiles"
    SQUARE = "square"
    PATCHES = "patches"
    LIMITED = "limited"
    LINE = "line"


class Resample(Enum):
    """Filters of resizing; the values are Pillow's numbers, which transformers' files use."""

    NEAREST = 0
    LANCZOS = 1
    BILINEAR = 2
    BICUBIC = 3
    BOX = 4
    HAMMING = 5


class Sampling(Enum):
    """What a resized pixel is made of.

    `SMOOTH`: all the pixels that shrink into it, as Pillow does it; `FINE` too, but it keeps
    fractions of brightness, as PyTorch's `interpolate` with `antialias` does. The others look at
    the pixels next to a place alone, as PyTorch's `interpolate` does: `PLAIN` keeps fractions of
    brightness, `CLIPPED` too, but nothing brighter than white or darker than black, `ROUNDED`
    rounds them away, `CORNERS` keeps them and lets the middles of the outermost pixels lie at the
    border (`align_corners`).
    """

    SMOOTH = "smooth"
    PLAIN = "plain"
    CLIPPED = "clipped"
    ROUNDED = "rounded"
    CORNERS = "corners"
    FINE = "fine"


MAX_INPUT_PIXELS = 64_000_000
"""The largest picture that a description may promise a network; as float32, 768 MB."""


@dataclass(frozen=True, slots=True)
class PageSteps:
    """How a picture of a page is laid onto the page that a network reads; see `page_input.py`.

    Attributes:
        height: of that page, in pixels.
        width: of it.
        cuts_margin: True where the empty margin is cut away first.
        rounds_grey_down: True where brightness, by which the margin is told, loses its fraction, as
            by torchvision; False where it is rounded, as by Pillow.
        turns: True where a picture that lies across the page is turned by 90° clockwise.
        resizes: True where the shorter edge becomes the page's shorter one.
        shrinks: the filter by which what is larger than the page is shrunk; None for not at all.
        reducing_gap: of that, as Pillow's `resize` takes it.
        fills: True where black is filled up around it, to the page's size.
    """

    height: int
    width: int
    cuts_margin: bool = False
    rounds_grey_down: bool = False
    turns: bool = False
    resizes: bool = True
    shrinks: Resample | None = None
    reducing_gap: float | None = None
    fills: bool = True


@dataclass(frozen=True, slots=True)
class PatchSteps:
    """How a picture is cut into patches of its own proportions; see `flattened_patches.py`.

    Attributes:
        most: patches at most, to which as many are filled up.
        height: of a patch, in pixels.
        width: of it.
        is_normalised: True where the picture's own mean and deviation are taken out first.
    """

    most: int
    height: int = 16
    width: int = 16
    is_normalised: bool = True


@dataclass(frozen=True, slots=True)
class SideLimit:
    """The length that a side is brought to, as PP-OCR's image processors do it.

    Attributes:
        length: in pixels.
        rule: `max`: the longer side, where it is longer; `min`: the shorter one, where it is
            shorter; `resize_long`: the longer one, always.
        most: what the longer side may not exceed after that, in pixels.
    """

    length: int
    rule: str
    most: int


@dataclass(frozen=True, slots=True)
class Preprocessing:
    """The steps, in the order in which they are done.

    Attributes:
        resize: `NONE`; `STRETCH` to height × width; `SHORTEST_EDGE` to that length, keeping the
            aspect ratio; `WITHIN_EDGES`: the same, each side rounded as ViLT's processor does it;
            `LONGEST_EDGE` likewise; `FIT` into height × width, keeping the aspect
            ratio; `LETTERBOX`: the same, the rest filled up; `COVER` height × width,
            keeping the aspect ratio, with nothing left free; `LEAST_CHANGE`: height or width to
            the given one, whichever changes the picture's scale less, the aspect ratio kept, each
            side rounded to the nearest multiple; `MULTIPLE`: each side shrunk to the next
            multiple; `TILES`: not at all, but run in overlapping pieces of height × width;
            `SQUARE`: black filled up right and below to a square, which is blurred and scaled to
            height × width; `PATCHES`: to the most whole patches, the aspect ratio nearly kept;
            `LIMITED`: to `limit`, the aspect ratio kept, each side rounded to the nearest multiple;
            `LINE`: to that height, keeping the aspect ratio up to `longest_edge`; of pictures that
            are wider than height × width is, the width is rounded down, of others up.
        first_crop: height and width of a crop from the middle before resizing, as shares of the
            picture's shorter side; None for none.
        height: of the resized picture, in pixels; 0 where `resize` needs none.
        width: of the resized picture.
        shortest_edge: length after resizing, in pixels.
        longest_edge: what the other edge may not exceed, None for no limit; for `LONGEST_EDGE`,
            the length, for `LINE` the largest width; `WITHIN_EDGES` needs one.
        limit: for `LIMITED`; None else.
        multiple: both sides become a multiple of this by resizing.
        rounds_up: True where they grow to that multiple, False where they shrink.
        resample: the filter.
        sampling: how it is used; any but `SMOOTH` is for the filters `BILINEAR` and `BICUBIC`,
            `FINE` for the first alone.
        piece: the network sees squares of this side, cut from the picture along its longer side so
            that they overlap; None where it sees all at once.
        mirror_margin: before it is resized, a picture grows on either side by the whole pixels of
            this many times √(side / 2), by mirroring; 0 for not at all.
        pad_value: what a letterbox is filled with, 0 to 255.
        most_pixels: of a larger picture, `MULTIPLE` first shrinks both sides alike; None for none.
        overlap: pixels that neighbouring pieces of `TILES` share at least.
        is_luma: True where the network takes one channel, the luma (Y of JPEG's Y'CbCr), instead
            of three colours.
        is_monochrome: True where it takes one channel, the brightness as `color_order.GREY` weighs
            colours, and the picture gives way to that before all else but `page`.
        is_centred: True where a letterbox has the picture in its middle, False at the top left.
        crop: height and width of a crop from the middle (zeros where the picture is smaller).
        crop_again: the same of a crop from the middle of that one; None for none.
        is_evenly_cropped: True where half a pixel beside the crop falls to the even side, as with
            torchvision; False where it falls as with transformers.
        rescale_factor: each value is multiplied with it; None for not at all.
        is_grey: True where the colours, once multiplied, give way to their brightness.
        shift: added to each value then.
        is_bgr: True where channels are given in the order B, G, R.
        mean: subtracted per channel, in the order that the network receives them.
        std: divided by per channel.
        pad_to: height and width to fill up to with zeros, right and below.
        widen_to: least width, filled up to with zeros on the right; None for not at all.
        pad_around: each side grows to the next multiple of this by zeros, half of them on either
            side, one more right and below where they are odd; None for not at all.
        mirror_to: where the sides are no multiple of this they grow to the next one, and where they
            are, by a whole one more, right and below, by mirroring the border; None for not at all.
        fill_to: height and width to fill up to with black, right and below, before values are
            normalised; None for not at all.
        grow_to: height and width to grow to, right and below, by repeating the border's pixels;
            None for not at all.
        page: how a picture of a page is laid out, before all other steps; None for not at all.
        flattened: how the picture is cut into patches of its own proportions, in place of all other
            steps; None for not at all.
        is_cut_out: True where the network fills up itself, and takes the picture without a batch
            and without what it was filled up with here; with `is_channels_last`.
        is_channels_last: True for the layout (1, height, width, channels), False for (1, channels,
            height, width).
        patch: side in pixels of the patches that the network takes in a row; 0 where it takes a
            picture.
        most_patches: how many of these there are; a small picture's are filled up with zeros.
        colours: what the network takes the pixels as, by their numbers: R, G, B of each, as they
            are once normalised; None where it takes the picture itself.
    """

    resize: Resize = Resize.NONE
    height: int = 0
    width: int = 0
    shortest_edge: int = 0
    longest_edge: int | None = None
    multiple: int = 1
    rounds_up: bool = False
    resample: Resample = Resample.BILINEAR
    pad_value: int = 0
    is_centred: bool = False
    crop: tuple[int, int] | None = None
    crop_again: tuple[int, int] | None = None
    is_evenly_cropped: bool = False
    rescale_factor: float | None = None
    is_grey: bool = False
    shift: float = 0.0
    is_bgr: bool = False
    mean: tuple[float, ...] | None = None
    std: tuple[float, ...] | None = None
    pad_to: tuple[int, int] | None = None
    mirror_to: int | None = None
    is_channels_last: bool = False
    most_pixels: int | None = None
    overlap: int = 0
    is_luma: bool = False
    is_monochrome: bool = False
    grow_to: tuple[int, int] | None = None
    first_crop: tuple[float, float] | None = None
    patch: int = 0
    most_patches: int = 0
    colours: tuple[tuple[float, ...], ...] | None = None
    sampling: Sampling = Sampling.SMOOTH
    mirror_margin: float = 0.0
    pad_around: int | None = None
    fill_to: tuple[int, int] | None = None
    piece: int | None = None
    page: PageSteps | None = None
    flattened: PatchSteps | None = None
    limit: SideLimit | None = None
    widen_to: int | None = None
    is_cut_out: bool = False

    @property
    def channels(self) -> int:
        """How many channels come out."""
        return 1 if self.is_luma or self.is_monochrome else 3

    @property
    def output_size(self) -> tuple[int, int] | None:
        """Height and width of what comes out; None where it depends on the picture."""
        if self.pad_to is not None:
            return self.pad_to
        if self.pad_around is not None:
            return None
        if self.fill_to is not None:
            return self.fill_to
        if self.crop is not None:
            return self.crop_again or self.crop
        if self.grow_to is not None:
            return self.grow_to
        if self.page is not None and self.page.fills:
            return self.page.height, self.page.width
        if self.resize in {Resize.STRETCH, Resize.LETTERBOX, Resize.SQUARE}:
            return self.height, self.width
        return None
