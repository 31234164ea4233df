"""`image-to-text` by a network that reads a formula, and writes LaTeX."""

from __future__ import annotations

from ailab.services.inference.formula_text import formula_text
from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.pipelines.image_to_text import ImageToTextPipeline, Written
from ailab.services.inference.token_text import printable


class FormulaPipeline(ImageToTextPipeline):
    """As other networks that write; what it wrote loses spaces that mean nothing in LaTeX."""

    def finish(self, answer: Written) -> GeneratedText:
        """See `Pipeline.finish`."""
        return GeneratedText(printable(formula_text(super().finish(answer).text)))
