"""Pictures in formats that ailab takes from no folder, or not everywhere, told by their names.

Scanned pages in PDF and films are among them: what is in them would be missed in a count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import PurePath
from types import MappingProxyType

VIDEO_ENDINGS = frozenset((".avi", ".m4v", ".mkv", ".mov", ".mp4", ".mpg", ".mts", ".wmv"))
_FORMATS = MappingProxyType(
    {
        **{
            f".{name}": name.upper()
            for name in (
                # of microscopes,
                *("bif", "czi", "dv", "ims", "lif", "lof", "lsm", "mrc", "mrxs", "nd2", "ndpi"),
                *("oib", "oif", "oir", "scn", "stk", "svs", "vsi", "zvi"),
                # of cameras
                *(
                    "arw",
                    "cr2",
                    "cr3",
                    "dng",
                    "heic",
                    "heif",
                    "hif",
                    "jxl",
                    "nef",
                    "orf",
                    "raf",
                    "rw2",
                ),
            )
        },
        **{ending: ending[1:].upper() for ending in VIDEO_ENDINGS},
        ".pdf": "PDF",
        ".djvu": "DjVu",
        ".dcm": "DICOM",
        ".dicom": "DICOM",
    }
)


def foreign_format(name: str) -> str:
    """What a picture's format is called by its name; empty where it is not one of these."""
    return _FORMATS.get(PurePath(name).suffix.lower(), "")


def foreign_words(names: Iterable[str]) -> str:
    """How many pictures of which of these formats there are: `2 CZI and 1 ND2`; empty for none."""
    numbers = Counter(filter(None, map(foreign_format, names)))
    parts = [f"{number:,} {name}" for name, number in numbers.most_common()]
    return " and ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))
