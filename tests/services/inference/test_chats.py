"""Networks that answer in a conversation, run by ailab; what they are compared with is in
`test_fidelity.py`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hostile_lab import guarded
from PIL import Image

from ailab.services.inference import half_precision
from ailab.services.inference.chat_models import CHAT_MODELS
from ailab.services.inference.engine import Terminated
from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.inference_errors import ModelFileError, WorkerError
from ailab.services.inference.open_model import model_files, open_model
from ailab.services.inference.pipeline import SteadyPipeline
from ailab.services.inference.prompt import NO_PROMPT, Prompt
from ailab.services.inference.prompt_kind import PromptKind

torch = pytest.importorskip("torch", reason="the extra torch is not installed")
transformers = pytest.importorskip("transformers", reason="the extra torch is not installed")

from ailab.services.inference import torch_precision  # noqa: E402 - needs PyTorch
from ailab.services.inference.chat_models import USUAL_QUESTION  # noqa: E402
from ailab.services.inference.loaded_model import load_model  # noqa: E402
from ailab.services.inference.torch_generation import generated  # noqa: E402
from tiny_networks.chat_cases import (  # noqa: E402
    NAMES,
    ChatCase,
    chat_cases,
    reference,
    save_chat,
)
from tiny_networks.chats import idefics3, llava, qwen2_vl  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore")  # of PyTorch and transformers themselves

PICTURE = np.random.default_rng(5).integers(0, 255, (60, 90, 3), dtype=np.uint8)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    save_chat(llava(), tmp_path)
    return tmp_path


def said_by(pipe: Any, question: str) -> str:
    content = [
        {"type": "image", "image": Image.fromarray(PICTURE)},
        {"type": "text", "text": question},
    ]
    (said,) = pipe(
        text=[{"role": "user", "content": content}],
        return_full_text=False,
        generate_kwargs={"do_sample": False},
    )
    return str(said["generated_text"]).strip()


def answer(folder: Path, question: str = "") -> str:
    prompt = Prompt(question=question) if question else NO_PROMPT
    found = load_model(open_model(folder)).predict(PICTURE, prompt).prediction
    assert isinstance(found, GeneratedText)
    return found.text


def change(path: Path, **values: Any) -> None:
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    path.write_text(json.dumps({**known, **values}), encoding="utf-8")


@pytest.mark.parametrize("make", [idefics3, llava, qwen2_vl])
def test_that_it_is_told_how_much_is_written_which_changes_nothing(
    tmp_path: Path, make: Any
) -> None:
    save_chat(make(), tmp_path)
    told: list[tuple[int, int]] = []
    pipeline = load_model(open_model(tmp_path)).pipeline
    assert isinstance(pipeline, SteadyPipeline)
    prepared = pipeline.prepare(PICTURE, Prompt(question="two red dog"))
    found = pipeline.finish(pipeline.run_telling(prepared, lambda *each: told.append(each)))
    assert found == pipeline.finish(pipeline.run(prepared))
    assert [done for done, _ in told] == list(range(1, len(told) + 1))
    assert {most for _, most in told} == {12}
    assert len(told) >= 4


def test_that_it_is_asked_to_describe_the_picture_where_a_person_asks_nothing(folder: Path) -> None:
    model = open_model(folder)
    assert (model.task, model.engine) == ("image-to-text", "torch")
    assert model.asks_for is PromptKind.QUESTION
    pipe = reference(folder)
    assert answer(folder) == said_by(pipe, USUAL_QUESTION)
    assert answer(folder, "two red dog") == said_by(pipe, "two red dog")
    read = {name for name, _ in model_files(folder)}
    assert read >= {"chat_template.jinja", "processor_config.json", "tokenizer.json"}


@pytest.mark.parametrize("is_quick", [True, False])
def test_that_bfloat16_stays_where_the_processor_reckons_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_quick: bool
) -> None:
    monkeypatch.setattr(torch_precision, "reckons_bfloat16", lambda: is_quick)
    chat = llava()
    chat.network.to(torch.bfloat16)
    save_chat(chat, tmp_path)
    loaded = load_model(open_model(tmp_path))
    kinds = {each.dtype for each in loaded.network._network.parameters()}  # type: ignore[attr-defined]
    assert kinds == {torch.bfloat16 if is_quick else torch.float32}
    assert loaded.network.device.precision == ("bfloat16" if is_quick else "float32")
    found = loaded.predict(PICTURE, Prompt(question="the cat")).prediction
    assert isinstance(found, GeneratedText)
    if is_quick:
        assert found.text == said_by(reference(tmp_path), "the cat")


@pytest.mark.parametrize(
    ("text", "does"),
    [
        ("flags\t\t: fpu avx512f avx512_bf16\n", True),
        ("flags : avx2\n", False),
        ("Features\t: fp asimd bf16\n", True),
        ("", False),
    ],
)
def test_that_the_processor_tells_whether_it_reckons_in_bfloat16(
    tmp_path: Path, text: str, does: bool
) -> None:
    (tmp_path / "cpuinfo").write_text(text, encoding="ascii")
    assert half_precision.reckons_bfloat16(tmp_path / "cpuinfo") is does
    assert not half_precision.reckons_bfloat16(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("kind", "length"),
    [("LlavaForConditionalGeneration", 256), ("GlmOcrForConditionalGeneration", 4096)],
)
def test_that_what_reads_pages_may_write_as_much_as_a_page_holds(kind: str, length: int) -> None:
    asked: dict[str, Any] = {}

    def generate(**given: Any) -> Any:
        asked.update(given)
        return torch.tensor([[1, 2]])

    network = type(kind, (), {})()
    network.config = transformers.LlavaConfig()
    network.generation_config = transformers.GenerationConfig()
    network.generate = generate
    generated(network, {})
    assert asked["max_new_tokens"] == length


def test_that_writing_is_stopped_at_the_next_layer(folder: Path) -> None:
    loaded = load_model(open_model(folder))
    steps = 0

    def count(*_: object) -> None:
        nonlocal steps
        steps += 1
        if steps == 3:
            loaded.terminate()

    loaded.network._network.model.language_model.register_forward_hook(count)  # type: ignore[attr-defined]
    with pytest.raises(Terminated):
        loaded.predict(PICTURE)
    assert steps == 3


@pytest.mark.parametrize("place", ["processor_config.json", "preprocessor_config.json"])
@pytest.mark.parametrize("name", ["MyProcessor", "AutoModel", "os", 7])
def test_that_a_processor_which_is_none_of_transformers_is_refused(
    folder: Path, place: str, name: Any
) -> None:
    if place != "processor_config.json":
        (folder / "processor_config.json").unlink()
    change(folder / place, processor_class=name, auto_map={"AutoProcessor": "own.MyProcessor"})
    (folder / "own.py").write_text("raise SystemExit('run')\n", encoding="utf-8")
    with pytest.raises(ModelFileError, match="a processor that the installed transformers"):
        load_model(open_model(folder))


def test_that_a_tokenizer_at_which_its_library_panics_is_refused(folder: Path) -> None:
    damaged = {"type": "Precompiled", "precompiled_charsmap": "/w=="}
    change(folder / "tokenizer.json", normalizer=damaged)
    with pytest.raises(ModelFileError, match="pictures and words is damaged"):
        load_model(open_model(folder))


def test_that_code_of_a_repository_is_not_run_for_its_pictures_and_words(folder: Path) -> None:
    (folder / "own.py").write_text("raise SystemExit('run')\n", encoding="utf-8")
    usual = answer(folder)
    change(folder / "processor_config.json", auto_map={"AutoProcessor": "own.MyProcessor"})
    change(folder / "preprocessor_config.json", auto_map={"AutoImageProcessor": "own.Mine"})
    change(folder / "tokenizer_config.json", auto_map={"AutoTokenizer": ["own.Mine", None]})
    assert answer(folder) == usual


def test_that_a_processors_settings_load_no_other_model(folder: Path) -> None:
    usual = answer(folder)
    other = {"audio_tokenizer_class": "DacModel", "audio_tokenizer_name_or_path": "/etc"}
    change(folder / "processor_config.json", audio_tokenizer=other, tokenizer="/etc/passwd")
    assert answer(folder) == usual


TEMPLATES = {
    "huge": "{{ 'a' * 2000000 }}",
    "refusing": "{{ raise_exception('no pictures here') }}",
    "reaching": "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "broken": "{% for %}",
    "without the picture": "{{ messages[0]['role'] }}",
}


@pytest.mark.parametrize("name", TEMPLATES)
def test_that_a_template_that_means_harm_ends_in_a_plain_sentence(folder: Path, name: str) -> None:
    (folder / "chat_template.jinja").write_text(TEMPLATES[name], encoding="utf-8")
    with pytest.raises(ModelFileError) as caught:
        answer(folder)
    assert caught.value.message.endswith(".")


ENDLESS = (
    "{% for a in range(99999) %}{% for b in range(99999) %}{% for c in range(99999) %}"
    "{% endfor %}{% endfor %}{% endfor %}"
)


@pytest.mark.slow
async def test_that_the_worker_answers_and_ends_an_endless_template(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    usual = answer(folder)
    picture = tmp_path_factory.mktemp("pictures") / "picture.png"
    Image.fromarray(PICTURE).save(picture)
    async with guarded(time_limit=40.0) as service:
        opened = await service.open(str(folder))
        result = await service.predict(opened, str(picture), threshold=0.1, save_to=None)
        assert result.prediction == GeneratedText(usual)
        (folder / "chat_template.jinja").write_text(ENDLESS, encoding="utf-8")
        with pytest.raises(WorkerError, match="gave no answer for 40 seconds, the time"):
            await service.predict(opened, str(picture), threshold=0.1, save_to=None)


@pytest.mark.parametrize("make", [idefics3, qwen2_vl], ids=lambda make: make.__name__)
def test_that_what_is_written_are_numbers_in_arrays(tmp_path: Path, make: Any) -> None:
    save_chat(make(), tmp_path)
    prepared = load_model(open_model(tmp_path)).pipeline.prepare(PICTURE, NO_PROMPT)
    assert {each.dtype.kind for each in prepared.values()} <= set("biuf")


@pytest.mark.parametrize("case", chat_cases(), ids=lambda case: case.name)
def test_that_the_words_are_those_of_transformers_pipeline(tmp_path: Path, case: ChatCase) -> None:
    compare = case.save(tmp_path)
    found = load_model(open_model(tmp_path)).predict(PICTURE, case.prompt).prediction
    assert [each.worst for each in compare(Image.fromarray(PICTURE), found)] == [0]


def test_that_every_network_that_chats_is_compared() -> None:
    assert set(NAMES.values()) == CHAT_MODELS
