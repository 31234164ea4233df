"""The part of an exported network that makes vectors of tokens (`embed_tokens.onnx`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.network import TOKENS, Network, check_finite
from ailab.services.listed import few

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.token_scores import Tokens

_TYPES = frozenset({"int64", "int32"})
_ANOTHER = "Choose another model, or another variant of this one."


class TokenVectors:
    """Looks tokens up, for a part that takes vectors in place of them.

    The names are those of transformers.js: `input_ids` in, `inputs_embeds` out.

    Args:
        network: has the part `tokens`.

    Raises:
        ModelFileError: the part wants something else than tokens.
    """

    def __init__(self, network: Network) -> None:
        self._network = network
        specs = network.inputs(TOKENS)
        if len(specs) != 1 or specs[0].dtype not in _TYPES:
            names = few(spec.name for spec in specs) or "nothing"
            raise ModelFileError(
                f"The model's part that reads words takes something else than these ({names}).",
                _ANOTHER,
            )
        self._spec = specs[0]

    def of(self, tokens: Tokens) -> npt.NDArray[Any]:
        """Vectors of shape (texts, length, width), as the part gives them.

        Args:
            tokens: shape (texts, length).

        Raises:
            ModelFileError: it refused them, or answers something else.
            Terminated: it was stopped.
        """
        feeds = {self._spec.name: tokens.astype(self._spec.dtype)}
        outputs = self._network.run(feeds, TOKENS)
        vectors = outputs.get("inputs_embeds", next(iter(outputs.values())))
        if vectors.shape[:2] != tokens.shape or vectors.ndim != 3:
            raise ModelFileError(
                "The model's part that reads words gives no vectors of these.", _ANOTHER
            )
        check_finite({"inputs_embeds": vectors})
        return vectors
