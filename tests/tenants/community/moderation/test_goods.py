"""Prohibited goods: recognised in a title, and harmless look-alikes."""

import pytest

from saas.kernel.errors import Refused
from tenants.community.moderation.rules import goods


@pytest.mark.parametrize(
    ("title", "reason"),
    [
        ("Fusil de chasse, peu servi", "weapon"),
        ("Carabine à plomb", "weapon"),
        ("Vends pistolet d’alarme", "weapon"),
        ("Bombe lacrymogène neuve", "weapon"),
        ("Boîte de munitions 22LR", "weapon"),
        ("DOLIPRANE 1000, deux boîtes", "medicine"),
        ("Boîte d’antibiotiques entamée", "medicine"),
        ("Reste de médicaments", "medicine"),
        ("Cartouche de cigarettes espagnoles", "tobacco"),
        ("Tabac à rouler", "tobacco"),
        ("Vapoteuse et deux e-liquides", "tobacco"),
        ("Chatons à donner contre bons soins", "animal"),
        ("Portée de chiots", "animal"),
        ("Cochon d’Inde avec sa cage", "animal"),
        ("Kittens for a good home", "animal"),
    ],
)
def test_title_that_offers_forbidden_goods_is_refused(title: str, reason: str) -> None:
    found = goods.found_in(title)
    assert found is not None
    assert found.reason == reason
    with pytest.raises(Refused) as refusal:
        goods.check(title)
    assert refusal.value.field == "title"
    assert "art." in refusal.value.sentence


@pytest.mark.parametrize(
    "title",
    [
        "Étui à cigarettes en argent",
        "Niche pour chien de taille moyenne",
        "Croquettes pour chatons, sac entamé",
        "Livre sur les armes à feu du XIXᵉ siècle",
        "Pistolet à eau, lot de trois",
        "Pistolet à colle",
        "Spray anti-tabac",
        "Boîte à pharmacie vide",
        "Jeu du chat perché",
        "Caisse de transport pour chat",
        "Perceuse-visseuse 18 V",
        "Lot de mangas, tomes 1 à 14",
        "Cartouches d’encre",
        "Chien robot",
        "",
    ],
)
def test_title_that_offers_something_else_is_let_through(title: str) -> None:
    goods.check(title)
