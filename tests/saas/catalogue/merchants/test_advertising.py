"""Texts of ads: prohibited by law, allowed with a mention, and harmless look-alikes."""

import pytest

from saas.catalogue.merchants.rules import advertising as rules
from saas.kernel.errors import Refused

PROHIBITED = [
    ("Casino en ligne : 100 € offerts, vodka à 5 €, crédit immédiat", "gambling"),
    ("Casinò en ligne", "gambling"),
    ("C4S1N0 : jouez", "gambling"),
    ("c a s i n o", "gambling"),
    ("\u0441\u0430sino", "gambling"),  # two Cyrillic letters
    ("ca\u200bsino", "gambling"),
    ("caaasino", "gambling"),
    ("Paris sportifs : doublez la mise", "gambling"),
    ("Online betting, free spins", "gambling"),
    ("Machines à sous", "gambling"),
    ("Tabac et cigarettes à prix cassé", "tobacco"),
    ("Vape shop : e-liquides -20 %", "tobacco"),
    ("Puff à la fraise", "tobacco"),
    ("V4pe", "tobacco"),
    ("Chicha lounge", "tobacco"),
    ("Fleurs de cannabis", "drugs"),
    ("Crédit immédiat sans justificatif", "unseen"),
    ("Prêt sans justificatifs", "unseen"),
    ("Payday loans, no credit check", "unseen"),
    ("Armurerie du lac : fusils de chasse", "weapons"),
    ("Handguns and ammo", "weapons"),
    ("Doliprane et antibiotiques sans ordonnance", "medicines"),
    ("V1agra", "medicines"),
    ("Ce thé guérit le diabète", "health"),
    ("Perdez 10 kg en 7 jours", "health"),
    ("Miracle cure, clinically proven", "health"),
    ("Massage érotique", "adult"),
    ("Sex-shop du centre", "adult"),
    ("Strip-club", "adult"),
    ("P0rn", "adult"),
]
WITH_MENTION = [
    ("Vodka à 5 €", "alcohol"),
    ("v0dka", "alcohol"),
    ("V.O.D.K.A", "alcohol"),
    ("Happy hour de 17 h à 19 h", "alcohol"),
    ("Dégustation de vins", "alcohol"),
    ("Wine and beer", "alcohol"),
    ("Cave à vin", "alcohol"),
    ("Bières artisanales", "alcohol"),
    ("Prêt personnel à 2 %", "credit"),
    ("Payez en 10 fois", "credit"),
    ("Personal loan", "credit"),
]
HARMLESS = [
    "Cave à pain : levain et seigle",
    "Baba au rhum, 4,50 €",
    "Coq au vin du jeudi",
    "Vinaigre de vin et de cidre",
    "Cigarettes russes à la vanille",
    "Bière sans alcool",
    "Alcohol-free beer",
    "Cocktail sans alcool",
    "Virgin mojito",
    "Non-alcoholic beer",
    "Crédit d’impôt de 50 % sur le ménage",
    "Cartes de crédit acceptées",
    "Credit cards welcome",
    "Supermarché Casino",
    "Paris-Brest, 3,80 €",
    "Puff pastry on Fridays",
    "Gendarmes : −10 %",
    "Patins à roulettes",
    "Pistolet à colle",
    "Gin­gembre confit",
    "Rosés du jardin : bouquets",
    "Le charme du levain",
    "100 % beurre, 0 % additif",
    "Vapeur douce et pressing",
    "Menu du midi 12,50 €",
    "Sexagénaires : −10 %",
    "Portes ouvertes, 5 km à vélo",
    "Une formule à 8,90 €",
    "Yoga doux, 10 séances",
    "Abonnement sans engagement",
]


@pytest.mark.parametrize(("text", "subject"), PROHIBITED)
def test_prohibited_words_are_refused(text: str, subject: str) -> None:
    assert subject in {found.subject.value for found in rules.findings_of(text)}
    with pytest.raises(Refused, match="interdit"):
        rules.check_words(text)


@pytest.mark.parametrize(("text", "subject"), WITH_MENTION)
def test_words_with_a_mention_run_with_it_alone(text: str, subject: str) -> None:
    mention = rules.mention_of(subject)
    with pytest.raises(Refused, match="mention"):
        rules.check_words(text)
    findings = rules.check_words(text, mention)
    assert [found.subject.value for found in findings] == [subject]
    assert rules.needs_a_look(findings, category="bakery")


@pytest.mark.parametrize("text", HARMLESS)
def test_harmless_words_pass(text: str) -> None:
    assert rules.findings_of(text) == []
    assert not rules.needs_a_look([], category="bakery")


def test_mention_counts_with_plain_apostrophes_and_capitals() -> None:
    rules.check_words(
        "Vins", "L'ABUS D'ALCOOL EST DANGEREUX POUR LA SANTE. A consommer avec modération"
    )


def test_mention_of_one_subject_does_not_open_another() -> None:
    with pytest.raises(Refused, match="mention"):
        rules.check_words("Vodka et prêt personnel", rules.ALCOHOL_MENTION)


def test_words_across_fields_are_read_apart() -> None:
    assert rules.findings_of("Le bar", "à huîtres", "mes") == []


def test_health_sector_is_always_seen_before() -> None:
    assert rules.needs_a_look([], category="health")


def test_page_of_a_wine_merchant_needs_no_mention() -> None:
    rules.check_page_words("Caviste : vins et bières")
    with pytest.raises(Refused):
        rules.check_page_words("Casino en ligne")
