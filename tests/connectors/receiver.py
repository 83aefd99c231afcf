"""A web server that receives webhooks, as a publisher would write one, and fails when it is told to."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook


class Receiver:
    """`messages` are those received and verified, in order; while `failing` is a status, that is the answer."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}/hook?source=corrections"
        self.secret = ""
        self.failing: int | None = None
        self.forget = 0  # how many messages are taken and answered by hanging up
        self.messages: list[dict[str, Any]] = []
        self.ids: list[str] = []
        self.refused: list[int] = []
        self.forged = 0


@contextmanager
def receiving(port: int = 0) -> Iterator[Receiver]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            if receiver.failing is not None:
                receiver.refused.append(receiver.failing)
                self.send_error(receiver.failing)
                return
            try:
                message = Webhook(receiver.secret).verify(body, dict(self.headers))
            except Exception:
                receiver.forged += 1
                self.send_error(400)
                return
            receiver.messages.append(message)
            receiver.ids.append(self.headers["webhook-id"])
            if receiver.forget:
                receiver.forget -= 1
                self.close_connection = True
                return
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    receiver = Receiver(server.server_port)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
