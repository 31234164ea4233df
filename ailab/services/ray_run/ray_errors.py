"""How a run on Ray can fail, in a person's words."""

from __future__ import annotations

from ailab.services.inference.inference_errors import WorkerError
from ailab.services.inference.worker_failures import in_words, overdue
from ailab.services.install_command import install_command
from ailab.services.problem import Problem

_SHARED = (
    "Put pictures, model and results on storage that all of the cluster's machines see under the "
    "same path."
)


def not_installed() -> Problem:
    """Ray is not installed on this computer."""
    command = install_command("ray")
    advice = (
        "Install ailab's extra ray, then start ailab again."
        if command
        else "A packed ailab cannot be extended: install ailab with pip, with its extra ray."
    )
    return Problem("Ray is not installed.", advice)


def not_reachable(address: str, detail: str) -> WorkerError:
    """No cluster answers."""
    return WorkerError(
        f"No Ray cluster answers at {address}.",
        "Check the address and that the cluster runs. It is ray://HOST:10001 from any machine, "
        "or HOST:6379 on a machine of the cluster itself, which needs the same versions of Ray "
        "and Python.",
        detail=detail,
    )


def bad_address(address: str) -> WorkerError:
    """The text names no cluster."""
    return WorkerError(
        f"“{address}” is not the address of a Ray cluster.",
        "It has to look like ray://HOST:10001, or HOST:6379 on a machine of the cluster; leave it "
        "empty to start Ray on this computer.",
    )


def token_stays(model: str) -> WorkerError:
    """The model's server is asked with a token, which is for that server alone."""
    return WorkerError(
        f"{model} is asked for with its server's access token, which ailab gives to no machines "
        "of a cluster.",
        "Run it on this computer, or at an address of the server that asks for no token.",
    )


def not_seen(what: str, path: str) -> tuple[str, str]:
    """Message and advice: a machine of the cluster does not see a file or folder."""
    return f"The cluster's machines see no {what} {path}.", _SHARED


def lost(name: str) -> tuple[str, str]:
    """Message and advice: Ray gave a picture up."""
    return (
        f"The process that ran {name} on Ray ended, and did so again when Ray tried once more.",
        "Run this picture alone on this computer, or take a smaller picture or model.",
    )


def gave_up(doing: str, seconds: float) -> tuple[str, str]:
    """Message and advice: Ray's processes hung, or ended by themselves again and again.

    Args:
        doing: what they did, such as “nuclei ran on cells.tif”.
        seconds: that they were given; 0 where they ended by themselves.
    """
    if seconds == 0:
        return (
            f"While {doing}, its process on Ray ended, and did so again when Ray tried once more.",
            "Try it on this computer, or take a smaller picture, model or variant.",
        )
    error = overdue(doing, seconds, is_about_picture=" ran on " in doing)
    return error.message.replace("the inference process", "its process on Ray"), error.advice


def silent(seconds: float) -> WorkerError:
    """No result came for long, and the run was ended."""
    return WorkerError(
        f"Ray gave no result for {in_words(seconds)}, and the run was ended.",
        "Look whether the cluster lives and has room, with “ray status”; then run it again.",
    )


def not_started(address: str, seconds: float) -> WorkerError:
    """Ray did not start, or a cluster did not let anybody in, for long."""
    where = f"The Ray cluster at {address}" if address else "Ray on this computer"
    return WorkerError(
        f"{where} did not answer for {in_words(seconds)}.",
        "Run it again; if that happens again, look into Ray's own logs, or run it on this "
        "computer.",
    )


def driver_failed(detail: str) -> WorkerError:
    """Ray itself failed."""
    return WorkerError(
        "The run on Ray broke off.",
        "Run it again; if that happens again, run it on this computer, or look into Ray's own "
        "logs on the cluster.",
        detail=detail,
    )


def driver_ended(how: str, detail: str) -> WorkerError:
    """The process that speaks with Ray ended by itself."""
    return WorkerError(
        f"The process that speaks with Ray {how}.",
        "Run it again; if that happens again, run the pictures on this computer.",
        detail=detail,
    )


def lacks_ailab(detail: str) -> WorkerError:
    """The cluster's machines cannot import ailab."""
    return WorkerError(
        "The cluster's machines do not have this version of ailab.",
        "Install the same version of ailab on all of them, with the extras that the model needs.",
        detail=detail,
    )
