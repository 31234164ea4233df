"""The size of pixels that a person gives."""

from __future__ import annotations

from pathlib import Path

from ailab.services.images.pixel_size import PixelSize
from inference_lab import Lab


async def test_that_it_is_of_all_pictures_and_of_a_saved_run() -> None:
    lab = Lab()
    lab.view_model.pages.choose_pixel_size(PixelSize(0.5, 0.25))
    await lab.choose("stack.tif", save_to="out")
    assert lab.view_model.pages.state.offers_pixel_size
    lab.view_model.run()
    await lab.view_model.wait()
    assert lab.view_model.state.pictures == ("stack.tif#pixel=0.5x0.25",)
    folder = lab.view_model.results.state.folder
    lab.runs.results[Path(folder)] = lab.view_model.results.state.results
    lab.view_model.pages.choose_pixel_size(None)
    await lab.choose("a.png")
    assert lab.view_model.state.pictures == ("a.png",)
    assert not lab.view_model.pages.state.offers_pixel_size
    lab.view_model.load_results(folder)
    await lab.view_model.wait()
    assert lab.view_model.pages.state.pixel_size == PixelSize(0.5, 0.25)
    assert lab.view_model.state.pictures == ("stack.tif#pixel=0.5x0.25",)
    await lab.close()
