"""Messages of the demo's people about things on the board."""

from typing import NamedTuple


class Talk(NamedTuple):
    """A conversation: the thing, the asker, and the messages in turn."""

    thing: str
    asker: str
    words: tuple[str, ...]


TALKS: dict[str, tuple[Talk, ...]] = {
    "trois-moulins": (
        Talk("Vélo pliant", "Camille", ("Bonjour Nadia, le vélo m’intéresse. Seriez-vous disponible à 12 h 30, porte Sud ?", "Bonjour Camille, oui, je l’apporte. Il y a une petite rayure, vous verrez.", "Parfait, à tout à l’heure.")),
        Talk("Perceuse", "Théo", ("Bonjour Karim, la perceuse est-elle libre à la pause ?", "Oui, casier 4. Le code est sur le post-it.")),
        Talk("Poussette", "Camille", ("Bonjour, la poussette convient-elle pour un chemin de terre ?",)),
        Talk("Lampe d’architecte", "Hugo", ("Bonjour Camille, je peux la voir demain ?",)),
        Talk("Boutures", "Solène", ("Bonjour Ana, il vous en reste deux pour l’accueil ?", "Bien sûr, je les pose demain matin.")),
        Talk("Retouches", "Delphine", ("Bonjour Lou, un ourlet pour vendredi, c’est possible ?", "Oui, déposez le pantalon à l’accueil A.")),
        Talk("Tente 4 places", "Inès", ("Bonjour Karim, elle est libre le week-end du 12 ?", "Oui. Je la pose au hall B vendredi.")),
        Talk("Dépannage informatique", "Piotr", ("Bonjour Mehdi, mon écran clignote depuis lundi.", "Je passe à 12 h 40, gardez-moi un café.")),
    ),
    "sillage": (
        Talk("Vélo de ville", "Yann", ("Bonjour Aïcha, le panier est-il compris ?", "Oui, et l’antivol aussi.")),
        Talk("Ponceuse", "Eliott", ("Bonjour Tomasz, je peux l’emprunter samedi ?", "Oui, prenez aussi les disques fins.")),
        Talk("Épissures", "Maëlle", ("Bonjour Rose, on pourrait être quatre ?", "Avec plaisir, mardi midi à la voilerie.")),
        Talk("Chutes de voile", "Rose", ("Bonjour Aïcha, je prends les rouges.", "Elles vous attendent à la voilerie.")),
    ),
}  # fmt: skip
