"""Goods forbidden in offers, by kind, with the laws that forbid them.

A title is searched for the noun of the item on offer; items for it, made of it or against it are
allowed (`étui à cigarettes`, `niche pour chiot`). After a false match the author can reword the
title; after a correct match the message names the right place for the item. Items disguised by
their title are left to colleagues' reports.
"""

import re
from typing import NamedTuple, NoReturn

from django.utils.translation import gettext as _

from saas.kernel.errors import Refused
from saas.kernel.search.sorting import sort_key
from tenants.community.moderation.models import Reason


class Forbidden(NamedTuple):
    """A kind of goods: its nouns without accents."""

    reason: str
    nouns: str


# Weapons and ammunition. Code de la sécurité intérieure: art. L. 313-2 (trading, lending or renting
# them requires an approval), R. 313-23 (between private persons only before a gunsmith or by an
# approved broker); categories in art. R. 311-2.
WEAPONS = Forbidden(
    Reason.WEAPON,
    r"armes? a feu|armes? de poing|armes? blanches?|fusils?|carabines?|revolvers?|munitions?|"
    r"pistolets?(?! a | de (?:lavage|peinture|massage))|cartouches? (?:de chasse|calibre)|"
    r"tasers?|shockers?|matraques?|poings? americains?|bombes? lacrymogenes?|lacrymos?|"
    r"couteaux? papillons?|handguns?|rifles?|shotguns?|ammunition|pepper sprays?",
)
# Medicines. Code de la santé publique: art. L. 4211-1 (only pharmacists dispense them), L. 4211-2
# (unused medicines go back to a pharmacy, and may not be handed out to other people).
MEDICINES = Forbidden(
    Reason.MEDICINE,
    r"medicaments?|antibiotiques?|antidouleurs?|anxiolytiques?|somniferes?|codeine|tramadol|"
    r"morphine|dolipranes?|paracetamol|ibuprofene|amoxicilline|insuline|ozempic|wegovy|viagra|"
    r"cialis|ritaline|pilules? contraceptives?|medicines?|antibiotics?|painkillers?",
)
# Tobacco. Code général des impôts: art. 568 (a monopoly of the State, by tobacconists), 568 ter (no
# sale at a distance). Code de la santé publique: art. L. 3512-12, L. 3513-5 (never to minors: ages
# are not checked here), so vaping products are refused alike.
TOBACCO = Forbidden(
    Reason.TOBACCO,
    r"tabacs?|cigarettes?(?! electroniques?)|cigares?|cigarillos?|clopes?|puffs?|"
    r"cigarettes? electroniques?|vapoteuses?|vapes?|e-?liquides?|snus|tobacco|cigars?",
)
# Animals. Code rural et de la pêche maritime: art. L. 214-8, VI (no offer of a pet on line, except
# under a heading of its own with checks that we do not make), L. 214-8-2 (those checks).
ANIMALS = Forbidden(
    Reason.ANIMAL,
    r"chiots?|chatons?|chiens?(?! (?:robots?|en peluche))|chats?(?! perche)|lapereaux?|"
    r"lapins? (?:nains?|belier)|hamsters?|cochons? d inde|perroquets?|perruches?|canaris?|"
    r"tortues? (?:terrestres?|vivantes?|d hermann)|furets?|serpents?|chinchillas?|"
    r"pupp(?:y|ies)|kittens?",
)
KINDS = (WEAPONS, MEDICINES, TOBACCO, ANIMALS)

_PLAIN = re.compile(r"[^a-z0-9-]+")
# Words before a noun that make it a different item; a box or a packet of it is still the same item.
_ABOUT = r"(?:pour|anti|contre|sans|sur|avec|for|against|about)(?: (?:les?|la|l|un|une|des|votre))?"
_OF = r"(?:a|aux?|de|d|du|des|of)"
_PACKETS = (
    r"boites?|paquets?|cartouches?|cartons?|lots?|plaquettes?|flacons?|tubes?|portees?|couples?|"
    r"pots?|sachets?|stocks?|restes?|box|pack|packs|packet|packets|litter"
)


_PATTERNS = [(kind, re.compile(rf"(?<![\w-])(?:{kind.nouns})\b")) for kind in KINDS]
_IS_ABOUT = re.compile(rf"(?:^|.* ){_ABOUT} $")
_IS_OF = re.compile(rf"(?:^|.* )(?P<what>[a-z0-9-]+) {_OF} $")
_IS_PACKET = re.compile(rf"(?:{_PACKETS})$")


def found_in(title: str) -> Forbidden | None:
    """Return the kind of forbidden goods that a title offers, if any."""
    plain = _PLAIN.sub(" ", sort_key(title).replace("œ", "oe")).strip()
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(plain):
            if not _is_something_else(plain[: match.start()]):
                return kind
    return None


def check(title: str) -> None:
    """Raise Refused for an offer of forbidden goods, and name the right place for them."""
    kind = found_in(title)
    if kind is not None:
        _refuse(kind)


def _refuse(kind: Forbidden) -> NoReturn:
    sentences: dict[str, str] = {
        Reason.WEAPON: _(
            "Les armes et leurs munitions ne passent que par un armurier ou un courtier agréé "
            "(code de la sécurité intérieure, art. L. 313-2 et R. 313-23)\u00a0: elles ne se "
            "proposent pas ici. Si votre titre parle d’autre chose, dites-le autrement."
        ),
        Reason.MEDICINE: _(
            "Les médicaments ne se vendent ni ne se donnent entre particuliers (code de la santé "
            "publique, art. L. 4211-1 et L. 4211-2)\u00a0: rapportez-les en pharmacie. Si votre "
            "titre parle d’autre chose, dites-le autrement."
        ),
        Reason.TOBACCO: _(
            "Le tabac ne se vend que chez les buralistes (code général des impôts, art. 568 et "
            "568 ter), et ce qui se vape demande de vérifier l’âge\u00a0: ni l’un ni l’autre ne se "
            "propose ici. Si votre titre parle d’autre chose, dites-le autrement."
        ),
        Reason.ANIMAL: _(
            "Un animal ne se propose pas ici\u00a0: son offre en ligne demande une rubrique et des "
            "contrôles que nous n’avons pas (code rural, art. L. 214-8, VI). Adressez-vous à un "
            "refuge ou à une association. Si votre titre parle d’autre chose, dites-le autrement."
        ),
    }
    raise Refused(sentences[kind.reason], field="title")


def _is_something_else(before: str) -> bool:
    """Return True if the words before a noun make it an item for it, of it or against it."""
    if _IS_ABOUT.match(before):
        return True
    thing = _IS_OF.match(before)
    return thing is not None and not _IS_PACKET.match(thing["what"])
