"""The Inference tab's view models over fakes, to be shown by real views."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from fake_runs import FakeRuns

from ailab.services.compatibility.compatibility import Compatibility
from ailab.services.compatibility.machine import Machine
from ailab.viewmodels.filmstrip import FilmstripViewModel
from ailab.viewmodels.inference import InferenceViewModel
from fake_pictures import FakePictures
from fake_servers import FakeServers
from fakes import FakeDownloads, FakeHub, FakeInference, a_model, until


@dataclass
class Lab:
    """The Inference tab's view models over fakes."""

    hub: FakeHub = field(default_factory=lambda: FakeHub(a_model()))
    downloads: FakeDownloads = field(default_factory=FakeDownloads)
    inference: FakeInference = field(default_factory=FakeInference)
    pictures: FakePictures = field(
        default_factory=lambda: FakePictures({"folder": ("a.png", "b.png", "c.png")})
    )
    runs: FakeRuns = field(default_factory=FakeRuns)
    servers: FakeServers = field(default_factory=FakeServers)

    def __post_init__(self) -> None:
        self.view_model = InferenceViewModel(
            self.hub,
            self.downloads,
            self.inference,
            self.pictures,
            self.runs,
            judge=Compatibility(lambda: self.hub.has_token, look=Machine),
            servers=self.servers,
            debounce=0,
        )
        self.filmstrip = FilmstripViewModel(self.pictures, self.view_model.results)

    async def choose(self, *inputs: str, model: str = "acme/nuclei", save_to: str = "") -> None:
        """Choose model and pictures and wait until both are known."""
        self.view_model.set_model_text(model)
        self.view_model.set_inputs(inputs)
        self.view_model.set_save_to(save_to)
        await self.view_model.wait()

    async def run(self, *inputs: str, save_to: str = "") -> None:
        """Run the model and wait for the end."""
        await self.choose(*(inputs or ("a.png",)), save_to=save_to)
        self.view_model.run()
        await self.view_model.wait()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Let the loop turn until a condition holds."""
        await until(condition)

    async def close(self) -> None:
        """End what is under way."""
        await self.view_model.close()
        await self.filmstrip.close()
