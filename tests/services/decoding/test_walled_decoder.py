"""Pictures decoded in a real process within walls, and what that process may do to the window."""

from __future__ import annotations

import asyncio
import io
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from PIL import Image

from ailab.services.decoding.decoder_error import DecoderError
from ailab.services.decoding.walled_decoder import WalledDecoder
from ailab.services.images.picture import Picture
from ailab.services.images.picture_error import PictureError
from ailab.services.inference.sandbox.worker_sandbox import WorkerSandbox
from ailab.services.inference.worker_command import DECODER_ARGUMENT, decoder_command
from ailab.services.inference.worker_messages import Message, write_message
from ailab.services.inference.worker_process import WorkerProcess
from fakes import until

linux = pytest.mark.skipif(sys.platform != "linux", reason="these walls are Linux's")

# A decoder that a picture makes do what it says.
HOSTILE = """
import os, signal, socket, sys, threading
from ailab.services.decoding import decoder
from ailab.services.decoding.refusal import Reason, Refusal
from ailab.services.inference.worker_messages import Message, write_message
well, picture_message = decoder.decoded_picture, decoder.picture_message
def attempt(do):
    try:
        do()
    except OSError as error:
        return type(error).__name__
    return "done"
def decode(content, widest, highest):
    match content.split(b" "):
        case [b"crash"]: os.kill(os.getpid(), signal.SIGSEGV)
        case [b"leave"]: os._exit(0)
        case [b"hang"]: threading.Event().wait()
        case [b"grow"]: bytearray(3 * 2**30)
        case [b"try", *words]:
            place = words[0].decode()
            tried = {
                "read": lambda: open(place),
                "write": lambda: open(os.environ["HOME"] + "/x", "w"),
                "connect": lambda: socket.create_connection(("127.0.0.1", int(words[1])), 5),
                "run": lambda: os.execv("/bin/true", ["true"]),
                "signal": lambda: os.kill(os.getppid(), 0),
            }
            raise Refusal(Reason.DAMAGED, str({name: attempt(do) for name, do in tried.items()}))
    return well(content, widest, highest)
def answer(message):
    number = message.body["id"]
    match message.parts.get("file"):
        case b"small": return Message({"id": number, "result": {"width": 9, "height": 9,
            "full_width": 9, "full_height": 9}}, {"pixels": bytes(5)})
        case b"flood": return Message({"id": number, "result": {}}, {"pixels": bytes(2**25)})
        case b"other": return Message({"id": number + 5, "result": {}})
        case b"words": return Message({"id": number, "refused": {"reason": "call me"}})
    return honest(message)
decoder.decoded_picture = decode
honest, decoder._answer = decoder._answer, answer
decoder.main()
"""


def a_picture(size: tuple[int, int] = (60, 30), mode: str = "RGB") -> bytes:
    file = io.BytesIO()
    Image.new(mode, size, "red").save(file, "PNG")
    return file.getvalue()


async def decode(decoder: WalledDecoder, content: bytes) -> Picture:
    return await decoder.decode(content, widest=20, highest=20)


async def refusal(decoder: WalledDecoder, content: bytes) -> PictureError:
    with pytest.raises(PictureError) as refused:
        await decode(decoder, content)
    return refused.value


@asynccontextmanager
async def decoding(
    source: str = "", time_limit: float = 30.0, idle_limit: float = 30.0
) -> AsyncIterator[WalledDecoder]:
    command = (sys.executable, "-P", "-c", source) if source else None
    decoder = WalledDecoder(command=command, time_limit=time_limit, idle_limit=idle_limit)
    yield decoder
    await decoder.close()


async def process_of(decoder: WalledDecoder) -> WorkerProcess:
    assert decoder._starting is not None
    return await decoder._starting


async def test_that_pictures_are_decoded_by_one_process_that_ends_with_the_lab() -> None:
    async with decoding() as decoder:
        pictures = await asyncio.gather(*(decode(decoder, a_picture()) for _ in range(3)))
        assert {(each.width, each.height) for each in pictures} == {(20, 10)}
        assert pictures[0].pixels[:4] == bytes((0, 0, 255, 255))
        process = await process_of(decoder)
        assert "SVG" in (await refusal(decoder, b"<svg/>")).message
        assert await process_of(decoder) is process
        assert process.folder.path.is_dir()
    assert process.has_ended
    assert not process.folder.path.exists()


async def test_that_a_process_that_is_started_ahead_is_the_one_that_decodes() -> None:
    async with decoding() as decoder:
        decoder.prepare()
        process = await process_of(decoder)
        decoder.prepare()
        await decode(decoder, a_picture())
        assert await process_of(decoder) is process


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (lambda: b"", "damaged"),
        (lambda: a_picture()[:-30], "damaged"),
        (lambda: a_picture((7000, 7000), "1"), "too large"),
    ],
    ids=["empty", "truncated", "bomb"],
)
async def test_that_a_hostile_picture_is_refused_and_the_next_is_shown(
    content: Callable[[], bytes], words: str
) -> None:
    async with decoding() as decoder:
        assert words in (await refusal(decoder, content())).message
        assert (await decode(decoder, a_picture())).width == 20


async def test_that_a_frozen_app_decodes_by_itself() -> None:
    decoder = WalledDecoder(command=(sys.executable, "-P", "-m", "ailab", DECODER_ARGUMENT))
    assert (await decode(decoder, a_picture())).width == 20
    await decoder.close()


@linux
async def test_that_a_picture_that_takes_the_process_over_reaches_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_secret_of_a_person")
    (tmp_path / "diary").write_text("x")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        async with decoding(HOSTILE) as decoder:
            told = await refusal(decoder, f"try {tmp_path / 'diary'} {port}".encode())
            pid = (await process_of(decoder)).pid
            surroundings = await asyncio.to_thread(Path(f"/proc/{pid}/environ").read_bytes)
    refused = dict.fromkeys(("read", "write", "connect", "run", "signal"), "PermissionError")
    assert told.detail == str(refused)
    assert b"hf_secret" not in surroundings


@linux
async def test_that_a_picture_that_asks_for_much_memory_is_too_large() -> None:
    async with decoding(HOSTILE) as decoder:
        assert "too large" in (await refusal(decoder, b"grow")).message
        assert (await decode(decoder, a_picture())).width == 20


@pytest.mark.parametrize("content", [b"crash", b"leave", b"small", b"flood", b"other", b"words"])
async def test_that_a_process_that_ends_or_lies_costs_its_own_picture_alone(
    content: bytes,
) -> None:
    async with decoding(HOSTILE) as decoder:
        assert (await decode(decoder, a_picture())).width == 20
        first = await process_of(decoder)
        assert "the process that decodes it" in (await refusal(decoder, content)).message
        assert (await decode(decoder, a_picture())).width == 20
        assert await process_of(decoder) is not first
        assert first.has_ended


async def test_that_a_picture_that_hangs_is_given_up() -> None:
    async with decoding(HOSTILE, time_limit=0.2) as decoder:
        await decoder._ready()
        first = await process_of(decoder)
        assert "gave no answer" in (await refusal(decoder, b"hang")).message
        await until(lambda: first.has_ended)
        decoder._time_limit = 30.0
        assert (await decode(decoder, a_picture())).width == 20


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such clock")
def test_that_a_picture_that_hangs_does_not_outlive_a_window_that_is_gone() -> None:
    source = HOSTILE.replace("decoder.main()", "decoder._LONGEST = 0.1; decoder.main()")
    command = (sys.executable, "-P", "-c", source, *WorkerSandbox().arguments())
    asked = io.BytesIO()
    body = {"id": 1, "do": "decode", "widest": 20, "highest": 20}
    write_message(asked, Message(body, {"file": b"hang"}))
    ended = subprocess.run(command, input=asked.getvalue(), capture_output=True, check=False)
    assert ended.returncode == -signal.SIGALRM


@pytest.mark.parametrize("data", [b"", b"garbage that is no message"])
def test_that_a_decoder_ends_when_its_input_ends_or_makes_no_sense(data: bytes) -> None:
    ended = subprocess.run(decoder_command(), input=data, capture_output=True, check=False)
    assert ended.returncode == 0
    assert not ended.stdout


async def test_that_a_cancelled_picture_does_not_hold_the_next_one_up() -> None:
    async with decoding(HOSTILE) as decoder:
        await decode(decoder, a_picture())
        first = await process_of(decoder)
        hanging = asyncio.ensure_future(decode(decoder, b"hang"))
        await until(decoder._turn.locked)
        await asyncio.sleep(0)
        hanging.cancel()
        with suppress(asyncio.CancelledError):
            await hanging
        assert (await decode(decoder, a_picture())).width == 20
        assert await process_of(decoder) is not first


async def test_that_an_idle_process_is_ended_and_comes_back() -> None:
    async with decoding(idle_limit=0.0) as decoder:
        await decode(decoder, a_picture())
        await until(lambda: decoder._starting is None)
        assert (await decode(decoder, a_picture())).width == 20


async def test_that_a_process_that_ended_while_idle_costs_no_picture() -> None:
    async with decoding() as decoder:
        await decode(decoder, a_picture())
        (await process_of(decoder)).kill()
        assert (await decode(decoder, a_picture())).width == 20


@pytest.mark.parametrize(
    "command", [("/no/such/program",), (sys.executable, "-c", "raise SystemExit(3)")]
)
async def test_that_a_process_that_cannot_start_is_no_pictures_fault(
    command: tuple[str, ...],
) -> None:
    decoder = WalledDecoder(command=command)
    with pytest.raises(DecoderError, match="Everything else works"):
        await decode(decoder, a_picture())
    await decoder.close()


async def test_that_a_process_that_is_never_ready_is_given_up() -> None:
    source = "import threading; threading.Event().wait()"
    decoder = WalledDecoder(command=(sys.executable, "-c", source), start_limit=0.1)
    with pytest.raises(DecoderError, match="not ready"):
        await decode(decoder, a_picture())
    await decoder.close()


@pytest.mark.parametrize(
    ("module", "unwanted"),
    [
        ("walled_decoder", {"PIL", "numpy", "aiohttp"}),
        ("decoder", {"numpy", "onnxruntime", "aiohttp", "PyQt6", "asyncio"}),
    ],
)
def test_that_both_ends_are_light(module: str, unwanted: set[str]) -> None:
    program = f"import sys, ailab.services.decoding.{module}\nprint(*sys.modules)"
    outcome = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert not unwanted & set(outcome.stdout.split())
