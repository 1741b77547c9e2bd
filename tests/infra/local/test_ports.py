import socket
from collections.abc import Iterator

import pytest

from infra.local.servers import ports
from infra.local.words import Trouble


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as other_program:
        other_program.bind(("127.0.0.1", 0))
        other_program.listen()
        yield other_program.getsockname()[1]


def test_a_port_that_was_asked_for_and_is_taken_is_refused(taken: int) -> None:
    with pytest.raises(Trouble) as trouble:
        ports.for_the_site(taken)
    assert trouble.value.sentence.fr.startswith(f"Le port {taken} est déjà pris")
    assert trouble.value.sentence.en.startswith(f"Port {taken} is already in use")


def test_forbidden_port_is_not_called_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_socket: object, _address: object) -> None:
        raise PermissionError

    monkeypatch.setattr(socket.socket, "bind", refuse)
    with pytest.raises(Trouble) as trouble:
        ports.for_the_site(80)
    assert trouble.value.sentence.en.startswith("Port 80 is reserved")


@pytest.mark.parametrize("wanted", [-1, 0, 65_536, 10**9])
def test_a_number_that_is_no_port_is_refused(wanted: int) -> None:
    with pytest.raises(Trouble) as trouble:
        ports.for_the_site(wanted)
    assert trouble.value.sentence.en.startswith("A port is a number from 1 to 65535")


def test_without_a_wish_the_next_free_port_is_taken(
    taken: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ports, "FIRST", taken)
    monkeypatch.setattr(ports, "LAST", taken + 20)
    chosen = ports.for_the_site(None)
    assert taken < chosen <= taken + 20
    assert ports.is_free(chosen)


def test_a_range_of_ports_that_is_all_taken_is_reported(
    taken: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ports, "FIRST", taken)
    monkeypatch.setattr(ports, "LAST", taken)
    with pytest.raises(Trouble, match="--port"):
        ports.for_the_site(None)


def test_a_free_port_that_was_asked_for_is_taken_as_it_is() -> None:
    free = ports.any_free()
    assert ports.for_the_site(free) == free
