from __future__ import annotations

import asyncio
import base64
import gzip
import json
import threading
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from PIL import Image

pytest.importorskip("huggingface_hub", reason="the extra providers is not installed")

from ailab.services.hub.access_token import AccessToken
from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.predictions import (
    Classification,
    Detections,
    OutputImage,
    Segmentation,
)
from ailab.services.inference.prompt import Prompt
from ailab.services.inference.prompts import NO_PROMPTS, Prompts
from ailab.services.inference.runnable_model import RunnableModel
from ailab.services.inference.segment_maps import SegmentMaps
from ailab.services.providers import bounded_transport
from ailab.services.providers.provided_model import HF_INFERENCE
from ailab.services.providers.provider_error import ProviderError
from ailab.services.providers.provider_router import ProviderRouter
from ailab.services.providers.providers_inference import AT_ONCE, ProvidersInference
from ailab.services.results.result_reader import read_result
from provider_lab import HUB, TOKEN, LoopbackRouter, mask, picture, png

# The library hands bytes to httpx2 by an argument that is meant for forms.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=<...>':DeprecationWarning")

CATS = [{"label": "cat", "score": 0.25}, {"label": "dog", "score": 0.75}]


async def _run(
    router: LoopbackRouter,
    task: str,
    *pictures: str,
    token: str = TOKEN,
    save_to: Path | None = None,
    prompts: Prompts = NO_PROMPTS,
    patience: float = 20.0,
) -> list[PictureResult]:
    inference = ProvidersInference(router.router(token), timeout=patience)
    model = RunnableModel("cells/nuclei", Path(), task, engine=HF_INFERENCE)
    found = inference.predict_all(model, pictures, threshold=0.5, save_to=save_to, prompts=prompts)
    async with aclosing(found):
        return [result async for result in found]


async def _fails(router: LoopbackRouter, task: str, *pictures: str) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        await _run(router, task, *pictures)
    assert TOKEN not in f"{caught.value} {caught.value.detail}"
    return caught.value


async def test_that_classes_come_by_descending_score(tmp_path: Path) -> None:
    async with LoopbackRouter(CATS) as router:
        (result,) = await _run(router, "image-classification", picture(tmp_path))

        assert isinstance(result.prediction, Classification)
        named = [(each.label, each.score) for each in result.prediction.scores]
        assert named == [("dog", 0.75), ("cat", 0.25)]
        assert (result.width, result.height) == (40, 30)
        (asked,) = router.asked
        assert asked.path == "/hf-inference/models/cells/nuclei"
        assert asked.headers["Authorization"] == f"Bearer {TOKEN}"
        assert asked.parameters == {"top_k": 100}
        assert asked.picture.size == (40, 30)


async def test_that_objects_come_with_their_boxes(tmp_path: Path) -> None:
    box = {"xmin": 3, "ymin": 4, "xmax": 20, "ymax": 29}
    answer = [
        {"label": "nucleus", "score": 0.6, "box": box},
        {"label": "cell", "score": 0.9, "box": box},
    ]
    async with LoopbackRouter(answer) as router:
        (result,) = await _run(router, "object-detection", picture(tmp_path))

        assert isinstance(result.prediction, Detections)
        assert [each.label for each in result.prediction.items] == ["cell", "nucleus"]
        assert result.prediction.items[0].box == (3.0, 4.0, 20.0, 29.0)
        assert router.asked[0].parameters == {"threshold": 0.05}


async def test_that_of_masks_that_overlap_the_surest_is_on_top(tmp_path: Path) -> None:
    size = (40, 30)
    answer = [
        {"label": "cell", "score": 0.5, "mask": mask(size, (0, 0, 40, 15))},
        {"label": "nucleus", "score": 0.9, "mask": mask(size, (0, 0, 20, 30))},
    ]
    async with LoopbackRouter(answer) as router:
        (result,) = await _run(router, "image-segmentation", picture(tmp_path))

        assert router.asked[0].headers["Content-Type"] == "image/png"
        assert router.asked[0].picture.size == size
    assert isinstance(result.prediction, Segmentation)
    assert [(each.label, each.area) for each in result.prediction.segments] == [
        ("nucleus", 0.5),
        ("cell", 0.25),
    ]
    maps = SegmentMaps.of(result.prediction)
    nucleus, cell = (each.index for each in result.prediction.segments)
    assert (maps.labels[0], maps.labels[39], maps.labels[29 * 40 + 39]) == (nucleus, cell, 0)
    assert (maps.confidence[0], maps.confidence[39]) == (230, 128)


async def test_that_regions_without_a_score_count_as_sure(tmp_path: Path) -> None:
    answer = [{"label": "sky", "score": None, "mask": mask((40, 30), (0, 0, 40, 30))}]
    async with LoopbackRouter(answer) as router:
        (result,) = await _run(router, "image-segmentation", picture(tmp_path))

    assert isinstance(result.prediction, Segmentation)
    assert result.prediction.segments[0].score == 1.0


async def test_that_typed_labels_are_sent(tmp_path: Path) -> None:
    prompts = Prompts(Prompt(labels=("dog", "cat")))
    async with LoopbackRouter(CATS) as router:
        (result,) = await _run(
            router, "zero-shot-image-classification", picture(tmp_path), prompts=prompts
        )

        assert router.asked[0].parameters == {"candidate_labels": ["dog", "cat"]}
    assert isinstance(result.prediction, Classification)
    assert [each.class_id for each in result.prediction.scores] == [0, 1]


async def test_that_words_come_without_what_no_words_have(tmp_path: Path) -> None:
    async with LoopbackRouter([{"generated_text": " two cats\x1b[2J \n"}]) as router:
        (result,) = await _run(router, "image-to-text", picture(tmp_path))

    assert result.prediction == GeneratedText("two cats[2J")


async def test_that_a_picture_made_comes_as_png(tmp_path: Path) -> None:
    made = png(Image.new("RGB", (80, 60), (1, 2, 3)), "JPEG")
    async with LoopbackRouter(made) as router:
        (result,) = await _run(router, "image-to-image", picture(tmp_path))

    assert isinstance(result.prediction, OutputImage)
    assert (result.prediction.width, result.prediction.height) == (80, 60)


async def test_that_no_place_and_no_name_is_sent_and_pictures_are_upright(tmp_path: Path) -> None:
    path = tmp_path / "my cat at home.jpg"
    image = Image.new("RGB", (64, 32), (9, 9, 9))
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "MakerOfCameras"
    exif.get_ifd(0x8825)[1] = "N"
    image.save(path, exif=exif)
    async with LoopbackRouter(CATS) as router:
        (result,) = await _run(router, "image-classification", str(path))

        sent = router.asked[0]
        assert sent.picture.size == (32, 64)
        assert not sent.picture.getexif()
        assert b"MakerOfCameras" not in base64.b64decode(json.loads(sent.body)["inputs"])
        assert b"my cat" not in sent.body + repr(sent.headers).encode()
    assert (result.width, result.height) == (32, 64)


async def test_that_results_come_in_order_and_few_pictures_are_under_way(tmp_path: Path) -> None:
    pictures = [picture(tmp_path, f"{number}.png", (10 + number, 8)) for number in range(8)]
    full, most, under_way = asyncio.Event(), 0, 0

    async def answer(request: web.Request) -> web.StreamResponse:
        nonlocal most, under_way
        under_way += 1
        most = max(most, under_way)
        if under_way == AT_ONCE:
            full.set()
        await full.wait()
        under_way -= 1
        return web.json_response(CATS)

    async with LoopbackRouter(answer) as router:
        results = await _run(router, "image-classification", *pictures)

    assert [result.picture for result in results] == pictures
    assert [result.width for result in results] == list(range(10, 18))
    assert most == AT_ONCE


async def test_that_a_stopped_run_sends_no_more_and_leaves_no_thread(tmp_path: Path) -> None:
    pictures = [picture(tmp_path, f"{number}.png") for number in range(9)]
    arrived, never = asyncio.Event(), asyncio.Event()

    async def answer(request: web.Request) -> web.StreamResponse:
        arrived.set()
        await never.wait()
        return web.json_response(CATS)

    async with LoopbackRouter(answer) as router:
        run = asyncio.create_task(_run(router, "image-classification", *pictures))
        await arrived.wait()
        run.cancel()
        with pytest.raises(asyncio.CancelledError):
            await run
        assert len(router.asked) <= AT_ONCE
        never.set()
    assert not [thread for thread in threading.enumerate() if thread.name == "providers"]


async def test_that_results_are_saved_as_those_of_this_computer(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    async with LoopbackRouter(CATS) as router:
        (result,) = await _run(router, "image-classification", picture(tmp_path), save_to=folder)

    assert {Path(file).name for file in result.files} == {"cells.json", "cells.annotated.jpg"}
    assert read_result(folder / "cells.json").prediction == result.prediction


async def test_that_a_picture_that_cannot_be_read_is_not_sent(tmp_path: Path) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"no picture")
    async with LoopbackRouter(CATS) as router:
        first, second = await _run(router, "image-classification", str(broken), picture(tmp_path))

        assert len(router.asked) == 1
    assert first.problem is not None
    assert second.prediction is not None


async def test_that_a_model_that_is_being_loaded_is_waited_for(tmp_path: Path) -> None:
    async def loading(request: web.Request) -> web.StreamResponse:
        return web.json_response({"error": "loading", "estimated_time": 0.5}, status=503)

    async with LoopbackRouter(loading, CATS) as router:
        (result,) = await _run(router, "image-classification", picture(tmp_path))

        assert len(router.asked) == 2
    assert result.prediction is not None
    assert result.notes == ("The provider asked to wait for 0.5 s first.",)


async def test_that_a_wait_that_is_too_long_is_told_instead(tmp_path: Path) -> None:
    async def later(request: web.Request) -> web.StreamResponse:
        return web.json_response({}, status=429, headers={"Retry-After": "3600"})

    async with LoopbackRouter(later) as router:
        (result,) = await _run(router, "image-classification", picture(tmp_path))

        assert len(router.asked) == 1
    assert result.problem is not None
    assert "more often than it allows" in result.problem.message


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (401, "does not accept the access token"),
        (402, "credits"),
        (403, "may not ask Inference Providers"),
        (404, "does not run cells/nuclei any more"),
    ],
)
async def test_that_a_refusal_of_every_picture_ends_the_run(
    tmp_path: Path, status: int, words: str
) -> None:
    pictures = [picture(tmp_path, f"{number}.png") for number in range(9)]
    async with LoopbackRouter(status) as router:
        error = await _fails(router, "image-classification", *pictures)

        assert len(router.asked) <= AT_ONCE
    assert words in error.message
    assert error.advice


@pytest.mark.parametrize(("status", "words"), [(413, "larger"), (422, "cannot run"), (500, "500")])
async def test_that_a_refusal_of_one_picture_lets_the_next_be_run(
    tmp_path: Path, status: int, words: str
) -> None:
    async with LoopbackRouter(status, CATS) as router:
        results = [
            *await _run(router, "image-classification", picture(tmp_path)),
            *await _run(router, "image-classification", picture(tmp_path)),
        ]

    assert results[0].problem is not None
    assert words in results[0].problem.message
    assert TOKEN not in repr(results[0])
    assert results[1].prediction is not None


async def test_that_a_server_that_is_not_there_ends_the_run(tmp_path: Path) -> None:
    pictures = [picture(tmp_path, f"{number}.png") for number in range(4)]
    router = LoopbackRouter(CATS)
    async with router:
        pass  # its port is free again
    with pytest.raises(ProviderError) as caught:
        await _run(router, "image-classification", *pictures)

    assert caught.value.is_offline
    assert "cannot be reached" in caught.value.message


async def test_that_silence_is_not_waited_for_forever(tmp_path: Path) -> None:
    never = asyncio.Event()

    async def silent(request: web.Request) -> web.StreamResponse:
        await never.wait()
        return web.json_response(CATS)

    async with LoopbackRouter(silent) as router:
        (result,) = await _run(router, "image-classification", picture(tmp_path), patience=0.2)
        never.set()

    assert result.problem is not None
    assert "in time" in result.problem.message


@pytest.mark.parametrize(
    ("task", "answer"),
    [
        ("image-classification", {"error": "odd"}),
        ("image-classification", [{"label": "cat"}]),
        ("image-classification", [{"label": 3, "score": 0.5}]),
        ("image-classification", [{"label": "cat", "score": 7}]),
        ("image-classification", [{"label": "cat", "score": "0.5"}]),
        ("image-classification", b"\xff\xfe no text"),
        ("image-classification", b"[" * 200_000),
        ("image-classification", b'[{"label": "cat", "score": NaN}]'),
        ("object-detection", [{"label": "cat", "score": 0.5}]),
        ("object-detection", [{"label": "cat", "score": 0.5, "box": {"xmin": 1}}]),
        (
            "object-detection",
            [{"label": "a", "score": 1, "box": {"xmin": 9, "ymin": 0, "xmax": 1, "ymax": 1}}],
        ),
        ("image-segmentation", [{"label": "cat", "score": 0.5, "mask": "no picture"}]),
        (
            "image-segmentation",
            [{"label": "cat", "score": 0.5, "mask": mask((90, 90), (0, 0, 9, 9))}],
        ),
        ("image-to-text", []),
        ("image-to-text", [{"generated_text": ["a"]}]),
        ("image-to-image", b"no picture"),
        ("image-to-image", png(Image.new("RGB", (20, 20)), "GIF")),
    ],
)
async def test_that_an_answer_without_sense_is_told_and_not_believed(
    tmp_path: Path, task: str, answer: Any
) -> None:
    async with LoopbackRouter(answer) as router:
        (result,) = await _run(router, task, picture(tmp_path))

        assert len(router.asked) == 1
    assert result.prediction is None
    assert result.problem is not None
    assert "makes no sense" in result.problem.message


async def test_that_no_answer_is_read_beyond_its_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounded_transport, "LARGEST_ANSWER", 1000)
    async with LoopbackRouter(b" " * 1001) as router:
        (result,) = await _run(router, "image-classification", picture(tmp_path))

        assert len(router.asked) == 1
    assert result.problem is not None
    assert "makes no sense" in result.problem.message


async def test_that_a_packed_answer_is_not_unpacked(tmp_path: Path) -> None:
    async def packed(request: web.Request) -> web.StreamResponse:
        body = gzip.compress(json.dumps(CATS).encode())
        return web.Response(body=body, headers={"Content-Encoding": "gzip"})

    async with LoopbackRouter(packed) as router:
        (result,) = await _run(router, "image-classification", picture(tmp_path))

        assert router.asked[0].headers["Accept-Encoding"] == "identity"
    assert result.problem is not None


async def test_that_no_redirect_takes_the_picture_elsewhere(tmp_path: Path) -> None:
    async with LoopbackRouter(CATS) as other:

        async def away(request: web.Request) -> web.StreamResponse:
            raise web.HTTPTemporaryRedirect(f"{other.address}/here")

        async with LoopbackRouter(away) as router:
            (result,) = await _run(router, "image-classification", picture(tmp_path))

            assert len(router.asked) == 1
        assert not other.asked
    assert result.problem is not None


async def test_that_nothing_is_sent_without_a_token(tmp_path: Path) -> None:
    async with LoopbackRouter(CATS) as router:
        with pytest.raises(ProviderError, match="signed in"):
            await _run(router, "image-classification", picture(tmp_path), token="")

        assert not router.asked


def test_that_a_token_goes_to_no_router_but_its_own_hubs() -> None:
    real, mirror = "https://huggingface.co", "https://mirror.example"
    router = "https://router.huggingface.co"
    assert AccessToken(TOKEN, real).for_router(router) == TOKEN
    for endpoint, address in (
        (real, "https://router.example"),
        (real, "http://router.huggingface.co"),
        (real, "http://127.0.0.1:80"),
        (mirror, router),
        (mirror, "https://mirror.example"),
        (HUB, router),
    ):
        assert not AccessToken(TOKEN, endpoint).for_router(address)


def test_that_a_mirror_has_no_providers() -> None:
    router = ProviderRouter("https://mirror.example", lambda _: TOKEN)
    with pytest.raises(ProviderError, match=r"only huggingface\.co has"):
        router.token()


def test_that_the_address_is_the_one_that_the_library_would_ask() -> None:
    constants = pytest.importorskip("huggingface_hub.constants")

    router = ProviderRouter("https://huggingface.co", lambda _: TOKEN)
    assert router.host == "router.huggingface.co"
    assert router.address_of(HF_INFERENCE) == constants.INFERENCE_PROXY_TEMPLATE.format(
        provider=HF_INFERENCE
    )
