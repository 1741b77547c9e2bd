import pytest
from django.conf import settings
from django.test import RequestFactory

from saas.accounts import auth, rules


def test_a_port_that_a_caller_made_up_never_gets_into_a_mail(rf: RequestFactory) -> None:
    name, _, port = settings.BASE_HOST.partition(":")
    request = rf.get("/signin/", headers={"host": f"north.{name}:6666"})

    assert auth.sign_in_host(request).origin == f"{settings.BASE_SCHEME}://north.{name}:{port}"


def test_network_is_that_of_the_socket_whatever_a_header_says(rf: RequestFactory) -> None:
    request = rf.get(
        "/", headers={"X-Forwarded-For": "10.0.0.1, 203.0.113.7"}, REMOTE_ADDR="192.0.2.1"
    )
    assert auth.network_from(request) == "192.0.2.1"


@pytest.mark.parametrize("path", ["/", "/me/", "/classifieds/?kind=lend&free=now"])
def test_a_path_of_this_host_is_led_to(path: str) -> None:
    assert rules.local_path(path) == path


@pytest.mark.parametrize(
    "text",
    [
        *("", "me/", "//evil.test", "///evil.test", "/\\evil", "https://evil.test"),
        *("javascript:alert(1)", "/a\nb", "/\tx", "/a" * 200),
    ],
)
def test_anything_else_is_not(text: str) -> None:
    assert rules.local_path(text) == ""
