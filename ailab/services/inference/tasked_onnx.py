"""OmDet-Turbo in the form in which it becomes ONNX."""

from __future__ import annotations

from typing import Any

import torch


class TaskedDetector(torch.nn.Module):  # type: ignore[misc]
    """The network with the inputs that ailab gives it, and without what it remembers of words.

    Its own call looks words up in a memory, one by one, and cuts the sentence off where its words
    end, neither of which can be traced. Here all labels are read at once, and what fills the
    sentence up is left out by its mask, which comes to the same.

    Args:
        network: an `OmDetTurboForObjectDetection`.
    """

    def __init__(self, network: Any) -> None:
        super().__init__()
        self.network = network

    def forward(
        self,
        pixel_values: torch.Tensor,
        input_ids: torch.Tensor,
        tasks_input_ids: torch.Tensor,
        tasks_attention_mask: torch.Tensor,
        attention_mask: torch.Tensor | None = None,
    ) -> dict[str, torch.Tensor]:
        """Logits (1, queries, labels) and boxes (1, queries, 4) of a picture.

        `input_ids` are the labels, shape (labels, length); `tasks_input_ids` the one sentence that
        asks for them, shape (1, length).
        """
        network = self.network
        seen = network.encoder(network.vision_backbone(pixel_values), return_dict=True)
        answer = network.decoder(
            seen.extracted_states,
            network.language_backbone(input_ids, encode_type="class")[:, None],
            network.language_backbone.model(tasks_input_ids)[0].transpose(0, 1),
            tasks_attention_mask,
            return_dict=True,
        )
        return {"logits": answer.decoder_classes[-1], "pred_boxes": answer.decoder_coords[-1]}
