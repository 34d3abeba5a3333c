"""Refuses what does not come from the explorer's own page, and keeps the page to this machine.

A server on 127.0.0.1 is within reach of every page that the same browser shows, and of every other
user of the machine. So the address begins with a key that only the terminal shows; another Host
(a name that was made to point here) or Origin (another site's script) is refused, requests are
small, and every reply forbids the page to load or send anything elsewhere.
"""

import asyncio
import hmac

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BYTES = 4096
BODY_SECONDS = 10.0  # in which a request's body must have come
POSTS = ("/api/answer",)
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
ALWAYS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cache-control": "no-store",
}


def refusal(status: int, text: str, **headers: str) -> JSONResponse:
    """An error that the page, or a person, can read."""
    return JSONResponse({"error": text}, status_code=status, headers=headers)


class Guard:
    """Wraps the application, which sees paths without the key.

    `port` is the one that it listens on, `key` the first part of all its addresses.
    """

    def __init__(self, app: ASGIApp, port: int, key: str) -> None:
        self.app = app
        self.before = f"/{key}/".encode()
        self.hosts = tuple(f"{name}:{port}" for name in ("127.0.0.1", "localhost"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(ALWAYS)
            await send(message)

        refused = self._refuse_stranger(scope, Headers(scope=scope))
        if refused is None:
            scope = {**scope, "path": scope["path"][len(self.before) - 1 :], "raw_path": None}
            refused = self._refuse(scope, Headers(scope=scope))
        body = b""
        if refused is None and scope["method"] == "POST":
            body, refused = await self._body(receive)
        if refused is not None:
            await refused(scope, receive, send_guarded)
            return
        await self.app(scope, _after(body, receive), send_guarded)

    def _refuse_stranger(self, scope: Scope, headers: Headers) -> JSONResponse | None:
        """A refusal of who comes by another name, from another site or without the key."""
        host, origin = headers.get("host", ""), headers.get("origin")
        if host not in self.hosts:
            return refusal(403, "This page is for this machine only (other Host).")
        if origin is not None and origin != f"http://{host}":
            return refusal(403, "Another site may not use this page (other Origin).")
        given = scope["path"].encode()[: len(self.before)]
        if not hmac.compare_digest(given, self.before):
            return refusal(403, "Open the whole address that the terminal shows.")
        return None

    def _refuse(self, scope: Scope, headers: Headers) -> JSONResponse | None:
        method, path = scope["method"], scope["path"]
        if headers.get("sec-fetch-site", "none") in ("cross-site", "same-site") and path != "/":
            return refusal(403, "Another site may not use this page.")
        allowed = ("POST",) if path in POSTS else ("GET", "HEAD")
        if method not in allowed:
            return refusal(405, f"Only {' and '.join(allowed)} here.", allow=", ".join(allowed))
        if method == "POST":
            if headers.get("content-type", "").partition(";")[0].strip() != "application/json":
                return refusal(415, "Send the settings as application/json.")
            size = headers.get("content-length", "0")
            if not size.isdecimal() or int(size) > MOST_BYTES:
                return _too_large()
        return None

    @staticmethod
    async def _body(receive: Receive) -> tuple[bytes, JSONResponse | None]:
        """The request's body; a refusal if it is larger than it may be, whatever it said."""
        body = b""
        try:
            async with asyncio.timeout(BODY_SECONDS):
                while True:
                    message = await receive()
                    body += message.get("body", b"")
                    if len(body) > MOST_BYTES:
                        return b"", _too_large()
                    if not message.get("more_body", False):
                        return body, None
        except TimeoutError:
            return b"", refusal(408, "The settings did not come in time.")


def _too_large() -> JSONResponse:
    return refusal(413, f"The settings are larger than {MOST_BYTES} bytes.")


def _after(body: bytes, receive: Receive) -> Receive:
    """A `receive` that gives the body that was read already, then what follows."""
    given = False

    async def next_message() -> Message:
        nonlocal given
        if not given:
            given = True
            return {"type": "http.request", "body": body, "more_body": False}
        return await receive()

    return next_message
