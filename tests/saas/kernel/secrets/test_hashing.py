"""Passwords are hashed in a single module, and in requests only by views that declare it."""

import ast

import pytest
from django.conf import settings
from django.contrib.auth import hashers
from django.http import HttpRequest
from pytest_django import Settings

from saas import settings as product
from saas.kernel.secrets import hashing
from saas.kernel.secrets.hashing import is_password_address, takes_password
from saas.kernel.watching import log_context
from tests.architecture.source import Source, nodes_of, served_sources


def test_view_without_the_mark_hashes_nothing() -> None:
    with (
        log_context.request(),
        pytest.raises(RuntimeError, match="takes_password"),
    ):
        hashing.hash_password("trois mots et un moulin")


def test_view_with_the_mark_hashes() -> None:
    @takes_password
    def view(_request: HttpRequest) -> str:
        return hashing.hash_password("trois mots et un moulin")

    with log_context.request():
        assert hashing.is_password_of is not None
        encoded = view(HttpRequest())
    assert hashing.is_password_of("trois mots et un moulin", encoded)
    assert not hashing.is_password_of("autre", encoded)


def test_hash_that_no_password_has_costs_nothing_and_needs_no_mark() -> None:
    with log_context.request():
        assert not hashers.is_password_usable(hashing.hash_password(None))


@pytest.mark.parametrize(
    ("path", "urlconf"),
    [
        ("/signin/", settings.ROOT_URLCONF),
        ("/signin/", settings.OPERATOR_URLCONF),
        ("/signin/", settings.PUBLIC_SCHEMA_URLCONF),
        ("/password/", settings.ROOT_URLCONF),
        ("/join/confirm/abc/", settings.ROOT_URLCONF),
        ("/me/data/erase/", settings.ROOT_URLCONF),
        ("/desk/signup/", settings.PUBLIC_SCHEMA_URLCONF),
    ],
)
def test_addresses_that_hash_are_known_before_a_thread_takes_them(path: str, urlconf: str) -> None:
    assert is_password_address(path, urlconf)


@pytest.mark.parametrize("path", ["/", "/signin/link/", "/enter/abc/", "/nothing/here/"])
def test_other_addresses_keep_out_of_the_lane(path: str) -> None:
    assert not is_password_address(path, settings.ROOT_URLCONF)


def test_hashers_are_imported_in_one_module() -> None:
    importing = {source.name for source in served_sources() if _imports_hashers(source)}
    assert importing == {"saas/kernel/secrets/hashing.py"}


def _imports_hashers(source: Source) -> bool:
    imports = (node for node in nodes_of(source.tree) if isinstance(node, ast.ImportFrom))
    return any(
        node.module == "django.contrib.auth.hashers"
        or (
            node.module == "django.contrib.auth"
            and any(name.name == "hashers" for name in node.names)
        )
        for node in imports
    )


def test_new_hash_is_argon2_within_the_memory_of_a_process(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = product.PASSWORD_HASHERS  # tests have a quicker one
    encoded = hashing.hash_password("trois mots et un moulin")
    assert encoded.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert not hashing.is_outdated(encoded)
    assert hashing.is_outdated(hashers.PBKDF2PasswordHasher().encode("x", "salt1234", 1000))
