"""What some models need beside their engine, asked for before one is loaded."""

from __future__ import annotations

from collections.abc import Iterable

from ailab.services.inference.chat_models import packages_for
from ailab.services.inference.engine_table import ENGINES
from ailab.services.inference.inference_errors import MissingPackageError
from ailab.services.inference.installed_engines import EXTRAS, TIMM_PACKAGES, installed_packages
from ailab.services.inference.model_layout import ModelLayout
from ailab.services.inference.text_detectors import OPENCV, TEXT_EXTRA
from ailab.services.install_command import install_command

_OTHERWISE = "Choose a model with ONNX weights."


def lacks_engine(layout: ModelLayout) -> MissingPackageError:
    """The error that says that the engine which reads a model's weights is not installed."""
    entry = ENGINES[layout.engine]
    return MissingPackageError(
        f"Its weights are {entry.variant or layout.weights}, which {entry.name} runs, "
        f"and {entry.name} is not installed.",
        install_command(entry.extra),
        otherwise=_OTHERWISE,
    )


def check_timm() -> None:
    """Refuse a model of timm where what it needs is not installed.

    Raises:
        MissingPackageError: which package it is, and how it is installed.
    """
    there = installed_packages()
    missing = [name for name in TIMM_PACKAGES if name not in there]
    if missing:
        raise MissingPackageError(
            f"It is a model of timm, and {' and '.join(missing)} "
            f"{'is' if len(missing) == 1 else 'are'} not installed.",
            install_command("timm"),
            otherwise=_OTHERWISE,
        )


def check_chat(architectures: Iterable[str]) -> None:
    """Refuse a network that chats where what its own processor needs is not installed.

    Args:
        architectures: as its configuration names them.

    Raises:
        MissingPackageError: which package it is, and how it is installed.
    """
    there = installed_packages()
    missing = next((name for name in packages_for(architectures) if name not in there), None)
    if missing is not None:
        raise MissingPackageError(
            f"Its own processor in transformers needs {missing}, which is not installed.",
            install_command(EXTRAS[missing]),
        )


def check_opencv() -> None:
    """Refuse a model that maps where text is, where OpenCV is not installed.

    Raises:
        MissingPackageError: how it is installed.
    """
    if OPENCV not in installed_packages():
        raise lacks_opencv()


def lacks_opencv() -> MissingPackageError:
    """The error that says so."""
    return MissingPackageError(
        "It maps where text is, of which OpenCV makes boxes, and OpenCV is not installed.",
        install_command(TEXT_EXTRA),
    )
