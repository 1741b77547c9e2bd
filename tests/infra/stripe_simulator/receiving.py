"""A receiver of the simulator's webhooks, which stores each as it arrived."""

import http.server
import json
import threading
import time
from dataclasses import dataclass
from typing import Any


@dataclass
class Delivery:
    """A webhook as it arrived."""

    path: str
    host: str
    signature: str
    body: bytes
    at: float

    @property
    def json(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found

    @property
    def type(self) -> str:
        return str(self.json["type"])


class Receiver(http.server.ThreadingHTTPServer):
    """Takes webhooks, but for the types that a test lets it refuse."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), ReceiverHandler)
        self.deliveries: list[Delivery] = []
        self.refused: set[str] = set()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def close(self) -> None:
        self.shutdown()
        self.server_close()


class ReceiverHandler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        signature = self.headers["Stripe-Signature"]
        delivery = Delivery(self.path, self.headers["Host"], signature, body, time.monotonic())
        self.server.deliveries.append(delivery)
        status = 503 if delivery.type in self.server.refused else 200
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args: object) -> None:
        pass
