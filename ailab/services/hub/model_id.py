"""What a person types or pastes to name a model, made into the model's id."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from ailab.services.hub.hub_endpoint import DEFAULT_ENDPOINT
from ailab.services.hub.hub_errors import InvalidModelIdError

_ADVICE = (
    "Type an id such as google/vit-base-patch16-224, paste the address of a model's page, "
    "or browse the models."
)
_HUB_HOSTS = ("huggingface.co", "www.huggingface.co", "hf.co", "www.hf.co")

# `huggingface_hub.utils._validators`: one or two parts of 1 to 96 of these characters each.
_ID = re.compile(r"(\b[\w\-.]{1,96}\b/)?\b[\w\-.]{1,96}\b", re.ASCII)

# What may follow the id in the address of a page inside a model's repository.
_SUBPAGES = frozenset(
    {"tree", "blob", "raw", "resolve", "blame", "commit", "commits", "discussions", "edit"}
)
_OTHER_KINDS = {
    "datasets": "a data set",
    "spaces": "a Space",
    "collections": "a collection",
    "papers": "a paper",
    "docs": "documentation",
}
_OTHER_PAGES = frozenset(
    {"api", "blog", "join", "learn", "login", "models", "new", "organizations", "posts", "pricing"}
    | {"search", "settings", "tasks"}
)


def is_model_id(text: str) -> bool:
    """True where the text is a valid id, `owner/name` or an old model's bare `name`."""
    return (
        _ID.fullmatch(text) is not None
        and "--" not in text
        and ".." not in text
        and not text.endswith(".git")
    )


def parse_model_id(text: str, endpoint: str = DEFAULT_ENDPOINT) -> str:
    """The model's id in an id or in the address of a model's page, with spaces around or not.

    Args:
        text: what the person typed or pasted.
        endpoint: address of the Hub in use, whose pages are understood beside the real Hub's.

    Raises:
        InvalidModelIdError: the text names no model; the message says why.
    """
    text = text.strip().strip("\"'`<>").strip()
    if not text:
        raise InvalidModelIdError("No model is named.", _ADVICE)
    path = _path_of_address(text, endpoint)
    model_id = text if path is None else _id_in_path(path, text)
    if not is_model_id(model_id):
        raise InvalidModelIdError(
            f"“{_short(text)}” is not a model id: {_fault(model_id)}.", _ADVICE
        )
    return model_id


def _path_of_address(text: str, endpoint: str) -> str | None:
    """The path of a Hub page below its endpoint; None where the text is no address."""
    try:
        own = urlsplit(endpoint)
        is_url = "://" in text
        parts = urlsplit(text if is_url else f"https://{text}")
        host = parts.netloc.rpartition("@")[2].lower()
    except ValueError:
        raise InvalidModelIdError(
            f"“{_short(text)}” is not a web address that can be read.", _ADVICE
        ) from None
    if host == own.netloc.lower():
        return parts.path.removeprefix(own.path.rstrip("/"))
    if host in _HUB_HOSTS:
        return parts.path
    if not is_url:
        return None
    if parts.scheme not in {"http", "https"} or not host:
        raise InvalidModelIdError(f"“{_short(text)}” is not the address of a page.", _ADVICE)
    raise InvalidModelIdError(
        f"“{_short(text)}” is a page of {host}, not of the Hugging Face Hub.", _ADVICE
    )


def _id_in_path(path: str, text: str) -> str:
    parts = [unquote(part) for part in path.split("/") if part]
    if not parts or parts[0] in _OTHER_PAGES:
        raise InvalidModelIdError(f"“{_short(text)}” is not the page of a model.", _ADVICE)
    if kind := _OTHER_KINDS.get(parts[0]):
        raise InvalidModelIdError(f"“{_short(text)}” is {kind}, not a model.", _ADVICE)
    if len(parts) == 1 or parts[1] in _SUBPAGES:
        return parts[0].removesuffix(".git")
    if len(parts) > 2 and parts[2] not in _SUBPAGES:
        raise InvalidModelIdError(f"“{_short(text)}” is not the page of a model.", _ADVICE)
    return f"{parts[0]}/{parts[1]}".removesuffix(".git")


def _fault(model_id: str) -> str:
    parts = model_id.split("/")
    faults = (
        (len(parts) > 2, "an id has at most one “/”"),
        ("" in parts, "a part beside the “/” is missing"),
        ("--" in model_id or ".." in model_id, "an id has no “--” and no “..”"),
        (model_id.endswith(".git"), "an id does not end in “.git”"),
        (any(len(part) > 96 for part in parts), "each part has at most 96 characters"),
        (
            re.search(r"[^\w\-./]", model_id, re.ASCII) is not None,
            "only letters, digits, “-”, “_” and “.” are allowed, and one “/”",
        ),
    )
    otherwise = "each part begins and ends with a letter, a digit or “_”"
    return next((text for is_so, text in faults if is_so), otherwise)


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:79]}…"
