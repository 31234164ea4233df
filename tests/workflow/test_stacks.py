"""A stack of a microscope in the window: chosen, looked through, run page by page, opened again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import numpy as np
from PIL import Image

import ailab
from ailab.lab import Lab
from ailab.services.inference.predictions import Detections
from ailab.viewmodels.inference_state import ModelSource
from ailab.views.main_window import MainWindow
from tiff_stack import saved_stack

Work = Callable[[], Awaitable[None]]
DEMO = Path(ailab.__file__).parent / "demo"


def a_stack(path: Path) -> Path:
    """Two channels of two slices, of 12 bits; one pixel of the first page is hot."""
    with Image.open(DEMO / "pictures" / "nuclei" / "nuclei-1.jpg") as image:
        nuclei = np.asarray(image.convert("L")).astype(np.uint16) * 12 + 100
    hot = nuclei.copy()
    hot[3, 3] = 65_000
    empty = np.full_like(nuclei, 120)
    description = "ImageJ=1.54f\nimages=4\nchannels=2\nslices=2\nhyperstack=true\n"
    return saved_stack(path, [hot, empty, nuclei, empty], description=description)


def counts(lab: Lab) -> list[int]:
    """How many nuclei were found in each picture."""
    found = []
    for result in lab.inference.results.state.results:
        assert isinstance(result.prediction, Detections)
        found.append(len(result.prediction.above(0.5).items))
    return found


def test_that_a_stack_is_chosen_looked_through_run_and_opened_again(
    on_window_loop: Callable[[Work], None], tmp_path: Path
) -> None:
    stack = a_stack(tmp_path / "stack.tif")

    async def work() -> None:
        async with Lab("http://127.0.0.1:9", tmp_path / "cache", token="") as lab:
            window = MainWindow()
            window.show_lab(lab)
            window.show()
            inference, box = lab.inference, window.inference_view.input_panel.pages
            inference.set_model_source(ModelSource.LOCAL)
            inference.set_local_path(str(DEMO / "models" / "centre-point-nuclei"))
            window.inference_view.take([str(stack)])
            await inference.wait()
            assert box.notes.text().splitlines() == [
                "Page 1 of 4 is used: channel 1 of 2, slice 1 of 2.",
                "16-bit picture: values 100 to 65000 were stretched to 8 bits. More than 99.9 % of "
                "the pixels lie within a quarter of that, as where one is hot: “The same without "
                "outliers” (--range trimmed) stretches 100 to 1300.",
            ]
            inference.run()
            await inference.wait()
            assert counts(lab) == [0]  # one hot pixel has made the rest dark
            box.slider.setValue(3)
            await inference.wait()
            assert window.inference_view.picture.name.text() == "stack.tif, page 3"
            box.range.setCurrentIndex(2)
            box.range.activated.emit(2)  # begins with that of the page shown
            assert float(box.high.text()) < 3200
            box.every.click()
            inference.set_save_to(str(tmp_path / "out"))
            await inference.wait()
            inference.run()
            await inference.wait()
            found = counts(lab)
            assert found[0] == found[2] > 10
            assert found[1] == found[3] == 0
            results = inference.results.state
            inference.set_inputs([str(DEMO / "pictures" / "cells")])
            await inference.wait()
            inference.load_results(results.folder)
            await inference.wait()
            assert counts(lab) == found
            inference.results.go_to(2)
            await inference.wait()
            assert window.inference_view.picture.name.text() == "stack.tif, page 3"
            assert inference.results.state.picture is not None
            assert inference.results.state.picture.page == 3
            assert box.every.isChecked()
            assert box.page.value() == 3
            assert [box.channel.itemText(row) for row in range(box.channel.count())] == [
                "All channels",
                "Channel 1",
                "Channel 2",
            ]
            box.channel.activated.emit(1)
            await inference.wait()
            assert [picture.split("#")[1][:6] for picture in inference.state.pictures] == [
                "page=1",
                "page=3",
            ]
            window.close()
            window.deleteLater()

    on_window_loop(work)
