"""Sheets in memory, driven by the test."""

from __future__ import annotations

import json
from pathlib import Path

from ailab.services.architecture.network_outline import GraphPort, NetworkOutline
from ailab.services.inference.inference_errors import ModelFileError, SheetChangedError
from ailab.services.inference.runnable_model import RunnableModel
from ailab.services.inference.sheet_draft import SheetDraft
from ailab.services.inference.sheets import LabelFile, OpenedSheet, SheetChanges
from ailab.services.inference.usual_names import UsualNames
from ailab.services.problem import Problem
from fakes import Gate

GUESS = SheetDraft(task="object-detection", decoder="yolox", width=416, height=416)


class FakeSheets:
    """Describes any file; `failure` is raised by saving where set."""

    def __init__(self) -> None:
        self.gate = Gate()
        self.save_gate = Gate()
        self.failure: ModelFileError | None = None
        self.open_failure: ModelFileError | None = None
        self.obstacle: Problem | None = None
        self.problems: tuple[str, ...] = ()
        self.usual: tuple[UsualNames, ...] = ()
        self.draft = GUESS
        self.takes = ("1", "3", "416", "416")
        self.there: bytes | None = None
        self.described: list[SheetDraft] = []
        self.saved: list[SheetDraft] = []

    async def open(self, path: str) -> OpenedSheet:
        await self.gate.passage()
        if self.open_failure is not None:
            raise self.open_failure
        outline = NetworkOutline(
            Path(path).name,
            inputs=(GraphPort("images", "FLOAT", self.takes),),
            outputs=(GraphPort("output", "FLOAT", ("1", "3549", "85")),),
            facts=(("Made by", "pytorch 2.0"), ("Operator set", "ai.onnx 17")),
        )
        return OpenedSheet(
            path,
            f"{Path(path).stem}.ailab.json",
            self.there is not None,
            self.draft,
            outline,
            ("Read from the file: layout, size 416 × 416.",),
            self.problems,
            self.obstacle,
            (LabelFile("coco.txt", 80),),
            self.usual,
        )

    async def describe(self, path: str, draft: SheetDraft) -> RunnableModel:
        self.described.append(draft)
        if not draft.task:
            raise ModelFileError('"task" must be one of: object-detection.', "Correct it.")
        sheet = json.dumps(draft.fields())
        return RunnableModel(Path(path).stem, Path(path), draft.task, draft.labels, sheet=sheet)

    async def compare(self, path: str, draft: SheetDraft) -> SheetChanges:
        is_other = self.there not in {None, str(draft.fields()).encode()}
        return SheetChanges(self.there, ("input.width: 8 → 416",) if is_other else ())

    async def names(self, file: str, *, are_characters: bool = False) -> tuple[str, ...]:
        if not file.endswith(".txt"):
            raise ModelFileError(f"{file} is no text.", "Save it as UTF-8.")
        return ("cat", "dog")

    async def save(self, path: str, draft: SheetDraft, found: bytes | None) -> None:
        await self.save_gate.passage()
        if self.failure is not None:
            raise self.failure
        if found != self.there:
            raise SheetChangedError("It has been changed meanwhile.", "Look again.")
        self.there = str(draft.fields()).encode()
        self.saved.append(draft)
