"""How long threads of ONNX Runtime spin."""

from __future__ import annotations

import pytest

from ailab.services.inference.spinning import spinning

_ALLOW = "session.intra_op.allow_spinning"
_HOW_LONG = "session.intra_op.spin_duration_us"


@pytest.mark.parametrize("version", ["1.26.0", "1.100.1", "2.0.0.dev20270101"])
def test_that_threads_spin_for_some_microseconds(version: str) -> None:
    entries = spinning(version)
    assert entries[_ALLOW] == "1"
    assert 0 < int(entries[_HOW_LONG]) <= 50


def test_that_threads_sleep_at_once_where_nothing_else_can_be_said() -> None:
    assert spinning("1.24.4") == {_ALLOW: "0"}
