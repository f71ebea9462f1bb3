"""A webhook: a small https server that keeps what it is told."""

from __future__ import annotations

import json
import ssl
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import trustme


class Webhook:
    """An https server that keeps what it is told and answers with `status`."""

    def __init__(self) -> None:
        self.status = 200
        self.told: list[dict[str, str]] = []
        self.url = ""


def serve(hook: Webhook, authority: trustme.CA) -> HTTPServer:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            hook.told.append(body)
            self.send_response(hook.status)
            self.send_header("Location", hook.url)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    hook.url = f"https://localhost:{server.server_port}/alarm?key=abc"
    threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
    return server
