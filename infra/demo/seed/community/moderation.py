"""The demo's moderation: pending reports, hidden, decided and repeated reports; a charter."""

import datetime as dt

from saas.accounts.models import User
from saas.kernel import schema
from tenants.community.classifieds import actions as classifieds
from tenants.community.classifieds.models import Classified
from tenants.community.classifieds.rules import Offer
from tenants.community.members.models import Role
from tenants.community.moderation import actions
from tenants.community.moderation.models import Case, CharterAcceptance
from tenants.community.moderation.queries import cases as queries
from tenants.community.moderation.rules.cases import Verdict
from tenants.spaces.models import Tenant

CAMILLE, NADIA, KARIM, THEO, INES, HUGO, LOU, _DELPHINE, MEHDI, ANA = range(10)
CHARTER = (
    "Les remises se font aux heures de pause, dans les lieux communs du parc.\n\n"
    "Les prix sont ceux de l’occasion : personne ne fait de bénéfice sur un collègue.\n\n"
    "Les photos sont les vôtres, et ne montrent personne sans son accord."
)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def fill(tenant: Tenant, people: list[User], at: dt.datetime) -> None:
    """Report some things and decide of some; only the park's people have had reasons to."""
    if tenant.slug != "trois-moulins":
        return
    with schema.inside(tenant.schema_name):
        _publish_charter(at - 40 * DAY)
        _wait(people, at)
        _hide(people, at)
        _remove(people, at)
        _appeal(people, at)


def _publish_charter(at: dt.datetime) -> None:
    founder = Role.objects.select_related("user").get(role=Role.Kind.ADMINISTRATOR).user
    charter = actions.publish_charter(text=CHARTER, days=14, by=founder, at=at)
    others = User.objects.exclude(pk=founder.pk)
    CharterAcceptance.objects.bulk_create(
        CharterAcceptance(charter=charter, person=person, accepted_at=at + DAY) for person in others
    )


def _wait(people: list[User], at: dt.datetime) -> None:
    phone = _post(
        people[HUGO], "Téléphone neuf, moitié prix, sous blister", 18_000, at=at - 9 * HOUR
    )
    _report(
        phone,
        people[CAMILLE],
        "scam",
        words="Le même texte, mot pour mot, sur un autre site.",
        at=at - 5 * HOUR,
    )
    _report(phone, people[INES], "counterfeit", at=at - 4 * HOUR)
    sale = _post(people[LOU], "Bijoux fantaisie, catalogue sur demande", 1_200, at=at - 8 * HOUR)
    _report(
        sale, people[KARIM], "business", words="C’est la boutique de sa sœur.", at=at - 2 * HOUR
    )


def _hide(people: list[User], at: dt.datetime) -> None:
    promise = _post(people[THEO], "Méthode pour gagner 800 € par semaine", 4_900, at=at - 11 * HOUR)
    for number, index in enumerate((NADIA, INES, LOU)):
        _report(promise, people[index], "scam", at=at - (6 - number) * HOUR)


def _remove(people: list[User], at: dt.datetime) -> None:
    copies = _post(people[CAMILLE], "Maillots de foot, série complète", 2_500, at=at - 6 * DAY)
    case = _report(
        copies, people[NADIA], "counterfeit", words="L’écusson n’est pas le bon.", at=at - 5 * DAY
    )
    facts = "L’écusson et l’étiquette ne sont pas ceux de la marque : ce sont des copies."
    _decide(case, people[MEHDI], Verdict("remove", "counterfeit", facts), at=at - 4 * DAY)


def _appeal(people: list[User], at: dt.datetime) -> None:
    yoga = _post(people[KARIM], "Séance de yoga dans mon studio", 1_500, at=at - 8 * DAY)
    case = _report(
        yoga, people[CAMILLE], "business", words="Un studio, c’est un métier.", at=at - 7 * DAY
    )
    facts = "Une séance de temps en temps entre collègues : rien ne montre un métier."
    _decide(case, people[MEHDI], Verdict("keep", "", facts), at=at - 6 * DAY)
    words = "Son site affiche un tarif, des horaires et un numéro SIREN."
    actions.appeal(case=case, words=words, by=people[CAMILLE], at=at - 5 * DAY)
    facts = "Le studio a un site, des tarifs et un SIREN : c’est une activité professionnelle."
    _decide(case, people[ANA], Verdict("remove", "business", facts), at=at - 4 * DAY)
    honey = _post(people[INES], "Miel de mes ruches, le pot de 500 g", 800, at=at - 4 * DAY)
    case = _report(honey, people[HUGO], "business", at=at - 3 * DAY)
    facts = "Des pots vendus toute l’année, avec une étiquette commerciale."
    _decide(case, people[MEHDI], Verdict("remove", "business", facts), at=at - 2 * DAY)
    words = "J’ai trois ruches au fond du jardin, et quinze pots par an."
    actions.appeal(case=case, words=words, by=people[INES], at=at - DAY)


def _post(author: User, title: str, cents: int, *, at: dt.datetime) -> Classified:
    offer = Offer(
        kind="sell",
        title=title,
        description="",
        price_cents=cents,
        price_unit="whole",
        site_id=None,
        place="Porte Sud",
    )
    return classifieds.post(offer=offer, days=60, by=author, at=at)


def _report(
    classified: Classified, by: User, reason: str, *, words: str = "", at: dt.datetime
) -> Case:
    subject = queries.subject("classified", classified.reference, viewer=by)
    if subject is None:
        raise LookupError(classified.reference)
    report = actions.report(
        subject=subject, reference=classified.reference, reason=reason, words=words, by=by, at=at
    )
    return report.case


def _decide(case: Case, by: User, verdict: Verdict, *, at: dt.datetime) -> None:
    actions.decide(case=case, verdict=verdict, by=by, at=at)
