"""Points and boxes beyond the picture."""

from __future__ import annotations

from pathlib import Path

import pytest
from worker_lab import serving

from ailab.services.images.picture_error import PictureError
from ailab.services.inference.prompt import NO_PROMPT, Prompt
from ailab.services.inference.prompt_bounds import check_bounds
from ailab.services.inference.prompts import Prompts

INSIDE = Prompt(inside=((0, 0), (640, 480)), outside=((3.5, 4),), boxes=((0, 0, 640, 480),))


@pytest.mark.parametrize("prompt", [NO_PROMPT, Prompt(labels=("cat",)), INSIDE])
def test_that_what_lies_in_the_picture_up_to_its_edge_is_taken(prompt: Prompt) -> None:
    check_bounds(prompt, 640, 480)


@pytest.mark.parametrize(
    ("prompt", "told"),
    [
        (Prompt(inside=((1, 1), (640.5, 20))), "The point 640.5, 20 lies outside the picture"),
        (Prompt(outside=((-1, 20),)), "The point -1, 20"),
        (Prompt(boxes=((10, 10, 20, 500),)), "The box 10, 10, 20, 500"),
    ],
)
def test_that_what_reaches_beyond_is_named_with_the_pictures_size(
    prompt: Prompt, told: str
) -> None:
    with pytest.raises(PictureError, match=told) as refusal:
        check_bounds(prompt, 640, 480)
    assert "640 × 480 pixels" in refusal.value.message


async def test_that_the_worker_refuses_it_and_goes_on_with_the_next_picture(
    colour_model: Path, green_picture: str
) -> None:
    async with serving() as service:
        model = await service.open(str(colour_model))
        pictures = (green_picture, green_picture)
        beyond = Prompts(Prompt(inside=((5000, 5),)))
        results = [
            result
            async for result in service.predict_all(
                model, pictures, threshold=0.1, save_to=None, prompts=beyond
            )
        ]
        assert [result.prediction for result in results] == [None, None]
        assert all(
            result.problem is not None and "5000, 5 lies outside" in result.problem.message
            for result in results
        )
