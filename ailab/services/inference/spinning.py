"""How long ONNX Runtime's threads spin, waiting for the network's next step."""

from __future__ import annotations

from collections.abc import Mapping

_TELLS_HOW_LONG = 1, 26
_A_MOMENT = 20  # microseconds


def spinning(version: str) -> Mapping[str, str]:
    """Entries of a session's configuration; `onnxruntime_session_options_config_keys.h` has them.

    Threads that spin as long as ONNX Runtime lets them slow both sides down several times over
    beside another busy process. Those that look a moment for the next step, before they sleep,
    take less of the processor's time than waking them would. Versions before 1.26 cannot be told
    for how long; there they sleep at once.

    Args:
        version: of ONNX Runtime, such as `1.26.0`.
    """
    allow = "session.intra_op.allow_spinning"
    if tuple(map(int, version.split(".")[:2])) < _TELLS_HOW_LONG:
        return {allow: "0"}
    return {allow: "1", "session.intra_op.spin_duration_us": str(_A_MOMENT)}
