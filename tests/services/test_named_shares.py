"""Other computers that only who made saved results names."""

from __future__ import annotations

import pytest

from ailab.services.images.picture_error import PictureError
from ailab.services.images.picture_service import PictureService
from ailab.services.named_shares import NamedShares, host_of_share


@pytest.mark.parametrize(
    ("path", "host"),
    [
        (r"\\evil\share\x.png", "evil"),
        ("//evil/share/x.png", "evil"),
        (r"\/evil/share", "evil"),
        (r"\\evil@80\share\x.png", "evil@80"),
        (r" \\evil\share\x.png", "evil"),
        ('"\\\\evil\\share"', "evil"),
        ("file:////evil/share/x.png", "evil"),
        (r"\\?\UNC\evil\share\x.png", "evil"),
        (r"//./unc/evil/share/x.png", "evil"),
        (r"\??\UNC\evil\share\x.png", "evil"),
        (r"\\?\GLOBALROOT\Device\Mup\evil\share", "GLOBALROOT"),
        (r"\\?\C:\pictures\x.png", ""),
        (r"C:\pictures\x.png", ""),
        ("/home/a/x.png", ""),
        ("a.png", ""),
        ("acme/nuclei", ""),
        ("https://host/model", ""),
        ("", ""),
    ],
)
def test_that_the_host_of_a_path_is_told_as_windows_reads_it(path: str, host: str) -> None:
    assert host_of_share(path) == host


async def test_that_a_picture_on_a_computer_that_nobody_named_is_not_opened() -> None:
    pictures = PictureService(NamedShares(is_windows=True))
    path = r"\\evil\share\x.tif"
    for opening in (
        pictures.read(f"{path}#page=2"),
        pictures.count_pages(path),
        pictures.pages_of_channel(path, "1"),
    ):
        with pytest.raises(PictureError, match="was not opened: it lies on evil") as told:
            await opening
        assert told.value.advice.startswith("If you trust who gave you these results, choose")


async def test_that_what_a_person_chooses_on_a_computer_is_opened() -> None:
    shares = NamedShares(is_windows=True)
    pictures = PictureService(shares)
    with pytest.raises(PictureError):  # there is none
        await pictures.find(r"\\nas\cells")
    assert not shares.strange(r"\\NAS\others\x.png")
    with pytest.raises(PictureError) as told:
        await pictures.read(r"\\NAS\others\x.png")
    assert "was not opened" not in told.value.message


def test_that_elsewhere_than_on_windows_no_path_is_of_another_computer() -> None:
    assert not NamedShares(is_windows=False).strange("//evil/share/x.png")
