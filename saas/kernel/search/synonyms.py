"""Words of everyday things in the other language, for the search over all rooms.

Members write their things in French or in English, and look for them in the other. The list is
short on purpose: things that colleagues lend, sell or share, and no general dictionary.
"""

import functools
import re

from saas.kernel.search.sorting import sort_key

PAIRS = (
    # Tools and garden
    ("perceuse", "drill"),
    ("tournevis", "screwdriver"),
    ("visseuse", "screwdriver"),
    ("marteau", "hammer"),
    ("scie", "saw"),
    ("ponceuse", "sander"),
    ("échelle", "ladder"),
    ("escabeau", "stepladder"),
    ("tondeuse", "mower"),
    ("taille haie", "hedge trimmer"),
    ("brouette", "wheelbarrow"),
    ("nettoyeur haute pression", "pressure washer"),
    ("outil", "tool"),
    ("pompe", "pump"),
    ("bouture", "cutting"),
    ("plante", "plant"),
    # Getting about
    ("vélo", "bike"),
    ("vélo", "bicycle"),
    ("voiture", "car"),
    ("trottinette", "scooter"),
    ("remorque", "trailer"),
    ("siège auto", "car seat"),
    ("casque", "helmet"),
    ("antivol", "lock"),
    ("coffre de toit", "roof box"),
    ("porte vélo", "bike rack"),
    ("valise", "suitcase"),
    ("covoiturage", "carpool"),
    ("trajet", "ride"),
    # Home
    ("canapé", "sofa"),
    ("chaise", "chair"),
    ("bureau", "desk"),
    ("lampe", "lamp"),
    ("lit", "bed"),
    ("matelas", "mattress"),
    ("étagère", "shelf"),
    ("armoire", "wardrobe"),
    ("aspirateur", "vacuum cleaner"),
    ("machine à coudre", "sewing machine"),
    ("lave linge", "washing machine"),
    ("réfrigérateur", "fridge"),
    ("four", "oven"),
    ("poêle", "pan"),
    ("livre", "book"),
    ("clé", "key"),
    # Children, games, sport
    ("poussette", "pushchair"),
    ("poussette", "stroller"),
    ("jouet", "toy"),
    ("jeu", "game"),
    ("jeu de société", "board game"),
    ("tente", "tent"),
    ("sac de couchage", "sleeping bag"),
    ("raquette", "racket"),
    ("ballon", "ball"),
    ("chaussure", "shoe"),
    ("course", "run"),
    ("course à pied", "running"),
    ("randonnée", "hike"),
    ("natation", "swimming"),
    # Devices
    ("téléphone", "phone"),
    ("ordinateur", "computer"),
    ("ordinateur portable", "laptop"),
    ("écran", "screen"),
    ("clavier", "keyboard"),
    ("souris", "mouse"),
    ("chargeur", "charger"),
    ("imprimante", "printer"),
    ("appareil photo", "camera"),
    ("vidéoprojecteur", "projector"),
    ("casque audio", "headphones"),
    ("enceinte", "speaker"),
    ("guitare", "guitar"),
    # Help
    ("déménagement", "moving"),
    ("garde d’enfant", "babysitting"),
    ("cours", "lesson"),
    ("don", "gift"),
    ("repas", "meal"),
    ("déjeuner", "lunch"),
)
_WORD = re.compile(r"[^\W_]+")
_PLURAL = re.compile(r"(?<=\w{3})[sx]$")


def translated(text: str) -> str:
    """Return a text with its known things in the other language; empty if it has no such thing."""
    words = [_stem(word) for word in _WORD.findall(text)]
    other: list[str] = []
    is_known = False
    while words:
        size = next((size for size in range(min(len(words), _longest()), 0, -1)
                     if tuple(words[:size]) in _others()), 0)  # fmt: skip
        is_known = is_known or size > 0
        other.append(_others()[tuple(words[:size])] if size else words[0])
        words = words[size or 1 :]
    return " ".join(other) if is_known else ""


@functools.cache
def _others() -> dict[tuple[str, ...], str]:
    others: dict[tuple[str, ...], str] = {}
    for french, english in PAIRS:
        others.setdefault(_key(french), english)
        others.setdefault(_key(english), french)
    return others


@functools.cache
def _longest() -> int:
    return max(len(key) for key in _others())


def _key(text: str) -> tuple[str, ...]:
    return tuple(_stem(word) for word in _WORD.findall(text))


def _stem(word: str) -> str:
    return _PLURAL.sub("", sort_key(word))
