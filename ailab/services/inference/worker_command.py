"""How a worker is started, and what it is told of its surroundings."""

from __future__ import annotations

import os
import re
import site
import sys
import sysconfig
from collections.abc import Mapping
from pathlib import Path

WORKER_ARGUMENT = "--inference-worker"
"""A frozen app has no interpreter to call: it starts itself with this argument, and its entry
point then calls `ailab.services.inference.worker.main()` before anything else."""

DECODER_ARGUMENT = "--picture-decoder"
"""The same for `ailab.services.decoding.decoder.main()`."""

_SECRET_NAME = re.compile(
    r"TOKEN|SECRET|PASSW|PASSPHRASE|PASSFILE|PASSCODE|CREDENTIAL|API_?KEY|ACCESS_?KEY|PRIVATE"
    r"|_KEY$|^KEY$|KEY_?ID|AUTH|COOKIE|SESSION_?ID|BEARER|WEBHOOK|CONNECTION_?STRING|CONN_?STR|DSN$"
    r"|_PAT$|_PWD$|_PIN$|^NETRC$|_PROXY$",
    re.IGNORECASE,
)
# What the makers of tokens begin them with, so that any page can be searched for them.
_SECRET_VALUE = re.compile(
    r"\b(hf_|ghp_|gho_|ghs_|ghu_|github_pat_|glpat-|sk-|xox[abprs]-|AKIA|ASIA|AIza|eyJ[\w-]+\.eyJ)"
    r"[\w-]{10,}|-----BEGIN [A-Z ]*PRIVATE KEY"
)
_URL_WITH_PASSWORD = re.compile(r"://[^/\s@]+@")


def worker_command() -> tuple[str, ...]:
    """The command line that starts a worker for models."""
    return _command(WORKER_ARGUMENT, "ailab.services.inference.worker")


def decoder_command() -> tuple[str, ...]:
    """The command line that starts a decoder of pictures."""
    return _command(DECODER_ARGUMENT, "ailab.services.decoding.decoder")


def _command(argument: str, module: str) -> tuple[str, ...]:
    if getattr(sys, "frozen", False):
        return (sys.executable, argument)
    # -P: a file called numpy.py in the folder that ailab was started in is not imported.
    return (sys.executable, "-P", "-m", module)


def worker_environment(
    surroundings: Mapping[str, str] = os.environ, folder: Path | None = None
) -> dict[str, str]:
    """The environment for a worker: the app's own without anything secret, and offline.

    The worker reads what strangers made and needs no network, so that it gets no token, no
    password, and no proxy (whose address may hold one).

    Args:
        surroundings: the app's own environment.
        folder: the worker's own folder, where its libraries find an empty home and keep what
            they write; None to name none.
    """
    environment = {
        name: value
        for name, value in surroundings.items()
        if not _SECRET_NAME.search(name)
        and not _URL_WITH_PASSWORD.search(value)
        and not _SECRET_VALUE.search(value)
    }
    environment |= {
        "HF_HUB_OFFLINE": "1",
        "HF_HUB_DISABLE_IMPLICIT_TOKEN": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        # ONNX Runtime would else write an identity and a queue of events into the home folder;
        # its own `disable_telemetry_events` comes too late, after its import.
        "ORT_DISABLE_TELEMETRY": "1",
        # Threads that wait for work sleep instead of spinning: the window needs a core too.
        # GNU's, which PyTorch uses on Linux, first look some 15 µs long for the network's next
        # step: waking them takes longer, and small networks take half as long so.
        "OMP_WAIT_POLICY": "passive",
        "GOMP_SPINCOUNT": "1000",
    }
    if folder is not None:
        environment |= _at_home_in(str(folder))
    root = Path(__file__).parents[3]
    if str(root) not in _site_folders():
        # Run from its source folder, which -P hides.
        paths = (str(root), environment.get("PYTHONPATH", ""))
        environment["PYTHONPATH"] = os.pathsep.join(path for path in paths if path)
    return environment


def _at_home_in(folder: str) -> dict[str, str]:
    """Names by which programs and libraries find places for files of their own."""
    places = dict.fromkeys(("TMPDIR", "TEMP", "TMP", "HF_HOME", "TORCH_HOME"), folder)
    if sys.platform == "win32":  # where Python finds its packages by the person's folders
        return places
    names = ("HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR")
    return (
        places
        | dict.fromkeys(names, folder)
        | {
            "CUDA_CACHE_PATH": folder,
            # Packages that the person installed for themself alone lie below the real home.
            "PYTHONUSERBASE": site.getuserbase(),
        }
    )


def _site_folders() -> set[str]:
    folders = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    return folders | {site.getusersitepackages()} | set(site.getsitepackages())
