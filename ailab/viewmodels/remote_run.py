"""What is different where somebody else runs a model: no files, and a question before."""

from __future__ import annotations

from collections.abc import Callable

from ailab.services.hub.hub_errors import HubError, InvalidModelIdError
from ailab.services.hub.model_id import parse_model_id
from ailab.services.hub.pipeline_tag import display_name
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.remote_model import RemoteModel, RemoteModels
from ailab.services.inference.runnable_model import RunnableModel
from ailab.services.lab_error import LabError
from ailab.viewmodels.inference_state import Fitness, ModelSource, ModelStatus
from ailab.viewmodels.model_choice import ModelChoice
from ailab.viewmodels.provider_choice import ProviderChoice
from ailab.viewmodels.run_progress import RunProgress, RunStage
from ailab.viewmodels.sending import Sending, SendingAsker

NOT_SENT = "Nothing was sent."


class RemoteRun:
    """Finds models elsewhere, and lets no picture be sent that the person did not agree to.

    Who agreed is not asked again for that model at that host, as long as the lab is open.

    Args:
        models: finds them.
        name: what people call the place.
    """

    def __init__(self, models: RemoteModels, name: str) -> None:
        self._models = models
        self._name = name
        self._asker: SendingAsker | None = None
        self._agreed: set[tuple[str, str, str]] = set()
        self._found: dict[str, RemoteModel] = {}
        self._preferred: dict[str, str] = {}
        self._looked_up = ""

    def set_asker(self, asker: SendingAsker) -> None:
        """Name who asks the person."""
        self._asker = asker

    async def status(self, choice: ModelChoice, provider: str = "") -> ModelStatus:
        """Whether the model is run there, in a sentence.

        Args:
            choice: which model.
            provider: key of who shall run it; empty for whoever comes first.
        """
        try:
            found = await self._find(choice, provider)
        except HubError as error:
            is_wrong = isinstance(error, InvalidModelIdError)
            fitness = Fitness.REFUSED if is_wrong else Fitness.UNKNOWN
            return ModelStatus(fitness, error.message, error.advice)
        except LabError as error:
            return ModelStatus(Fitness.REFUSED, error.message, error.advice)
        task, asks_for = found.model.task, found.model.asks_for
        text = f"Can be run by {found.provider}: {display_name(task)}."
        run_by = ProviderChoice(found.model.engine, found.providers)
        return ModelStatus(Fitness.RUNS, text, task=task, asks_for=asks_for, run_by=run_by)

    def prefer(self, provider: str) -> None:
        """Have the model that was found last run by another of those that run it.

        Args:
            provider: its key.
        """
        self._preferred[self._looked_up] = provider

    async def find(
        self, choice: ModelChoice, tell: Callable[[RunProgress], None], provider: str = ""
    ) -> RunnableModel:
        """The model of a run that begins; `provider` as in `status`.

        Raises:
            LabError: it is not run there; says why and what to do.
        """
        tell(RunProgress(RunStage.CHECKING, choice.text))
        return (await self._find(choice, provider)).model

    async def may_send(self, model: RunnableModel, pictures: int) -> bool:
        """Ask the person, where that was not done before; False where nobody can be asked.

        Args:
            model: one that was found here.
            pictures: how many are to be sent.
        """
        found = self._found[model.name]
        key = (model.name, model.engine, found.host)
        if key in self._agreed:
            return True
        sending = Sending(model.name, found.provider, found.host, pictures)
        if self._asker is None or not await self._asker(sending):
            return False
        self._agreed.add(key)
        return True

    async def _find(self, choice: ModelChoice, provider: str) -> RemoteModel:
        if choice.source is not ModelSource.HUGGING_FACE:
            raise ModelFileError(
                f"{self._name} run models of the Hub, and no others.",
                "Choose the model source “Hugging Face”, or run on this computer.",
            )
        reference = choice.reference
        if reference.revision or reference.variant:
            raise ModelFileError(
                f"{self._name} run a model as its provider keeps it, and no other revision or "
                "weights.",
                f"Choose {reference.model} alone, or run on this computer.",
            )
        model_id = parse_model_id(reference.model, choice.endpoint)
        wanted = provider or self._preferred.get(model_id, "")
        try:
            found = await self._models.find(model_id, wanted)
        except HubError:
            raise
        except LabError:
            self._preferred.pop(model_id, None)  # whoever was preferred may run it no more
            raise
        self._looked_up = model_id
        self._found[found.model.name] = found
        return found
