"""The person's access token: where it is found, and where it may be sent."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from ailab.services.hub.bearer_token import BearerToken
from ailab.services.hub.hub_endpoint import is_private_way
from ailab.services.hub.hub_errors import InvalidTokenError
from ailab.services.hub.hub_router import is_router_of

TOKENS_PAGE = "https://huggingface.co/settings/tokens"


class AccessToken(BearerToken):
    """A token of the Hub; see `BearerToken`."""

    __slots__ = ()

    def for_router(self, router: str) -> str:
        """The token itself, for the library that asks the Hub's own router; else empty."""
        may = is_private_way(router) and is_router_of(router, self._endpoint)
        return self._value if may else ""

    def _unsendable(self) -> InvalidTokenError:
        return InvalidTokenError(
            "The access token holds characters that no token has.",
            f"Copy it once more from {TOKENS_PAGE} and sign in with it; where HF_TOKEN is "
            "set, change it there.",
        )


def find_token(environ: Mapping[str, str] = os.environ) -> str | None:
    """The token that `huggingface_hub` would use: from the environment, or from its token file.

    In order: `HF_TOKEN`, `HUGGING_FACE_HUB_TOKEN`, the file at `HF_TOKEN_PATH`, the file `token`
    in `HF_HOME`. None where there is none, or where the person wants none sent unasked
    (`HF_HUB_DISABLE_IMPLICIT_TOKEN`).
    """
    _, token = environment_token(environ)
    return token or file_token(environ)


def environment_token(environ: Mapping[str, str] = os.environ) -> tuple[str, str]:
    """The variable that holds a token, and the token; both empty where none does."""
    if not _is_unwanted(environ):
        for name in ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"):
            if token := environ.get(name, "").strip():
                return name, token
    return "", ""


def file_token(environ: Mapping[str, str] = os.environ) -> str | None:
    """The token in the token file of the Hugging Face libraries."""
    if _is_unwanted(environ):
        return None
    try:
        return token_file(environ).read_text("utf-8").strip() or None
    except (OSError, ValueError, RuntimeError):
        return None


def token_file(environ: Mapping[str, str] = os.environ) -> Path:
    """Where the Hugging Face libraries keep a token: `HF_TOKEN_PATH`, or `token` in `HF_HOME`.

    Raises:
        RuntimeError: the system knows no home of this person.
    """
    return Path(environ.get("HF_TOKEN_PATH") or hf_home(environ) / "token").expanduser()


def _is_unwanted(environ: Mapping[str, str]) -> bool:
    return environ.get("HF_HUB_DISABLE_IMPLICIT_TOKEN", "").upper() in {"1", "ON", "YES", "TRUE"}


def hf_home(environ: Mapping[str, str] = os.environ) -> Path:
    """Where the Hugging Face libraries keep their files: `HF_HOME`, or their default."""
    home = environ.get("HF_HOME")
    if not home:
        home = str(Path(environ.get("XDG_CACHE_HOME") or "~/.cache") / "huggingface")
    return Path(os.path.expandvars(home)).expanduser()
