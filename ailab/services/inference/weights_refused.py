"""Why weights are not in their network, whatever the libraries around PyTorch raised."""

from __future__ import annotations

from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.out_of_memory import is_out_of_memory


def weights_refused(error: Exception) -> MemoryError | ModelFileError:
    """What is to be raised instead."""
    if is_out_of_memory(error):
        return MemoryError(str(error))
    return ModelFileError(
        "The model's weights could not be loaded into its network.",
        "Download them again, or choose another model.",
        detail=repr(error),
    )
