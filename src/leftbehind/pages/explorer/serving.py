"""How the explorer is served: connections that say nothing are closed, the log stays short."""

import asyncio
import logging
import signal
from pathlib import Path
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

GRACE = 1  # seconds that open streams get when the server is stopped
PATIENCE = 10.0  # seconds that a connection has to send the head of a request
MOST_CONNECTIONS = 64
LINES, LINE = 20, 300  # lines of the log that are written, and characters of each


class Impatient(H11Protocol):
    """Closes a connection that has sent no whole head of a request for `PATIENCE` seconds.

    Uvicorn itself waits for ever, so that a few half-open connections would keep out all others.
    """

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._silent_since = self.loop.time()
        self._look = self.loop.call_later(PATIENCE, self._close_if_silent)

    def connection_lost(self, exc: Exception | None) -> None:
        """Look no more."""
        self._look.cancel()
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        """Wait for the next request."""
        self._silent_since = self.loop.time()
        super().on_response_complete()

    def _close_if_silent(self) -> None:
        left = PATIENCE
        if self.cycle is None or self.cycle.response_complete:
            left = self._silent_since + PATIENCE - self.loop.time()
        if left <= 0:
            self.transport.close()
            return
        self._look = self.loop.call_later(left, self._close_if_silent)


class Bounded(logging.Filter):
    """Lets only the first lines of a log pass, each cut: who floods the server fills no disk."""

    def __init__(self) -> None:
        super().__init__()
        self._passed = 0

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is written; the last that is says that no more follow."""
        self._passed += 1
        text = record.getMessage()
        record.msg, record.args = text[:LINE] + ("..." if len(text) > LINE else ""), ()
        if self._passed == LINES:
            record.msg += " (no more such lines are written)"
        return self._passed <= LINES


def server(application: ASGIApp) -> uvicorn.Server:
    """A server of the explorer, to be run on a listening socket."""
    config = uvicorn.Config(
        application,
        http=Impatient,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE,
        limit_concurrency=MOST_CONNECTIONS,
    )
    logging.getLogger("uvicorn.error").addFilter(Bounded())
    return uvicorn.Server(config)


def doorway(address: str, folder: Path) -> Path:
    """A file that only its owner can read and that leads a browser to `address`.

    Given to the browser instead of the address, which others could see among its arguments.
    """
    path = folder / "explorer.html"
    path.touch(mode=0o600)
    path.write_text(f'<meta http-equiv="refresh" content="0; url={address}">\n', encoding="utf-8")
    return path


def run(application: ASGIApp, listening: Any) -> None:
    """Serve until Ctrl-C, SIGTERM or SIGHUP (which Uvicorn does not know)."""
    hang_up = getattr(signal, "SIGHUP", None)
    if hang_up and signal.getsignal(hang_up) is not signal.SIG_IGN:
        signal.signal(hang_up, lambda *_: signal.raise_signal(signal.SIGTERM))
    server(application).run(sockets=[listening])
