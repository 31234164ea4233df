"""From process start to the first painted window: ailab beside a bare PyQt6 window and peers.

    python benchmarks/startup.py
    python benchmarks/startup.py --peer labelme=PYTHON:PyQt5:labelme

“ailab, ready” is the time until the Inference tab itself is painted in the window. A peer is
NAME=PYTHON:BINDING:MODULE, where PYTHON is the interpreter of an environment that has
it. The programs are started in turn, round after round, and compared round by round, because
these times drift with whatever else a machine does. Without a display everything runs on Qt's
offscreen platform.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent

# Where it is set every start compiles every module anew, which nobody's own machine does.
_NO_BYTECODE = "PYTHONDONTWRITEBYTECODE"


@dataclass(frozen=True)
class Program:
    """Something to be started."""

    name: str
    python: str
    binding: str
    module: str

    @classmethod
    def parse(cls, text: str) -> Program:
        """A program from NAME=PYTHON:BINDING:MODULE."""
        name, _, rest = text.partition("=")
        python, binding, module = rest.split(":")
        return cls(name, python, binding, module)


def seconds_to_first_paint(program: Program, home: str) -> float | None:
    """Start a program with a fresh home; None where it never painted."""
    environment = {name: value for name, value in os.environ.items() if name != _NO_BYTECODE}
    environment |= {"HOME": home, "XDG_CONFIG_HOME": home, "PYTHONPATH": str(HERE)}
    if not environment.get("DISPLAY"):
        environment["QT_QPA_PLATFORM"] = "offscreen"
    probe = str(HERE / "launch_probe.py")
    start = time.time_ns()
    outcome = subprocess.run(
        [program.python, probe, program.binding, program.module],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    for line in outcome.stdout.splitlines():
        if line.startswith("painted "):
            return (int(line.split()[1]) - start) / 1e9
    sys.stderr.write(f"{program.name} painted nothing:\n{outcome.stderr[-600:]}\n")
    return None


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--peer", type=Program.parse, action="append", default=[])
    options = parser.parse_args()
    bare = Program("bare PyQt6 window", sys.executable, "PyQt6", "bare_window")
    ailab = Program("ailab", sys.executable, "PyQt6", "ailab")
    ready = Program("ailab, ready", sys.executable, "PyQt6", "ailab@InferenceView")
    programs = [bare, ailab, ready, *options.peer]
    times: dict[str, list[float]] = {program.name: [] for program in programs}
    with tempfile.TemporaryDirectory() as home:
        for program in programs:  # files into the system's cache
            seconds_to_first_paint(program, home)
        for _ in range(options.rounds):
            for program in programs:
                seconds = seconds_to_first_paint(program, home)
                if seconds is not None:
                    times[program.name].append(seconds)
    where = "X11" if os.environ.get("DISPLAY") else "offscreen"
    print(f"{options.rounds} rounds, {where}, {os.cpu_count()} cores; median (least to most)")
    print(f"{'program':<20}{'seconds':>22}{'÷ bare':>25}{'÷ ailab':>25}")
    for program in programs:
        own = times[program.name]
        if own:
            print(
                f"{program.name:<20}{spread(own):>22}"
                f"{spread(ratios(own, times[bare.name])):>25}"
                f"{spread(ratios(own, times[ailab.name])):>25}"
            )


def ratios(own: list[float], other: list[float]) -> list[float]:
    """Round by round."""
    return [a / b for a, b in zip(own, other, strict=False)]


def spread(values: list[float]) -> str:
    """The median, and in brackets the least and the most."""
    return f"{statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})"


if __name__ == "__main__":
    main()
