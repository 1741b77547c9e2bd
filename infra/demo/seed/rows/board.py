"""Classifieds of the demo's people, in their words."""

from typing import NamedTuple


class Row(NamedTuple):
    """A classified: kind, title, text, price in cents, place, author, and its picture."""

    kind: str
    title: str
    text: str
    cents: int | None
    place: str
    author: int
    art: str = ""
    unit: str = "whole"
    audience: str = "space"
    service: str = ""
    hours: tuple[tuple[int, str, str], ...] = ()


ROWS: tuple[Row, ...] = (
    Row("sell", "Vélo pliant 7 vitesses, révisé en octobre", "Acheté il y a deux ans pour faire gare – bureau, il se plie en dix secondes et tient sous un siège. Révision complète en octobre chez Cycles Bertoux : freins, câbles et chambre à air avant. Une rayure sur le tube, visible sur la photo.\n\nJe le laisse essayer sur le parking P2 à la pause.", 18000, "Porte Sud", 1, "bike"),
    Row("give", "Poussette tout-terrain, capote à recoudre", "Trois roues, pneus gonflés, frein à main. La capote a une couture ouverte sur dix centimètres.", None, "Accueil A", 3, "pram"),
    Row("sell", "Raquette de badminton, cordage neuf", "Cordage refait en septembre, prise en main souple.", 2500, "Porte Sud", 5, "racket"),
    Row("sell", "Lampe d’architecte", "Bras articulé, pince de bureau, ampoule fournie.", 3500, "Porte Sud", 0, "lamp"),
    Row("sell", "Casque sans fil, boîte d’origine", "Réduction de bruit, autonomie de vingt heures.", 6000, "Accueil A", 6, "headphones"),
    Row("sell", "Console et trois jeux", "Deux manettes, câbles, trois jeux de plateforme.", 12000, "Porte des Tilleuls", 4, "gamepad"),
    Row("give", "Boutures de pothos, pot compris", "Elles poussent même dans les toilettes du deuxième étage.", None, "Laboratoire 2", 9, "plant", audience="neighbours"),
    Row("sell", "Canapé deux places, tissu gris", "Déhoussable, à venir chercher à Saint-Avel. J’aide à porter.", 9000, "Porte Sud", 7, "chair"),
    Row("sell", "Lot de mangas, tomes 1 à 14", "Lus une fois, rangés debout.", 4000, "Accueil A", 8, "books"),
    Row("sell", "Barres de toit universelles", "Clés fournies, montées deux fois.", 5000, "Parking P2", 3, "car"),
    Row("give", "Cartons de déménagement, une vingtaine", "Pliés, propres, trois tailles.", None, "Quai de livraison", 10),
    Row("give", "Encyclopédie en douze volumes, pour qui a la place", "Elle pèse, elle est belle, elle dit 1987.", None, "Accueil A", 7, "books"),
    Row("give", "Bocaux en verre, deux cageots", "Avec couvercles. Idéal pour les confitures.", None, "Porte des Tilleuls", 9),
    Row("wanted", "Tente 4 places pour le week-end du 12", "La nôtre a pris l’eau. Je la rends sèche et pliée.", None, "Porte Sud", 6, "tent"),
    Row("wanted", "Quelqu’un pour arroser trois plantes en août", "À deux pas de la porte des Tilleuls.", None, "Porte des Tilleuls", 0, "plant"),
    Row("wanted", "Clé de 32 pour cinq minutes", "Mon vélo cargo ne demande que ça.", None, "Parking P2", 5, "toolbox"),
    Row("wanted", "Place de covoiturage depuis Valmorin le mardi", "Je partage l’essence et le café.", None, "Valmorin", 4, "car"),
    Row("swap", "Troque confitures de mirabelles contre œufs", "Douze pots de l’an dernier, œufs de poules heureuses bienvenus.", None, "Cuisine du hall A", 9),
    Row("rent", "Box de parking, rue des Bateliers", "À trois minutes de la porte Sud, hauteur 1,90 m.", 5500, "Rue des Bateliers", 7, "car", "month"),
    Row("service", "Soutien en maths, collège et seconde, à la pause", "Vingt minutes ou une heure, au calme.", 1200, "Salle Loge", 5, "note", "hour", "neighbours", "tutoring", ((1, "12:00", "13:30"), (4, "12:00", "13:30"), (5, "12:00", "13:00"))),
    Row("service", "Garde d’enfants le mercredi après-midi", "Chez moi, jardin, goûter compris.", 900, "Saint-Avel", 1, "blocks", "hour", service="childcare", hours=((3, "13:00", "18:30"), (4, "17:30", "20:00"))),
    Row("service", "Retouches et ourlets", "Sous une semaine. Déposez à l’accueil A.", 600, "Accueil A", 6, "shears", service="repairs"),
    Row("service", "Promenade de votre chien à la pause", "J’ai l’habitude des grands, le mien est un dogue.", 500, "Porte Sud", 10, "", "hour", service="pets", hours=((2, "12:00", "13:30"), (4, "18:00", "19:30"))),
    Row("service", "Dépannage informatique contre un café", "Je viens à votre poste entre 12 h 30 et 13 h.", 150, "Hall B", 8, "moka", service="repairs", hours=tuple((day, "12:30", "13:00") for day in range(1, 6))),
)  # fmt: skip
MORE_TITLES: tuple[tuple[str, str, int | None], ...] = (
    ("sell", "Table basse en chêne", 4500),
    ("sell", "Haltères, deux fois 6 kg", 2000),
    ("sell", "Vinyles de jazz, une caisse", 3000),
    ("give", "Plants de tomates", None),
    ("wanted", "Partenaire de badminton, niveau tranquille", None),
    ("sell", "Jeu de société, complet", 1200),
    ("sell", "Cafetière italienne", 800),
    ("give", "Bouquet séché, vase compris", None),
    ("sell", "Vélo enfant 16 pouces", 4000),
    ("service", "Un coup de main pour monter un meuble", 1000),
    ("sell", "Romans policiers, lot de six", 900),
    ("sell", "Machine à coudre, révisée", 7000),
    ("give", "Coussins de canapé, quatre", None),
    ("sell", "Sac de randonnée 40 litres", 3500),
    ("wanted", "Bottes de jardin, pointure 41", None),
    ("sell", "Trottinette d’enfant, casque offert", 1500),
    ("sell", "Plat à tajine", 1800),
    ("give", "Pots en terre cuite, une douzaine", None),
    ("sell", "Écran 24 pouces, câble fourni", 6500),
    ("swap", "Graines de courges contre graines de fleurs", None),
    ("sell", "Guitare d’étude, housse comprise", 8000),
    ("sell", "Chaise haute pliante", 2500),
    ("give", "Aquarium vide, 60 litres", None),
    ("sell", "Étagère murale, trois planches", 2200),
    ("wanted", "Vieux draps pour une peinture", None),
    ("sell", "Raquettes de plage et leur filet", 1000),
    ("sell", "Bouilloire émaillée", 1400),
    ("give", "Magazines de jardinage, deux ans", None),
    ("sell", "Puzzle de mille pièces, aucune ne manque", 700),
    ("service", "Affûtage de couteaux pendant la pause", 300),
    ("sell", "Manteau d’enfant, 8 ans", 1600),
    ("sell", "Tapis de yoga et sa sangle", 1100),
    ("give", "Palettes, à démonter sur place", None),
    ("sell", "Radio-réveil", 500),
    ("wanted", "Covoiturage vers la gare le vendredi soir", None),
    ("sell", "Service à thé, six tasses", 2000),
    ("sell", "Porte-vélos pour deux", 6000),
    ("give", "Rideaux occultants, 1,40 m", None),
    ("sell", "Dictionnaire espagnol, reliure intacte", 600),
    ("swap", "Confiture de figues contre miel", None),
)
SILLAGE_ROWS: tuple[Row, ...] = (
    Row("sell", "Ciré bleu, taille M", "Porté deux saisons, coutures étanches.", 4500, "Accueil", 0),
    Row("give", "Chutes de voile, de quoi faire dix sacs", "Toile blanche et rouge.", None, "Voilerie", 1),
    Row("wanted", "Remorque pour un samedi", "Trajet de vingt kilomètres.", None, "Accueil", 4, "car"),
    Row("service", "Épissures et nœuds, une heure pour apprendre", "Apportez votre bout.", 500, "Voilerie", 3, "", "hour", "neighbours"),
    Row("sell", "Vélo de ville, panier avant", "Freins neufs.", 8000, "Accueil", 1, "bike", audience="neighbours"),
)  # fmt: skip
