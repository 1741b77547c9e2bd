"""Passwords from leaked lists, or made of names known to all members, are refused."""

import pytest

from saas.accounts import actions
from saas.accounts.guessing import is_guessable
from saas.accounts.models import User
from saas.kernel.errors import Refused
from tests.fixtures.people import AT

NAMES = ["Lou Ferrand", "lou.ferrand", "helvane.example", "Les Trois-Moulins", "Helvane"]


@pytest.mark.parametrize(
    "password",
    [
        *("troovon2026", "louferrand1", "Summer2026!", "P@ssw0rd123", "Printemps2026!"),
        *("helvane2026", "LesTroisMoulins2026", "ferrandlou2026!", "F3rr@nd-L0u#99"),
        *("motdepasse2026", "azertyuiop1", "Bienvenue2026!", "soleil123456", "Été2026!!!"),
    ],
)
def test_guessable_password(password: str) -> None:
    assert is_guessable(password, NAMES)


@pytest.mark.parametrize(
    "password",
    [
        *("trois mots et un moulin", "pain-au-levain-noir", "Xk92-plq-77z", "loup brume tambour"),
        "aZ3$kd9F" * 25,
    ],
)
def test_good_password(password: str) -> None:
    assert not is_guessable(password, NAMES)


@pytest.mark.parametrize("password", ["troovon2026", "nadianorth1", "north-2026-nadia"])
def test_names_of_person_and_space_are_refused_with_a_way_out(owner: User, password: str) -> None:
    owner.first_name, owner.last_name = "Nadia", "North"
    with pytest.raises(Refused, match="se devine") as refusal:
        actions.choose_password(by=owner, password=password, current="", proven=True, at=AT)
    assert refusal.value.field == "password"


def test_names_of_the_space_s_companies_are_refused(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    from saas.kernel.people import ways_in  # noqa: PLC0415 - the hook of this test alone

    monkeypatch.setattr(ways_in, "names_here", lambda: ["Zéphyrine Outillage"])
    with pytest.raises(Refused, match="se devine"):
        actions.choose_password(
            by=owner, password="zephyrineoutillage", current="", proven=True, at=AT
        )


def test_short_password_is_refused_however_hard_to_guess(owner: User) -> None:
    with pytest.raises(Refused, match="trop court"):
        actions.choose_password(by=owner, password="kZ7#pq!9w", current="", proven=True, at=AT)
    actions.choose_password(by=owner, password="kZ7#pq!9wV", current="", proven=True, at=AT)
