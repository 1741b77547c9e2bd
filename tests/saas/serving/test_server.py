"""The server's handling of client requests, on real sockets."""

import json
import socket
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from infra.local import processes
from infra.local.servers import ports
from saas.kernel.web.bodies import USUAL_BYTES
from tests.fixtures.patience import PATIENCE
from tests.fixtures.programs import run_program
from tests.saas.serving.echo import LONG

HOST = b"Host: north.localhost\r\n"
CLOSE = b"Connection: close\r\n"
ECHO = "tests.saas.serving.echo:application"


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)


def answers(port: int) -> bool:
    try:
        connect(port).close()
    except OSError:
        return False
    return True


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    port = ports.any_free()
    child = processes.start(
        "serving",
        [sys.executable, "-m", "saas.serving", "--port", str(port), ECHO],
        log=tmp_path_factory.mktemp("serving") / "log",
    )
    try:
        processes.wait_until(lambda: answers(port), child, seconds=PATIENCE)
        yield port
    finally:
        processes.stop([child])


def exchange(port: int, *parts: bytes) -> bytes:
    """Send all parts; return the response until the server closes."""
    with connect(port) as line:
        for part in parts:
            line.sendall(part)
        return b"".join(iter(lambda: line.recv(65536), b""))


def environ_of(answer: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(answer.partition(b"\r\n\r\n")[2])
    return found


def post(length: int, *headers: bytes, path: bytes = b"/signin/") -> bytes:
    fields = HOST + b"Content-Length: %d\r\n" % length + b"".join(headers)
    return b"POST %s HTTP/1.1\r\n%s\r\n" % (path, fields)


def test_chunked_body_is_handed_in_with_its_length(port: int) -> None:
    head = b"POST / HTTP/1.1\r\n" + HOST + CLOSE + b"Transfer-Encoding: chunked\r\n\r\n"
    seen = environ_of(exchange(port, head, b"3\r\nabc\r\n", b"2\r\nde\r\n0\r\n\r\n"))
    assert (seen["read"], seen["CONTENT_LENGTH"]) == (5, "5")
    assert "HTTP_TRANSFER_ENCODING" not in seen


def test_header_with_an_underscore_is_not_believed_and_cookies_are_joined(port: int) -> None:
    def seen_with(headers: bytes) -> dict[str, Any]:
        return environ_of(exchange(port, b"GET / HTTP/1.1\r\n" + HOST + CLOSE + headers + b"\r\n"))

    assert "HTTP_X_FORWARDED_PROTO" not in seen_with(b"X_Forwarded_Proto: https\r\n")
    assert seen_with(b"Cookie: a=1\r\nCookie: b=2\r\n")["HTTP_COOKIE"] == "a=1; b=2"
    traced = seen_with(b"sentry-trace: a-b-1\r\nBaggage: sentry-release=1\r\n")
    assert not {"HTTP_SENTRY_TRACE", "HTTP_BAGGAGE"} & set(traced)


@pytest.mark.parametrize(
    ("target", "path", "query"),
    [
        (b"/a%C3%A9%2Fb?q=%C3%A9&r=1", "/aÃ©/b", "q=%C3%A9&r=1"),
        (b"/%FF/%00", "/ÿ/\0", ""),
        (b"http://north.localhost/there?x=1", "/there", "x=1"),
    ],
)
def test_target_is_read_as_wsgi_wants_it(port: int, target: bytes, path: str, query: str) -> None:
    seen = environ_of(exchange(port, b"GET %s HTTP/1.1\r\n" % target + HOST + CLOSE + b"\r\n"))
    assert (seen["PATH_INFO"], seen["QUERY_STRING"]) == (path, query)
    assert seen["HTTP_HOST"] == "north.localhost"


def test_http_1_0_is_answered_and_closed_and_head_has_the_headers_alone(port: int) -> None:
    former = exchange(port, b"GET / HTTP/1.0\r\n" + HOST + b"\r\n")
    assert former.startswith(b"HTTP/1.0 200 ")
    answer = exchange(port, b"HEAD / HTTP/1.1\r\n" + HOST + CLOSE + b"\r\n")
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert answer.endswith(b"\r\n\r\n")


def test_pipelined_requests_are_answered_in_their_order(port: int) -> None:
    one, last = (b"GET /%d HTTP/1.1\r\n" % number + HOST for number in (1, 2))
    answer = exchange(port, one + b"\r\n" + last + CLOSE + b"\r\n")
    assert answer.count(b"HTTP/1.1 200 ") == 2
    assert answer.index(b'"/1"') < answer.index(b'"/2"')


def test_client_that_asks_first_is_refused_before_it_sends(port: int) -> None:
    expects = b"Expect: 100-continue\r\n"
    answer = exchange(port, post(USUAL_BYTES + 1, expects))
    assert environ_of(answer)["CONTENT_LENGTH"] == str(USUAL_BYTES + 1)
    assert environ_of(answer)["read"] == 0
    with connect(port) as line:
        line.sendall(post(3, expects, CLOSE))
        assert line.recv(100).startswith(b"HTTP/1.1 100 ")
        line.sendall(b"abc")
        assert b'"read": 3' in line.recv(65536)


@pytest.mark.parametrize(
    "chunk",
    [
        pytest.param(b"fffffffffffffffffffff\r\nabc\r\n", id="a size that overflows"),
        pytest.param(b"zz\r\nabc\r\n", id="no number"),
        pytest.param(b"3\nabc\r\n", id="a bare line feed"),
    ],
)
def test_malformed_chunk_is_400_and_ends_the_connection(port: int, chunk: bytes) -> None:
    head = b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n"
    answer = exchange(port, head, chunk + b"0\r\n\r\n" + b"GET / HTTP/1.1\r\n" + HOST + b"\r\n")
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert answer.count(b"HTTP/1.1") == 1
    assert "est arrivé abîmé".encode() in answer


def test_refused_body_is_thrown_away_and_the_connection_goes_on(port: int) -> None:
    size = USUAL_BYTES * 40
    following = b"GET /next HTTP/1.1\r\n" + HOST + CLOSE + b"\r\n"
    answer = exchange(port, post(size), b"x" * size, following)
    refused, _, rest = answer.partition(b"0\r\n\r\n")
    assert b'"read": 0' in refused
    assert b'"/next"' in rest
    unfinished = exchange(port, post(USUAL_BYTES + 1), b"and no more")  # is not waited for
    assert unfinished.startswith(b"HTTP/1.1 200 ")
    assert unfinished.endswith(b"0\r\n\r\n")


def test_chunked_body_is_refused_once_it_is_too_long(port: int) -> None:
    head = b"POST / HTTP/1.1\r\n" + HOST + CLOSE + b"Transfer-Encoding: chunked\r\n\r\n"
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    answer = exchange(port, head, *[chunk] * 40, b"0\r\n\r\n")
    assert b'"read": 0' in answer
    length = int(answer.partition(b'"CONTENT_LENGTH": "')[2].partition(b'"')[0])
    assert USUAL_BYTES < length < USUAL_BYTES * 3


def test_slow_body_is_ended_with_408_in_the_readers_language(port: int) -> None:
    french = exchange(port, post(10), b"a")
    assert french.startswith(b"HTTP/1.1 408 ")
    assert "trop longtemps à arriver".encode() in french
    assert b"no-store" in french
    english = exchange(port, post(10, b"Accept-Language: en\r\n"), b"a")
    assert b"took too long" in english
    api = exchange(port, post(10, path=b"/api/v1/classifieds/"), b"a")
    assert "trop longtemps" in environ_of(api)["detail"]


def test_long_answer_arrives_whole(port: int) -> None:
    answer = exchange(port, b"GET /long HTTP/1.1\r\n" + HOST + CLOSE + b"\r\n")
    head, _, body = answer.partition(b"\r\n\r\n")
    assert len(body) == LONG
    assert b"content-length: %d" % LONG in head


def test_reader_of_a_long_answer_who_stops_is_left(port: int) -> None:
    with socket.socket() as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.settimeout(PATIENCE)
        line.connect(("127.0.0.1", port))
        line.sendall((b"GET /long HTTP/1.1\r\n" + HOST + b"\r\n") * 20)
        assert line.recv(100).startswith(b"HTTP/1.1 200 ")
        others = [exchange(port, b"GET / HTTP/1.1\r\n" + HOST + CLOSE + b"\r\n") for _ in range(5)]
    assert all(answer.startswith(b"HTTP/1.1 200 ") for answer in others)


def test_server_says_how_it_is_started() -> None:
    done = run_program([sys.executable, "-m", "saas.serving", "--help"])
    assert "--port" in done.stdout


@pytest.mark.proof
def test_server_ends_if_its_first_process_cannot_start_however_long_that_takes() -> None:
    application = "tests.saas.serving.refused:application"
    words = [sys.executable, "-m", "saas.serving", "--port", str(ports.any_free()), application]
    done = run_program(words, most_seconds=60)
    assert "This application does not start." in done.stdout + done.stderr
    assert done.returncode != 0
