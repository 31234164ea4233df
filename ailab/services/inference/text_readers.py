"""The networks of transformers that read one line of text at a glance, character by character."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

TEXT_LINE = "text-line"
"""The decoder of what PP-OCR's networks answer."""

SCENE_TEXT = "scene-text"
"""The decoder of MGP-STR, which reads a word in three kinds of pieces."""

CHARACTERS, BYTE_PAIRS, WORD_PIECES = "char_logits", "bpe_logits", "wp_logits"
"""Its answers, as optimum's exports call them: by characters, GPT-2's pieces and BERT's."""

SCENE_READER = "MgpstrForSceneTextRecognition"

TEXT_READERS: Mapping[str, str] = MappingProxyType(
    {
        "PPOCRV5MobileRecForTextRecognition": TEXT_LINE,
        "PPOCRV5ServerRecForTextRecognition": TEXT_LINE,
        "PPOCRV6SmallRecForTextRecognition": TEXT_LINE,
        "PPOCRV6TinyRecForTextRecognition": TEXT_LINE,
        SCENE_READER: SCENE_TEXT,
    }
)
"""Their architectures, as they stand in `config.json`, and the decoders of their answers."""
