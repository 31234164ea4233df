"""What a worker does before its walls are up."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from ailab.services.inference.sandbox import compiled_code, memory_bound
from ailab.services.inference.sandbox.graphics_devices import make_devices_ready
from ailab.services.inference.sandbox.seatbelt import seatbelt_profile


@pytest.mark.skipif(sys.platform == "win32", reason="the tool is a script of Unix")
def test_that_a_card_without_its_device_is_made_ready_once(tmp_path: Path) -> None:
    tool = tmp_path / "tool"
    tool.write_text(f"#!/bin/sh\necho $* >> {tmp_path}/asked\ntouch {tmp_path}/nvidia-uvm\n")
    tool.chmod(0o755)
    make_devices_ready(tmp_path, (str(tool),))
    assert not (tmp_path / "asked").exists()
    (tmp_path / "nvidiactl").touch()
    make_devices_ready(tmp_path, (str(tmp_path / "no-tool"), str(tool)))
    make_devices_ready(tmp_path, (str(tool),))
    assert (tmp_path / "asked").read_text() == "-u -c=0\n"
    (tmp_path / "nvidia-uvm").unlink()
    tool.write_text("#!/bin/sh\nexit 1\n")
    make_devices_ready(tmp_path, (str(tool),))


def test_that_the_bound_of_memory_follows_from_the_machine_and_its_container(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = memory_bound._total_memory()
    assert whole is not None
    assert memory_bound.usual_bound() == int(whole * 0.9)
    limit = tmp_path / "memory.max"
    monkeypatch.setattr(memory_bound, "_CONTAINER_LIMITS", (str(limit),))
    limit.write_text("max\n")
    unlimited = memory_bound.usual_bound()
    assert unlimited is not None
    assert unlimited >= int(whole * 0.9)
    if sys.platform != "win32":
        limit.write_text(f"{2**30}\n")
        assert memory_bound.usual_bound() == int(2**30 * 0.9)


def test_that_changed_sources_are_compiled_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "source" / "ailab" / "services"
    (package / "inner").mkdir(parents=True)
    source = package / "inner" / "module.py"
    source.write_text("x = 1")
    monkeypatch.setattr(compiled_code, "_SERVICES", package)
    assert list(compiled_code._stale_sources()) == [str(source)]
    compiled_code.compile_ahead()
    assert list(compiled_code._stale_sources()) == []
    os.utime(source, (2**33, 2**33))
    assert list(compiled_code._stale_sources()) == [str(source)]
    monkeypatch.setattr(compiled_code, "_SERVICES", tmp_path / "site-packages" / "ailab" / "x")
    compiled_code.compile_ahead()


def test_that_the_profile_for_macos_says_what_may_be_done() -> None:
    home = Path("/Users/me")
    profile = seatbelt_profile(
        "/private/own", ["/Users/me/.cache/hub"], ["/Users/me/.ssh"], home, network=False
    ).splitlines()
    # The last rule that applies counts.
    assert profile[:5] == [
        "(version 1)",
        "(allow default)",
        "(deny process-exec*)",
        "(deny network*)",
        '(deny file-write* (subpath "/Users/me"))',
    ]
    assert profile[5:] == [
        '(deny file-read-data (subpath "/Users/me/.ssh"))',
        '(allow file-read-data (subpath "/Users/me/.cache/hub"))',
        '(allow file-read-data file-write* (subpath "/private/own"))',
    ]
    with_network = seatbelt_profile("", [], [], Path('/a"b'), network=True)
    assert "network" not in with_network
    assert '(subpath "/a\\"b")' in with_network
