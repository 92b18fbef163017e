"""Headers of every answer: security, caching, and bodies compressed once."""

import gzip
import threading

import brotli
from flask import Flask, Response, request

SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
LOCATING_PATHS = ("/task/",)  # a party may say where it is
FIXED_PATHS = ("/assets/", "/_dash-component-suites/")
COMPRESSIBLE = ("text/", "application/json", "application/javascript", "image/svg+xml")
SMALLEST = 800  # bytes; less is not worth compressing


def content_policy(script_hashes: list[str]) -> str:
    """What a page may load: nothing from other hosts, no eval. Dash's own inline scripts are named by their hashes."""
    return "; ".join(
        (
            "default-src 'none'",
            " ".join(["script-src 'self'", *script_hashes]),
            "style-src-elem 'self' 'unsafe-inline'",
            "style-src-attr 'none'",
            "img-src 'self' data: blob:",
            "connect-src 'self'",
            "font-src 'self'",
            "worker-src blob:",
            "manifest-src 'self'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


def install_headers(server: Flask, policy: str) -> None:
    """Add headers to every answer and compress what is worth it."""
    kept = _Compressed()

    @server.after_request
    def finish(response: Response) -> Response:
        response.headers.update(SECURITY)
        if request.path.startswith(LOCATING_PATHS):
            response.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(self)"
        response.headers["Content-Security-Policy"] = policy
        if request.path.startswith(FIXED_PATHS) and response.status_code == 200:
            if request.query_string or "_dash-component-suites" in request.path:
                response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
            response.headers.pop("Set-Cookie", None)
            return _compress(response, kept)
        response.headers.setdefault("Cache-Control", "no-store")
        return _compress(response, None)


class _Compressed:
    """Bodies that never change under their address, each compressed well, once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._bodies: dict[tuple[str, str], bytes] = {}

    def get(self, address: str, encoding: str, body: bytes) -> bytes:
        """The compressed body of an address."""
        key = address, encoding
        with self._lock:
            if key not in self._bodies:
                quality = 11 if len(body) < 300_000 else 9
                self._bodies[key] = (
                    brotli.compress(body, quality=quality) if encoding == "br" else gzip.compress(body, 6)
                )
            return self._bodies[key]


def _compress(response: Response, kept: _Compressed | None) -> Response:
    accepted = request.headers.get("Accept-Encoding", "")
    encoding = next((name for name in ("br", "gzip") if name in accepted), None)
    compressible = (response.mimetype or "").startswith(COMPRESSIBLE)
    if not encoding or not compressible or "Content-Encoding" in response.headers:
        return response
    if response.mimetype == "text/event-stream" or response.status_code != 200:
        return response
    response.direct_passthrough = False
    body = response.get_data()
    if len(body) < SMALLEST:
        return response
    if kept:
        small = kept.get(request.full_path, encoding, body)
    else:
        small = brotli.compress(body, quality=4) if encoding == "br" else gzip.compress(body, 4)
    response.set_data(small)
    response.headers["Content-Encoding"] = encoding
    response.headers["Vary"] = "Accept-Encoding"
    response.headers.pop("ETag", None)
    return response
