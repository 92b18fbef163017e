"""Viewers of the stream in a process of their own: plain sockets that note when each chunk's last byte came."""

import base64
import json
import selectors
import socket
import sys
import time
import zlib
from dataclasses import dataclass, field

DEAF_BUFFER = 4096


@dataclass
class Viewer:
    """One connection, and what came when: (instant, checksum of the chunk)."""

    socket: socket.socket
    rest: bytes = b""
    in_body: bool = False
    chunks: list[tuple[float, int]] = field(default_factory=list)
    ended: bool = False

    def take(self, data: bytes, at: float, known: dict[int, bytes]) -> None:
        """Cut what came into the chunks that the server sent."""
        self.rest += data
        if not self.in_body:
            head, found, rest = self.rest.partition(b"\r\n\r\n")
            if not found:
                return
            if b" 200 " not in head.split(b"\r\n")[0]:
                raise RuntimeError(head.decode(errors="replace"))
            self.in_body, self.rest = True, rest
        while (end := self.rest.find(b"\r\n")) >= 0:
            size = int(self.rest[:end], 16)
            if len(self.rest) < end + size + 4:
                return
            chunk, self.rest = self.rest[end + 2 : end + 2 + size], self.rest[end + size + 4 :]
            checksum = zlib.crc32(chunk)
            known.setdefault(checksum, chunk)
            self.chunks.append((at, checksum))


def connect(port: int, cookie: str, path: str, buffer: int | None = None) -> socket.socket:
    """Ask for the stream."""
    found = socket.socket()
    if buffer:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    found.connect(("127.0.0.1", port))
    found.sendall(
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\nAccept-Encoding: gzip\r\n\r\n".encode()
    )
    return found


def main() -> None:
    """`python -m bench.viewers PORT COOKIE PATH COUNT DEAF`: watches until its input ends, then tells all in JSON."""
    port, cookie, path, count, deaf = int(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5])
    silent = [connect(port, cookie, path, DEAF_BUFFER) for _ in range(deaf)]
    viewers = [Viewer(connect(port, cookie, path)) for _ in range(count)]
    known: dict[int, bytes] = {}
    selector = selectors.DefaultSelector()
    for viewer in viewers:
        viewer.socket.setblocking(False)
        selector.register(viewer.socket, selectors.EVENT_READ, viewer)
    selector.register(sys.stdin, selectors.EVENT_READ, None)
    is_told, is_over = False, False
    while not is_over:
        for key, _ in selector.select(1):
            if key.data is None:
                is_over = True
            else:
                _read(key.data, known, selector)
        if not is_told and all(len(viewer.chunks) >= 3 for viewer in viewers):
            is_told = True
            print(json.dumps({"deaf": [one.getsockname()[1] for one in silent]}), flush=True)
    print(
        json.dumps(
            {
                "chunks": {checksum: base64.b85encode(chunk).decode() for checksum, chunk in known.items()},
                "viewers": [viewer.chunks for viewer in viewers],
                "ended": sum(viewer.ended for viewer in viewers),
            }
        ),
        flush=True,
    )


def _read(viewer: Viewer, known: dict[int, bytes], selector: selectors.BaseSelector) -> None:
    try:
        data = viewer.socket.recv(1 << 18)
    except ConnectionResetError:
        data = b""
    if data:
        viewer.take(data, time.monotonic(), known)
    else:
        viewer.ended = True
        selector.unregister(viewer.socket)


if __name__ == "__main__":
    main()
