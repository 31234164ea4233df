"""`visual-question-answering`: how well each answer that a network knows suits a question.

Each answer is judged by itself, by a sigmoid, as transformers' pipeline of that name did it up to
version 4.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ailab.services.inference.answer_models import USUAL_QUESTION
from ailab.services.inference.label_feeds import TEXT_INPUTS, LabelFeeds
from ailab.services.inference.network import MODEL, Network
from ailab.services.inference.pipelines.single_pass import SinglePassPipeline
from ailab.services.inference.question_tokens import too_long
from ailab.services.inference.text_input import TextInput

if TYPE_CHECKING:
    from PIL import Image

    from ailab.services.inference.model_description import ModelDescription
    from ailab.services.inference.network import Tensors
    from ailab.services.inference.placement import Placement
    from ailab.services.inference.prompt import Prompt


class AnswerScoresPipeline(SinglePassPipeline):
    """Networks such as ViLT: a picture and a question in, one score per answer out.

    Args:
        network: takes `pixel_values` and `input_ids`.
        description: how pictures and questions go in, and the answers.

    Raises:
        ModelFileError: the description does not suit the network, or there is no tokenizer.
    """

    def __init__(self, network: Network, description: ModelDescription) -> None:
        super().__init__(network, description, others=TEXT_INPUTS)
        text = description.text or TextInput()
        self._longest = text.length
        # One token more is let through, by which a question that is too long is told.
        more = replace(description, text=replace(text, length=text.length + 1))
        self._words = LabelFeeds(network.inputs(MODEL), more)

    def prepare_image(self, image: Image.Image, prompt: Prompt) -> tuple[Tensors, Placement]:
        """See `ImagePipeline.prepare_image`.

        Raises:
            ModelFileError: the question is longer than the network reads.
        """
        asked = self._words.feeds([prompt.question.strip() or USUAL_QUESTION])
        length = asked["input_ids"].shape[1]
        if length > self._longest:
            raise too_long(self._longest)
        feeds, placement = super().prepare_image(image, prompt)
        return {**feeds, **asked}, placement
