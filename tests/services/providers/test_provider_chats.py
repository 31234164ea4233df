"""Models that chat about a picture, at the one address for conversations."""

from __future__ import annotations

import base64
import io
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from PIL import Image

pytest.importorskip("huggingface_hub", reason="the extra providers is not installed")

from ailab.services.hub.access_token import AccessToken
from ailab.services.inference.chat_models import CHAT, USUAL_QUESTION
from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.generation_settings import MOST_TOKENS
from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.prompt import Prompt
from ailab.services.inference.prompts import NO_PROMPTS, Prompts
from ailab.services.inference.runnable_model import RunnableModel
from ailab.services.inference.writing_models import WRITES
from ailab.services.providers import chat_completion, provider_client, sent_picture
from ailab.services.providers.provider_error import ProviderError
from ailab.services.providers.provider_router import ProviderRouter
from ailab.services.providers.providers_inference import AT_ONCE, ProvidersInference
from ailab.services.results.result_reader import read_result
from provider_lab import TOKEN, LoopbackRouter, chat, picture

ADDRESS = "/v1/chat/completions"


async def _run(
    router: LoopbackRouter,
    *pictures: str,
    provider: str = "together",
    save_to: Path | None = None,
    prompts: Prompts = NO_PROMPTS,
) -> list[PictureResult]:
    inference = ProvidersInference(router.router(), timeout=20.0)
    model = RunnableModel("cells/nuclei", Path(), WRITES, engine=provider, decoder=CHAT)
    found = inference.predict_all(model, pictures, threshold=0.5, save_to=save_to, prompts=prompts)
    async with aclosing(found):
        return [result async for result in found]


async def _failure(router: LoopbackRouter, tmp_path: Path) -> str:
    (result,) = await _run(router, picture(tmp_path))
    assert result.prediction is None
    assert result.problem is not None
    assert TOKEN not in repr(result)
    return result.problem.message


@pytest.mark.parametrize("provider", ["together", "novita", "hf-inference"])
async def test_that_a_question_about_a_picture_is_answered(tmp_path: Path, provider: str) -> None:
    prompts = Prompts(Prompt(question="How many?"))
    async with LoopbackRouter(chat(" Two cats.\n\tOne\x1b[2J sleeps. ")) as router:
        (result,) = await _run(router, picture(tmp_path), provider=provider, prompts=prompts)

        (asked,) = router.asked
    assert result.prediction == GeneratedText("Two cats.\n\tOne[2J sleeps.", question="How many?")
    assert (result.width, result.height, result.notes) == (40, 30, ())
    assert asked.path == ADDRESS
    assert asked.headers["Authorization"] == f"Bearer {TOKEN}"
    assert asked.headers["Content-Type"] == "application/json"
    sent = asked.json
    assert sent["model"] == f"cells/nuclei:{provider}"
    assert (sent["max_tokens"], sent["temperature"]) == (MOST_TOKENS, 0.0)
    assert not sent.get("stream")
    (message,) = sent["messages"]
    image, question = message["content"]
    assert (message["role"], question) == ("user", {"type": "text", "text": "How many?"})
    kind, _, data = image["image_url"]["url"].partition(",")
    assert kind == "data:image/png;base64"
    assert Image.open(io.BytesIO(base64.b64decode(data))).size == (40, 30)


async def test_that_the_usual_question_is_asked_where_none_is_typed(tmp_path: Path) -> None:
    path = str(tmp_path / "my cat.jpg")
    Image.new("RGB", (8, 8)).save(path)
    async with LoopbackRouter(chat("A cat.")) as router:
        (result,) = await _run(router, path)

        content = router.asked[0].json["messages"][0]["content"]
        assert b"my cat" not in router.asked[0].body
    assert content[0]["image_url"]["url"].startswith("data:image/jpeg;base64,")
    assert content[1]["text"] == USUAL_QUESTION
    assert result.prediction == GeneratedText("A cat.")


async def test_that_a_picture_that_is_too_long_for_a_request_is_sent_as_jpeg(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sent_picture, "_MOST_IN_CHAT", 100)
    async with LoopbackRouter(chat("Red.")) as router:
        (result,) = await _run(router, picture(tmp_path))

        content = router.asked[0].json["messages"][0]["content"]
    assert content[0]["image_url"]["url"].startswith("data:image/jpeg;base64,")
    assert any("JPEG of quality" in note for note in result.notes)


async def test_that_an_answer_is_saved_and_read_again(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    prompts = Prompts(Prompt(question="What?"))
    async with LoopbackRouter(chat("A cat.")) as router:
        await _run(router, picture(tmp_path), save_to=folder, prompts=prompts)

    found = read_result(folder / "cells.json").prediction
    assert found == GeneratedText("A cat.", question="What?")


async def test_that_an_answer_without_its_end_says_so(tmp_path: Path) -> None:
    async with LoopbackRouter(chat("A cat and", "length")) as router:
        (result,) = await _run(router, picture(tmp_path))

    assert isinstance(result.prediction, GeneratedText)
    assert result.notes == ("The answer was ended after 4,096 tokens; it may lack its end.",)


async def test_that_what_was_thought_before_is_not_shown(tmp_path: Path) -> None:
    async with LoopbackRouter(chat("Two.", reasoning="One, no, two")) as router:
        (result,) = await _run(router, picture(tmp_path))

    assert result.prediction == GeneratedText("Two.")


@pytest.mark.parametrize("content", [None, "", " \n\t", "\x1b\x07"])
async def test_that_an_answer_without_words_is_told(tmp_path: Path, content: str | None) -> None:
    async with LoopbackRouter(chat(content), chat(content, "length")) as router:
        assert await _failure(router, tmp_path) == "cells/nuclei wrote nothing about cells.png."
        assert "still thinking" in await _failure(router, tmp_path)


@pytest.mark.parametrize(
    "answer",
    [
        [],
        {},
        "odd",
        b"\xff\xfe no text",
        b"[" * 200_000,
        b'{"choices": ' + b"[" * 50_000,
        {"choices": []},
        {"choices": {}},
        {"choices": "odd"},
        {"choices": [None]},
        {"choices": ["odd"]},
        {"choices": [{}]},
        {"choices": [{"message": "odd"}]},
        {"choices": [{"message": ["odd"]}]},
        {"choices": [[{"message": {"content": "odd"}}]]},
        {"error": f"odd {TOKEN}"},
        chat(5),
        chat(["a", "b"]),
        chat({"text": "a"}),
        chat([{"type": "text", "text": "a"}]),
    ],
)
async def test_that_an_answer_without_sense_is_told_and_not_believed(
    tmp_path: Path, answer: Any
) -> None:
    async with LoopbackRouter(answer) as router:
        assert "makes no sense" in await _failure(router, tmp_path)
        assert len(router.asked) == 1


async def test_that_odd_names_in_an_answer_do_no_harm(tmp_path: Path) -> None:
    answer = {**chat("A cat."), "__class__": "odd", "choices-": [1], "keys": None, "update": 3}
    async with LoopbackRouter(answer) as router:
        (result,) = await _run(router, picture(tmp_path))

    assert result.prediction is None or result.prediction == GeneratedText("A cat.")


async def test_that_no_answer_is_read_beyond_its_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provider_client, "LARGEST_CHAT", 1000)
    assert chat_completion.LARGEST_CHAT >= 2**20
    async with LoopbackRouter(chat("a" * 1000)) as router:
        assert "makes no sense" in await _failure(router, tmp_path)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (401, "does not accept the access token"),
        (402, "credits"),
        (403, "may not ask Inference Providers"),
        (404, "Together does not run cells/nuclei any more"),
    ],
)
async def test_that_a_refusal_of_every_picture_ends_the_run(
    tmp_path: Path, status: int, words: str
) -> None:
    pictures = [picture(tmp_path, f"{number}.png") for number in range(9)]
    async with LoopbackRouter(status) as router:
        with pytest.raises(ProviderError) as caught:
            await _run(router, *pictures)

        assert len(router.asked) <= AT_ONCE
    assert words in caught.value.message
    assert TOKEN not in f"{caught.value} {caught.value.detail}"


async def test_that_a_provider_that_is_not_enabled_ends_the_run(tmp_path: Path) -> None:
    async def refuse(request: web.Request) -> web.StreamResponse:
        error = {"message": f"odd {TOKEN}", "code": "model_not_supported"}
        return web.json_response({"error": error}, status=400)

    async with LoopbackRouter(refuse) as router:
        with pytest.raises(ProviderError, match="does not run cells/nuclei for this") as caught:
            await _run(router, picture(tmp_path))
    assert "settings/inference-providers" in caught.value.advice


@pytest.mark.parametrize(
    ("status", "words"),
    [(400, "cannot run"), (413, "larger"), (422, "cannot run"), (500, "500"), (504, "504")],
)
async def test_that_a_refusal_of_one_picture_lets_the_next_be_run(
    tmp_path: Path, status: int, words: str
) -> None:
    async with LoopbackRouter(status, chat("A cat.")) as router:
        assert words in await _failure(router, tmp_path)
        (result,) = await _run(router, picture(tmp_path))
    assert result.prediction == GeneratedText("A cat.")


async def test_that_who_is_asked_too_often_is_waited_for(tmp_path: Path) -> None:
    async def later(request: web.Request) -> web.StreamResponse:
        return web.json_response({"error": {}}, status=429, headers={"Retry-After": "0.5"})

    async with LoopbackRouter(later, chat("A cat and", "length")) as router:
        (result,) = await _run(router, picture(tmp_path))

        assert len(router.asked) == 2
    assert result.notes == (
        "The provider asked to wait for 0.5 s first.",
        "The answer was ended after 4,096 tokens; it may lack its end.",
    )


async def test_that_picture_and_token_go_to_the_router_alone(tmp_path: Path) -> None:
    async with LoopbackRouter(chat("A cat.")) as other:

        async def away(request: web.Request) -> web.StreamResponse:
            raise web.HTTPTemporaryRedirect(f"{other.address}{ADDRESS}")

        async with LoopbackRouter(away) as router:
            await _failure(router, tmp_path)
            assert [each.path for each in router.asked] == [ADDRESS]
        assert not other.asked


def test_that_the_address_is_the_one_that_the_library_would_ask() -> None:
    providers = pytest.importorskip("huggingface_hub.inference._providers")

    router = ProviderRouter("https://huggingface.co", AccessToken(TOKEN, "x").for_router)
    own = providers.CONVERSATIONAL_AUTO_ROUTER
    asked = own.prepare_request(
        inputs=[], parameters={}, headers={}, model="cells/nuclei:together", api_key=TOKEN
    )
    assert f"{router.chat_address}/chat/completions" == asked.url
    assert asked.json["model"] == "cells/nuclei:together"
