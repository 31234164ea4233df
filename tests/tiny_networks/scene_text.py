"""A tiny MGP-STR, with tiny tokenizers in place of GPT-2's and BERT's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
import transformers
from PIL import Image
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers.models.mgp_str.processing_mgp_str import MgpstrProcessor
from transformers.models.mgp_str.tokenization_mgp_str import MgpstrTokenizer

from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.prompt import NO_PROMPT, Prompt
from ailab.services.inference.text_files import BERT_FOLDER, GPT2_FOLDER, TOKENIZER
from ailab.services.inference.text_readers import SCENE_READER
from ailab.services.inference.token_text import printable
from ailab.services.inference.writing_models import WRITES
from tiny_networks.lively import lively
from tiny_networks.reference import Difference

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ailab.services.inference.predictions import Prediction
    from tiny_networks.reference import Compare

CHARACTERS = ("[GO]", "[s]", *"0123456789abcdefghijklmnopqrstuvwxyz")
"""Those of the networks on the Hub."""

_MERGES = [("t", "h"), ("th", "e"), ("Ġ", "a"), ("o", "n"), ("i", "on")]
_WORDS = ("do", "not", ".", "the", "##er", "station", "##s", *"abcdef", *(f"##{c}" for c in "xyz"))
_END_OF_BERT = 102
_PRINTED, _BYTES = 94, 256
"""Of GPT-2's pieces, those that are a character that can be printed, and those of one byte."""


class SceneTextCase:
    """MGP-STR as `FidelityCase`.

    Its heads are set so that words end now here, now there, and now this kind of pieces is the
    surest, now another.
    """

    name = SCENE_READER
    task = WRITES
    prompt: Prompt = NO_PROMPT
    skips: Mapping[str, str] = {}
    keeps_its_size: bool = False

    def save(self, folder: Path) -> Compare:
        """See `FidelityCase.save`; the pieces' tokenizers lie in the model's folder."""
        for place, tokenizer in ((GPT2_FOLDER, byte_pairs()), (BERT_FOLDER, word_pieces())):
            (folder / place).mkdir()
            tokenizer.save(str(folder / place / TOKENIZER))
        vocabulary = {character: number for number, character in enumerate(CHARACTERS)}
        (folder / "vocab.json").write_text(json.dumps(vocabulary))
        network = scene_reader()
        network.save_pretrained(folder)
        pictures = transformers.ViTImageProcessorPil(
            size={"height": 32, "width": 128}, do_normalize=False, resample=3
        )
        pictures.save_pretrained(folder)
        processor = reference_processor(folder)

        def compare(picture: Image.Image, found: Prediction) -> list[Difference]:
            assert isinstance(found, GeneratedText)
            assert found.score is not None
            feeds = pictures(images=picture.convert("RGB"), return_tensors="pt")
            with torch.inference_mode():
                answer = network(feeds["pixel_values"]).logits
            told = processor.batch_decode(answer)
            is_same = printable(told["generated_text"][0]) == found.text
            return [
                Difference("words", 0.0 if is_same else np.inf, 0.0),
                Difference("score", abs(float(told["scores"][0]) - found.score), 1e-3),
            ]

        return compare

    def export(self, folder: Path, picture: Path | None = None) -> None:
        """See `FidelityCase.export`."""
        from ailab.services.inference.onnx_export import write_onnx  # noqa: PLC0415
        from ailab.services.inference.torch_scene_text import SceneReader  # noqa: PLC0415

        network = transformers.MgpstrForSceneTextRecognition.from_pretrained(folder).eval()
        feeds = {"pixel_values": np.zeros((1, 3, 32, 128), np.float32)}
        (folder / "onnx").mkdir()
        place = folder / "onnx" / "model.onnx"
        write_onnx(SceneReader(network), feeds, place, {"pixel_values": set()})


def reference_processor(folder: Path) -> Any:
    """transformers' own processor with the tokenizers of a folder.

    Made around its `__init__`, which fetches GPT-2's and BERT's from the Hub.
    """
    processor = MgpstrProcessor.__new__(MgpstrProcessor)
    processor.char_tokenizer = MgpstrTokenizer(str(folder / "vocab.json"))
    processor.bpe_tokenizer = _fast(folder / GPT2_FOLDER)
    processor.wp_tokenizer = _fast(folder / BERT_FOLDER)
    return processor


def _fast(folder: Path) -> Any:
    return transformers.PreTrainedTokenizerFast(tokenizer_file=str(folder / TOKENIZER))


def scene_reader() -> Any:
    """The network, with weights of a fixed seed."""
    torch.manual_seed(0)
    config = transformers.MgpstrConfig(
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        max_token_length=12,
        num_character_labels=len(CHARACTERS),
        num_bpe_labels=byte_pairs().get_vocab_size(),
        num_wordpiece_labels=word_pieces().get_vocab_size(),
    )
    network = lively(transformers.MgpstrForSceneTextRecognition(config))
    generator = torch.Generator().manual_seed(0)
    noise = torch.rand(8, 3, 4, 9, generator=generator)
    noise = torch.nn.functional.interpolate(noise, (32, 128), mode="bicubic")
    kinds = (
        (network.char_a3_module, network.char_head, 1, 6, 1.2, 2),
        (network.bpe_a3_module, network.bpe_head, 2, 3, 1.7, 3),
        (network.wp_a3_module, network.wp_head, _END_OF_BERT, 4, 1.2, 2),
    )
    with torch.no_grad():
        patches = network.mgp_str.embeddings.proj.weight
        patches.sub_(patches.mean(dim=(1, 2, 3), keepdim=True)).mul_(6)  # what differs, counts
        seen = network.mgp_str(noise)[0]
        for attention, head, end, step, strength, sharpness in kinds:
            for weight in attention.tokenLearner.parameters():
                weight.mul_(2)
            head.weight.mul_(sharpness)
            features = attention(seen)[0].mean(dim=0)
            head.weight[end] = strength * (features[step] - features.mean(dim=0))
            head.bias[end] = 0
        network.bpe_head.bias[_PRINTED:_BYTES] = -30  # no parts of characters
        network.bpe_head.bias[_BYTES : _BYTES + len(_MERGES)] = 4
        network.wp_head.bias[:_END_OF_BERT] = -30
    return network


def byte_pairs() -> Tokenizer:
    """A byte-level BPE, whose first 256 numbers are those of GPT-2's, `#` the third."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    words = [*alphabet, *("".join(pair) for pair in _MERGES), "<|endoftext|>"]
    model = models.BPE({word: number for number, word in enumerate(words)}, _MERGES)
    tokenizer = Tokenizer(model)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(["<|endoftext|>"])
    return tokenizer


def word_pieces() -> Tokenizer:
    """Word pieces whose marks have the numbers of BERT's."""
    unused = (f"[unused{number}]" for number in range(99))
    words = ["[PAD]", *unused, "[UNK]", "[CLS]", "[SEP]", "[MASK]", *_WORDS]
    vocabulary = {word: number for number, word in enumerate(words)}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.decoder = decoders.WordPiece()
    tokenizer.add_special_tokens(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"])
    return tokenizer
