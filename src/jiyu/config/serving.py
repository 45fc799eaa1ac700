"""`jiyu serve`: web and worker in one process tree. Ctrl-C (or SIGTERM) ends both."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from jiyu.config.cli import RefusedError
from jiyu.core.language import is_chinese

THREADS = 8
LONGEST_ADDRESS = 8190  # a legend of 40 symbols answered by a form
PORTS_TRIED = 20
LAST_PORT = 65_535


def free_port(host: str, wanted: int) -> int:
    """`wanted`, or the next port nobody listens on; raises `RefusedError` after 20, and for a host that is not here."""
    last = min(wanted + PORTS_TRIED, LAST_PORT + 1) - 1
    for port in range(wanted, last + 1):
        with contextlib.closing(socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                if error.errno == errno.EADDRINUSE:
                    continue
                if error.errno == errno.EACCES:
                    denied = _("没有权限用端口 %(port)s") % {"port": port}
                    raise RefusedError(denied, _("用 --port 换成 1024 以上的")) from error
                away = _("“%(host)s”不是这台机器的地址") % {"host": host}
                raise RefusedError(away, _("--host 用 127.0.0.1（只在本机）或 0.0.0.0（所有网卡）")) from error
            return port
    tried = {"first": wanted, "last": last}
    raise RefusedError(_("端口 %(first)s–%(last)s 都被占用了") % tried, _("用 --port 换一段端口"))


def serve(host: str, port: int, *, with_worker: bool, on_ready: Callable[[], None]) -> None:
    """Serve until told to stop. `on_ready` is called when the port answers."""
    from gunicorn.app.base import BaseApplication

    class Application(BaseApplication):  # type: ignore[misc]
        def load_config(self) -> None:
            self.cfg.set("bind", f"{host}:{port}")
            self.cfg.set("workers", 1)
            self.cfg.set("worker_class", "gthread")
            self.cfg.set("threads", THREADS)
            self.cfg.set("timeout", 120)
            self.cfg.set("limit_request_line", LONGEST_ADDRESS)
            self.cfg.set("graceful_timeout", 5)
            self.cfg.set("loglevel", "warning")
            self.cfg.set("when_ready", lambda _server: on_ready())
            self.cfg.set("proc_name", "jiyu-web")

        def load(self) -> Any:
            from jiyu.config.wsgi import application

            return application

    started_by = os.getpid()
    with _worker_beside() if with_worker else contextlib.nullcontext():
        try:
            Application().run()
        except SystemExit:
            if os.getpid() != started_by:  # the server's own child ends here; only the parent goes on
                raise


def work(*, parent: int = 0) -> None:
    """Do background work until told to stop, or until the process `parent` is gone (0: nobody's child)."""
    from jiyu.core.jobs.worker import Worker

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())

    def watch() -> None:
        while not stop.wait(1):
            if os.getppid() != parent:
                stop.set()

    if parent:
        threading.Thread(target=watch, name="parent-watch", daemon=True).start()
    Worker(f"{socket.gethostname()}:{os.getpid()}").serve(stop)


@contextlib.contextmanager
def _worker_beside() -> Iterator[None]:
    """A worker process that is started again when it dies, until the block ends. It tells in the language of now."""
    language = "zh" if is_chinese() else "en"
    stopping = threading.Event()
    running: list[subprocess.Popen[bytes]] = []

    def keep() -> None:
        while not stopping.is_set():
            process = subprocess.Popen(
                [sys.executable, "-m", "jiyu.config.cli", "worker"],
                env={**os.environ, "JIYU_PARENT": str(os.getpid()), "JIYU_LANGUAGE": language},
            )
            running[:] = [process]
            while process.poll() is None and not stopping.wait(0.5):
                pass
            stopping.wait(1)

    watcher = threading.Thread(target=keep, name="worker-watch", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        stopping.set()
        for process in running:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
