"""The one module, but for its tables of failures and answers, that asks `huggingface_hub`.

It imports that library, so it is itself imported in a thread, and not before it is needed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import httpx2
from huggingface_hub import AsyncInferenceClient, set_async_client_factory

from ailab.services.inference.generation_settings import MOST_TOKENS
from ailab.services.inference.predictions import MOST_CLASSES, Prediction
from ailab.services.inference.prompt import Prompt
from ailab.services.providers.bounded_transport import BoundedTransport
from ailab.services.providers.chat_completion import (
    LARGEST_CHAT,
    answered,
    cut_note,
    is_cut,
    messages,
)
from ailab.services.providers.provided_model import ProvidedModel
from ailab.services.providers.provider_answer import (
    LabelNumbers,
    classified,
    detected,
    made,
    segmented,
    written,
)
from ailab.services.providers.provider_error import ProviderError
from ailab.services.providers.provider_failure import failure_of, seconds_to_wait
from ailab.services.providers.sent_picture import SentPicture

_LOWEST_SCORE = 0.05
_MOST_TRIES = 5
_SENT_BARE = frozenset({"image-segmentation", "image-to-text", "image-to-image"})
"""Tasks that are asked without parameters, for which the library sends no JSON."""


class ProviderClient:
    """Asks one model at one provider; every method for one event loop.

    The address is named whole, so that the library neither looks the model up at the Hub by
    itself nor finds a token by itself.

    Args:
        model: what is asked.
        address: where, whole, without a slash at its end: that of the model, or of the router's
            conversations for one that chats.
        token: the access token.
        proxy: address of the proxy; None for none.
        timeout: seconds of silence after which an answer is not waited for any longer.
    """

    def __init__(
        self, model: ProvidedModel, address: str, token: str, proxy: str | None, timeout: float
    ) -> None:
        self._model = model
        self._numbers = LabelNumbers()
        most = LARGEST_CHAT if model.chats else None
        set_async_client_factory(
            lambda: httpx2.AsyncClient(
                transport=BoundedTransport(proxy, most), trust_env=False, follow_redirects=False
            )
        )
        self._client = AsyncInferenceClient(address, token=token, timeout=timeout)

    async def predict(
        self, picture: SentPicture, path: str, prompt: Prompt
    ) -> tuple[Prediction, tuple[str, ...]]:
        """The prediction for a picture, and what a person should know of how it came.

        Args:
            picture: what is sent.
            path: the picture's path, of which the name is told in failures.
            prompt: labels or a question, for a task that asks for them.

        Raises:
            ProviderError: the provider did not run it.
        """
        waited = 0.0
        for tries in range(1, _MOST_TRIES + 1):
            try:
                prediction, notes = await self._answer(picture, prompt)
            except Exception as error:
                seconds = seconds_to_wait(error, tries)
                if seconds is None or tries == _MOST_TRIES:
                    raise self._told(error, path) from None  # its own text may tell the token
            else:
                if waited:
                    notes = (f"The provider asked to wait for {waited:g} s first.", *notes)
                return prediction, notes
            waited += seconds
            await asyncio.sleep(seconds)
        raise ValueError("tried no time")

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()  # type: ignore[no-untyped-call]

    def _told(self, error: Exception, path: str) -> ProviderError:
        return error if isinstance(error, ProviderError) else failure_of(error, self._model, path)

    async def _answer(
        self, picture: SentPicture, prompt: Prompt
    ) -> tuple[Prediction, tuple[str, ...]]:
        if not self._model.chats:
            return await self._ask(picture, prompt.labels), ()
        self._client.headers = {}
        completion = await self._client.chat_completion(
            messages(picture, prompt.question),
            model=f"{self._model.name}:{self._model.provider}",
            max_tokens=MOST_TOKENS,
            temperature=0.0,  # nothing is drawn by lot, as on this computer
            stream=False,
        )
        notes = (cut_note(),) if is_cut(completion) else ()
        return answered(completion, prompt.question), notes

    async def _ask(self, picture: SentPicture, labels: Sequence[str]) -> Prediction:
        data = picture.data
        # Told only where the bytes are sent as they are; read before the first await.
        is_bare = self._model.task in _SENT_BARE
        self._client.headers = {"Content-Type": picture.media_type} if is_bare else {}
        match self._model.task:
            case "image-classification":
                scores = await self._client.image_classification(data, top_k=MOST_CLASSES)
                return classified(scores, self._numbers)
            case "zero-shot-image-classification":
                named = list(labels)
                found = await self._client.zero_shot_image_classification(data, named)
                return classified(found, LabelNumbers(labels))
            case "object-detection":
                boxes = await self._client.object_detection(data, threshold=_LOWEST_SCORE)
                return detected(boxes, self._numbers)
            case "image-segmentation":
                masks = await self._client.image_segmentation(data)
                return await asyncio.to_thread(segmented, masks, picture.size, self._numbers)
            case "image-to-text":
                return written(await self._client.image_to_text(data))
            case "image-to-image":
                return await asyncio.to_thread(made, await self._client.image_to_image(data))
            case _:
                raise ValueError(self._model.task)
