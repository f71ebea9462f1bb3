"""From the start of gunicorn to the first answer, with byte code there already; and what a worker keeps for itself."""

from __future__ import annotations

import http.client
import subprocess
import threading
import time

import psutil

from tests.sending.mail_server import free_port

from .caller import Caller
from .site import BIN, KINDS, address_of, served, stage
from .table import at_most, figure, heading
from .walk import begin, walk, way_of

ROUNDS = 5
AIM = 1.0


def main(rounds: int = ROUNDS, most_pages: int = 1000) -> None:
    """The best start of several, then memory after one person's journey."""
    heading(f"Cold start, best of {rounds}, and memory")
    with stage() as made:
        made.installation.let_go()
        starts = [_start(made.environment) for _ in range(rounds)]
        figure("CPU until the first answer", f"{min(cpu for _, cpu in starts):.2f} s")
        at_most("until the first answer", min(wall for wall, _ in starts), AIM, "s")
        way = way_of(made.app, made.shelves)[:most_pages]
        for kind in KINDS:
            with served(made, kind=kind) as server:
                caller = Caller(server.port, address_of(1))
                begin(caller)
                assert all(answer.status_code in (200, 303) for _, answer in walk(caller, way))
                figure(f"memory of a {kind} worker's own, after a journey", f"{server.memory()[0]:.0f} MB")
                figure(f"memory of it in all, shared with its parent ({kind})", f"{server.resident()[0]:.0f} MB")


def _start(environment: dict[str, str]) -> tuple[float, float]:
    """Wall and CPU seconds from the command to the first answer of /healthz."""
    port, began = free_port(), time.perf_counter()
    command = [str(BIN / "gunicorn"), "--bind", f"127.0.0.1:{port}"]
    warm = {name: value for name, value in environment.items() if name != "PYTHONDONTWRITEBYTECODE"}
    warm["ASB_BASE_URL"] = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(command, env=warm, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _until_healthy(port)
        wall = time.perf_counter() - began
        family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
        cpu = sum(sum(one.cpu_times()[:2]) for one in family)
    finally:
        process.terminate()
        process.wait(30)
    return wall, cpu


def _until_healthy(port: int) -> None:
    pause, ends = threading.Event(), time.monotonic() + 60
    while time.monotonic() < ends:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            pause.wait(0.01)
        finally:
            connection.close()
    raise TimeoutError("it never answered")


if __name__ == "__main__":
    main()
