"""What a process within the worker's walls can still do: tried in a real one, by real calls."""

from __future__ import annotations

import json
import platform
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from ailab.services.inference.sandbox.system_places import device_places
from ailab.services.inference.sandbox.worker_sandbox import WorkerSandbox
from ailab.services.inference.worker_command import worker_environment

linux = pytest.mark.skipif(sys.platform != "linux", reason="these walls are Linux's")

ENTER = """
import ctypes, errno, json, os, socket, sys
from pathlib import Path
from ailab.services.inference.sandbox import enter_sandbox as entering
from ailab.services.inference.sandbox.worker_sandbox import WorkerSandbox
sandbox = WorkerSandbox.of_arguments(sys.argv[1:])
home, place = Path(sys.argv[1]), Path(sys.argv[2])
entering._home = lambda: home
"""
# Native code knows nothing of Python's hook: what it cannot do, the system refuses.
NATIVE_ONLY = "entering.AuditWall = lambda *_, **__: type('', (), {'build': lambda self: None})()\n"
GO = "entering.enter_sandbox(sandbox)\n"
TRY = """
def attempt(do):
    try:
        do()
    except OSError as error:
        return errno.errorcode.get(error.errno, str(error.errno))
    return "done"
"""


def within(
    code: str, tmp_path: Path, *, hook: bool, sandbox: WorkerSandbox | None = None
) -> dict[str, str]:
    """Run code within the walls; what it prints, as JSON."""
    folder = tmp_path / "own"
    folder.mkdir(exist_ok=True)
    (tmp_path / "home").mkdir(exist_ok=True)
    sandbox = sandbox or WorkerSandbox(folder=str(folder))
    source = ENTER + ("" if hook else NATIVE_ONLY) + GO + TRY + code
    done = subprocess.run(
        [
            sys.executable,
            "-P",
            "-c",
            source,
            str(tmp_path / "home"),
            str(tmp_path),
            *list(sandbox.arguments()),
        ],
        env=worker_environment(folder=folder),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, str] = json.loads(done.stdout)
    return found


@linux
def test_that_native_code_reads_and_writes_nowhere_but_where_it_may(tmp_path: Path) -> None:
    for name in ("home/.ssh", "models", "pictures"):
        (tmp_path / name).mkdir(parents=True)
    for name in ("home/.ssh/id", "models/m.onnx", "pictures/p.png"):
        (tmp_path / name).write_text("x")
    found = within(
        "def watch():\n"
        "    if ctypes.CDLL(None, use_errno=True).inotify_init1(0) < 0:\n"
        "        raise OSError(ctypes.get_errno(), '')\n"
        "t = {\n"
        "'key': lambda: open(place / 'home/.ssh/id'),\n"
        "'names of keys': lambda: os.listdir(place / 'home/.ssh'),\n"
        "'picture': lambda: open(place / 'pictures/p.png'),\n"
        "'through a link': lambda: open(place / 'models/link'),\n"
        "'model': lambda: open(place / 'models/m.onnx'),\n"
        "'model written': lambda: open(place / 'models/m.onnx', 'a'),\n"
        "'beside the model': lambda: open(place / 'models/new', 'w'),\n"
        "'model removed': lambda: os.remove(place / 'models/m.onnx'),\n"
        "'in the temporary folder': lambda: open(place / 'new', 'w'),\n"
        "'own': lambda: open(place / 'own/new', 'w'),\n"
        "'link made': lambda: os.symlink('/etc', place / 'own/link'),\n"
        "'pipe made': lambda: os.mkfifo(place / 'own/pipe'),\n"
        "'rights of a key': lambda: os.chmod(place / 'home/.ssh/id', 0o666),\n"
        "'rights of a model': lambda: os.fchmod(os.open(place / 'models/m.onnx', 0), 0o666),\n"
        "'times of a picture': lambda: os.utime(place / 'pictures/p.png', (1, 1)),\n"
        "'note on a picture': lambda: os.setxattr(place / 'pictures/p.png', 'user.x', b'1'),\n"
        "'pictures watched': watch,\n"
        "'size of a picture': lambda: os.stat(place / 'pictures/p.png'),\n"
        "'own memory map': lambda: open('/proc/self/maps'),\n"
        "'environment of the parent': lambda: open(f'/proc/{os.getppid()}/environ'),\n"
        "'passwords': lambda: open('/etc/shadow'),\n"
        "'terminal': lambda: open('/dev/tty', 'w'),\n"
        "}\n"
        "print(json.dumps({name: attempt(do) for name, do in t.items()}))",
        _with_link(tmp_path),
        hook=False,
        sandbox=WorkerSandbox(folder=str(tmp_path / "own"), readable=(str(tmp_path / "models"),)),
    )
    allowed = {"model", "own", "size of a picture", "own memory map"}
    assert {name for name, what in found.items() if what == "done"} == allowed
    assert set(found.values()) <= {"done", "EACCES", "EPERM"}


def _with_link(tmp_path: Path) -> Path:
    (tmp_path / "models" / "link").symlink_to(tmp_path / "pictures" / "p.png")
    return tmp_path


@linux
def test_that_native_code_starts_no_program_and_reaches_no_other_process(tmp_path: Path) -> None:
    found = within(
        "import fcntl, resource\n"
        "nofile, parent = resource.RLIMIT_NOFILE, os.getppid()\n"
        "libc = ctypes.CDLL(None, use_errno=True)\n"
        "def call(*arguments):\n"
        "    if libc.syscall(*arguments) < 0:\n"
        "        raise OSError(ctypes.get_errno(), '')\n"
        "t = {\n"
        "'program': lambda: os.execv('/bin/true', ['true']),\n"
        "'process': lambda: os.fork(),\n"
        "'spawned': lambda: os.posix_spawn('/bin/true', ['true'], {}),\n"
        "'signal to the parent': lambda: os.kill(os.getppid(), 0),\n"
        "'signal to itself': lambda: os.kill(os.getpid(), 0),\n"
        "'limits of the parent': lambda: resource.prlimit(parent, nofile),\n"
        "'limits of itself': lambda: resource.prlimit(os.getpid(), nofile),\n"
        "'limits of itself, without a name': lambda: resource.prlimit(0, nofile),\n"
        "'signals of a file': lambda: fcntl.fcntl(1, fcntl.F_SETOWN, parent),\n"
        "'flags of a file': lambda: fcntl.fcntl(1, fcntl.F_GETFL),\n"
        "'its own namespace': lambda: call(272, 0x10000000),\n"
        "'parent traced': lambda: libc.ptrace(16, os.getppid(), 0, 0) and "
        "(_ for _ in ()).throw(OSError(ctypes.get_errno(), '')),\n"
        "'root': lambda: os.chroot('/'),\n"
        "}\n"
        "if os.uname().machine != 'x86_64': del t['its own namespace']\n"
        "print(json.dumps({name: attempt(do) for name, do in t.items()}))",
        tmp_path,
        hook=False,
    )
    allowed = {
        "signal to itself",
        "limits of itself",
        "limits of itself, without a name",
        "flags of a file",
    }
    assert {name for name, what in found.items() if what == "done"} == allowed


@linux
def test_that_native_code_reaches_no_network_and_no_service_of_the_machine(tmp_path: Path) -> None:
    path = tmp_path / "service"
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket(socket.AF_UNIX) as local:
        local.bind(str(path))
        local.listen()
        port = server.getsockname()[1]
        code = (
            f"port = {port}\n"
            "def unix():\n"
            "    socket.socket(socket.AF_UNIX).connect(str(place / 'service'))\n"
            "t = {\n"
            "'tcp': lambda: socket.create_connection(('127.0.0.1', port), 5),\n"
            "'udp': lambda: socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', 9)),\n"
            "'a service': unix,\n"
            "'raw': lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW),\n"
            "'two ends of its own': lambda: socket.socketpair(),\n"
            "}\n"
            "print(json.dumps({name: attempt(do) for name, do in t.items()}))"
        )
        found = within(code, tmp_path, hook=False)
    assert {name for name, what in found.items() if what == "done"} == {"two ends of its own"}


@linux
def test_that_threads_still_start_and_descriptors_from_outside_stay_open(tmp_path: Path) -> None:
    found = within(
        "import threading\nheard = []\n"
        "def listen(): heard.append(attempt(lambda: open('/etc/shadow')))\n"
        "thread = threading.Thread(target=listen)\n"
        "thread.start(); thread.join()\nprint(json.dumps({'thread': heard[0]}))",
        tmp_path,
        hook=False,
    )
    assert found == {"thread": "EACCES"}


def test_that_python_is_refused_the_same_on_every_system(tmp_path: Path) -> None:
    hidden = tmp_path / "home" / ".ssh"
    hidden.mkdir(parents=True)
    (hidden / "id").write_text("x")
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "code.py").write_text("x = 1")
    found = within(
        "import importlib.util, pickle, shutil, subprocess\n"
        "def load():\n"
        "    spec = importlib.util.spec_from_file_location('code_', place / 'models/code.py')\n"
        "    spec.loader.exec_module(importlib.util.module_from_spec(spec))\n"
        "t = {\n"
        "'pickle': lambda: pickle.loads(b'cos\\nsystem\\n.'),\n"
        "'pickle of harmless values': lambda: pickle.loads(pickle.dumps([1, 'a'])),\n"
        "'program': lambda: subprocess.run([sys.executable, '-c', '']),\n"
        "'shell': lambda: os.system('true'),\n"
        "'connection': lambda: socket.create_connection(('127.0.0.1', 9), 1),\n"
        "'name': lambda: socket.getaddrinfo('localhost', 80),\n"
        "'key': lambda: open(place / 'home/.ssh/id'),\n"
        "'file outside': lambda: open(place / 'new', 'w'),\n"
        "'file removed': lambda: os.remove(place / 'models/code.py'),\n"
        "'file moved out': lambda: os.rename(place / 'own/new', place / 'moved'),\n"
        "'code of a model': load,\n"
        "'model': lambda: open(place / 'models/code.py'),\n"
        "'own': lambda: open(place / 'own/new', 'w'),\n"
        "'nothing': lambda: open(os.devnull, 'w'),\n"
        "}\n"
        "print(json.dumps({name: attempt(do) for name, do in t.items()}))",
        tmp_path,
        hook=True,
        sandbox=WorkerSandbox(folder=str(tmp_path / "own"), readable=(str(tmp_path / "models"),)),
    )
    allowed = {"pickle of harmless values", "model", "own", "nothing"}
    assert {name for name, what in found.items() if what == "done"} == allowed


def test_that_a_worker_with_network_reaches_servers_but_no_models_and_no_programs(
    tmp_path: Path,
) -> None:
    with pytest.raises(ValueError, match="no models"):
        WorkerSandbox(may_use_network=True, readable=("/models",))
    (tmp_path / "model.onnx").write_text("x")
    sandbox = WorkerSandbox(folder=str(tmp_path / "own"), may_use_network=True)
    with socket.create_server(("127.0.0.1", 0)) as server:
        found = within(
            f"port = {server.getsockname()[1]}\n"
            "t = {\n"
            "'server': lambda: socket.create_connection(('127.0.0.1', port), 5),\n"
            "'name': lambda: socket.getaddrinfo('localhost', port),\n"
            "'program': lambda: os.execv('/bin/true', ['true']),\n"
            "'model': lambda: open(place / 'model.onnx'),\n"
            "}\n"
            "if sys.platform != 'linux': del t['model']\n"
            "print(json.dumps({name: attempt(do) for name, do in t.items()}))",
            tmp_path,
            hook=True,
            sandbox=sandbox,
        )
    assert {name for name, what in found.items() if what == "done"} == {"server", "name"}


def test_that_the_walls_are_the_same_after_the_command_line() -> None:
    sandbox = WorkerSandbox(
        "/own folder", ("/a", "/b c"), may_use_graphics=False, memory=5, handing=7
    )
    assert WorkerSandbox.of_arguments(["x", *sandbox.arguments()]) == sandbox
    assert WorkerSandbox.of_arguments([]) == WorkerSandbox()


@linux
def test_that_graphics_cards_are_for_those_who_reckon_on_them() -> None:
    few, all_of_them = set(device_places(graphics=False)), set(device_places(graphics=True))
    assert few == {f"/dev/{name}" for name in ("null", "zero", "full", "random", "urandom")}
    assert {"/dev/dri", "/dev/kfd"} <= all_of_them - few


@linux
@pytest.mark.skipif(platform.machine() not in {"x86_64", "aarch64"}, reason="no table of calls")
def test_that_what_a_kernel_lacks_is_logged_and_the_rest_stands(tmp_path: Path) -> None:
    source = (
        ENTER
        + NATIVE_ONLY
        + "import logging\nlogging.basicConfig(level=logging.DEBUG, stream=sys.stderr)\n"
        + "from ailab.services.inference.sandbox import landlock\n"
        + "landlock.landlock_version = lambda: 0\n"
        + GO
        + "open(place / 'home' / 'x', 'w').close()\n"
        + "try: socket.socket()\nexcept PermissionError: print('refused')"
    )
    (tmp_path / "home").mkdir()
    done = subprocess.run(
        [sys.executable, "-P", "-c", source, str(tmp_path / "home"), str(tmp_path)],
        env=worker_environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert "this kernel has no Landlock" in done.stderr
    assert done.stdout == "refused\n"
