"""Addresses of the same mailbox are the same person; those of two mailboxes are two people."""

import pytest

from saas.kernel.values.mailboxes import are_one_mailbox, mailbox_of


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("claire@lumenova.example", "claire+cse@lumenova.example"),
        ("claire@lumenova.example", " Claire@LUMENOVA.example. "),
        ("claire.martin@gmail.com", "clairemartin+x@googlemail.com"),
        ("c.l.a@proton.me", "cla+1@protonmail.com"),
        ("cla@pm.me", "c-l_a@protonmail.ch"),
        ("claire@icloud.com", "claire@me.com"),
        ("claire@fastmail.com", "cse@claire.fastmail.com"),
        ("cl.aire@yandex.ru", "claire@ya.ru"),
        ('"claire"@lumenova.example', "claire@lumenova.example"),
        ("\uff43laire@lumenova.example", "claire@lumenova.example"),
    ],
)
def test_addresses_of_one_mailbox_are_one(one: str, other: str) -> None:
    assert are_one_mailbox(one, other)
    assert mailbox_of(one) == mailbox_of(mailbox_of(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("claire.martin@lumenova.example", "clairemartin@lumenova.example"),
        ("claire@lumenova.example", "claire@helvane.example"),
        ("claire@gmail.com", "claire@icloud.com"),
        ("+a@lumenova.example", "+b@lumenova.example"),
        ("nobody", "nobody@lumenova.example"),
    ],
)
def test_addresses_of_two_mailboxes_are_two(one: str, other: str) -> None:
    assert not are_one_mailbox(one, other)
