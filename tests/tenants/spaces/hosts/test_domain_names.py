"""A company's own name as DNS keeps it, and why some names are refused."""

import pytest

from saas.kernel.errors import Refused
from tenants.spaces.rules import addresses as rules


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("Espace.Helvane.Example", "espace.helvane.example"),
        ("https://espace.helvane.example/", "espace.helvane.example"),
        ("espace.helvane.example.", "espace.helvane.example"),
        ("\uff45\uff53\uff50\uff41\uff43\uff45.helvane.example", "espace.helvane.example"),
        ("société.example", "xn--socit-esab.example"),
        ("xn--socit-esab.example", "xn--socit-esab.example"),
        (f"{'a' * 63}.example", f"{'a' * 63}.example"),
    ],
)
def test_a_name_is_kept_as_dns_keeps_it(typed: str, stored: str) -> None:
    assert rules.normal_domain(typed, base="troovon.example") == stored


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Écrivez un nom de domaine."),
        ("helvane", "Il faut un nom complet"),
        ("127.0.0.1", "C’est une adresse IP"),
        ("[::1]", "C’est une adresse IP"),
        ("2001:db8::1", "C’est une adresse IP"),
        ("co.uk", "partagé par beaucoup d’entreprises"),
        ("github.io", "partagé par beaucoup d’entreprises"),
        ("troovon.example", "Ce nom est à Troovon"),
        ("helvane.troovon.example", "Ce nom est à Troovon"),
        ("espace.intranet", "n’existe pas sur Internet"),
        ("espace.localhost", "n’existe pas sur Internet"),
        ("esp_ace.helvane.example", "Écrivez le nom seul"),
        ("xn--hlvane-3of.example", "mêle plusieurs alphabets"),
        ("*.helvane.example", "Écrivez le nom seul"),
        ("helvane.example:8000", "Écrivez le nom seul"),
        ("helvane.example/page", "Écrivez le nom seul"),
        ("rh@helvane.example", "Écrivez le nom seul"),
        ("helvane .example", "Écrivez le nom seul"),
        ("helvane.example\0", "Écrivez le nom seul"),
        ("hel\u200bvane.example", "Écrivez le nom seul"),
        ("-helvane.example", "s’écrit avec des lettres"),
        ("helvane-.example", "s’écrit avec des lettres"),
        ("helvane..example", "253 signes au plus"),
        (".helvane.example", "253 signes au plus"),
        (f"{'a' * 64}.example", "253 signes au plus"),
        (f"{'a.' * 130}example", "253 signes au plus"),
        ("xn--.example", "253 signes au plus"),
        ("helv\u0430ne.example", "mêle plusieurs alphabets"),
        ("helvane.123", "Il faut un nom complet"),
    ],
)
def test_unprovable_domain_is_refused_with_its_reason(typed: str, sentence: str) -> None:
    with pytest.raises(Refused) as refusal:
        rules.normal_domain(typed, base="troovon.example")
    assert sentence in refusal.value.sentence
    assert refusal.value.field == "domain"
