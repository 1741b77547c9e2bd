"""The kind of posting, of eight, that a member's first words mean, in both languages."""

import itertools
import re

from saas.kernel.search.sorting import sort_key

DEFAULT = "sell"

# The first row with a word of the text wins: verbs of the member come before names of things.
# A word is a whole word, or a beginning of words if it ends with a star.
WORDS: tuple[tuple[str, str], ...] = (
    ("ride", "covoit* trajet* conduis passager* carpool* lift ride rides passenger*"),
    ("deal", "promo* reduction* remise* rabais soldes coupon* discount* deal voucher*"),
    ("wanted", "cherche* recherche* besoin wanted need needed seeking"),
    ("give", "donne* donner don gratuit* offre give giving free giveaway"),
    ("lend", "prete* preter pret emprunt* lend lending borrow* loan"),
    ("sell", "vends vendre vente sell selling sale euros"),
    (
        "gathering",
        (
            "badminton foot football tennis yoga course footing marche randonnee dejeuner repas"
            " pique-nique apero sortie club atelier concert tournoi match rencontre jeux pilates"
            " lunch walk running run workshop game games picnic meetup breakfast"
        ),
    ),
    (
        "service",
        (
            "garde cours soutien baby-sitting babysitting menage jardinage depannage retouche*"
            " ourlets repar* aide coup tutoring lessons repair* cleaning sitting help"
        ),
    ),
    (
        "lend",
        (
            "perceuse* visseuse* scie* echelle tente* raclette outils nettoyeur remorque diable"
            " videoprojecteur drill ladder tent tools projector trailer saw"
        ),
    ),
)
PHRASES: tuple[tuple[str, str], ...] = (
    ("deal", "bon plan"),
    ("deal", "code promo"),
    ("wanted", "looking for"),
    ("ride", "place dans ma voiture"),
)
LONGEST = 80
# A discount names a deal, a price something to sell.
_SIGNS = (
    ("deal", re.compile(r"[-−]\s?\d{1,2}\s?%")),
    ("sell", re.compile(r"\d\s?€|€\s?\d")),
)
_WORD = re.compile(r"[\w-]+")


def kind_of(words: str) -> str:
    """Return the kind of posting that some words mean; selling if no rule has any of them."""
    text = sort_key(words)
    typed = _WORD.findall(text)
    phrased = (kind for kind, phrase in PHRASES if phrase in text)
    signed = (kind for kind, sign in _SIGNS if sign.search(words))
    named = (kind for kind, known in WORDS if any(_is_word(one, known.split()) for one in typed))
    return next(itertools.chain(phrased, signed, named), DEFAULT)


def _is_word(word: str, known: list[str]) -> bool:
    return any(word.startswith(one[:-1]) if one.endswith("*") else word == one for one in known)
