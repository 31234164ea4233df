"""The prompts of a run as JSON for `run.json`, and back."""

from __future__ import annotations

from typing import Any

from ailab.services.inference.json_fields import Fields
from ailab.services.inference.picture_json import picture_from_json, picture_to_json
from ailab.services.inference.prompt_json import prompt_from_json, prompt_to_json
from ailab.services.inference.prompts import Prompts

_MOST_PICTURES = 10_000_000


def prompts_to_json(prompts: Prompts) -> dict[str, Any]:
    """The JSON object of a run's prompts.

    Its fields are those of the prompt for every picture, and `pictures`: a list of objects with
    what `picture_to_json` tells of a picture and the fields of its own prompt.
    """
    own = [
        {**picture_to_json(picture), **prompt_to_json(prompt)} for picture, prompt in prompts.own
    ]
    return {**prompt_to_json(prompts.every), "pictures": own}


def prompts_from_json(fields: Fields) -> Prompts:
    """The prompts that `prompts_to_json` was given.

    Raises:
        BadFieldError: something is missing or not what it should be.
    """
    return Prompts(
        prompt_from_json(fields),
        tuple(
            (picture_from_json(each), prompt_from_json(each))
            for each in fields.objects("pictures", _MOST_PICTURES)
        ),
    )
