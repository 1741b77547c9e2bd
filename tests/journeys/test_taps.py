"""Everyday errands on a phone, counted in taps: links that are followed, buttons that are pressed.

Each page is read as the server sends it, so that every way works without a script. Typing and
scanning are no taps; a photo is one.
"""

import sys
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from lxml import html  # type: ignore[import-untyped]

from saas.accounts.models import User
from tenants.community.conversations import actions as conversations
from tenants.community.lending.models import Loan
from tenants.community.lending.rules import codes
from tenants.community.members.actions import card
from tests.fixtures.people import Browse, SpaceClient
from tests.saas.catalogue.making import make_merchant
from tests.saas.catalogue.offers.making import make_offer
from tests.tenants.community.classifieds.making import make_classified, upload
from tests.tenants.community.conversations.test_meetings import propose, talk_about
from tests.tenants.community.gatherings.making import make_gathering
from tests.tenants.community.lending.making import make_thing
from tests.tenants.community.rides.making import make_ride

pytestmark = pytest.mark.proof  # a walk through twenty errands

DRILL, RUN, BIKE = "Perceuse sans fil", "Footing de jeudi", "Vélo pliant"
COFFEE = "Un café offert"


class Errand(NamedTuple):
    """An errand: its taps before there were five places (if counted), and the most allowed now."""

    words: str
    before: int | None
    most: int


class Phone:
    """A member's phone: its page, and the taps on it."""

    def __init__(self, client: SpaceClient) -> None:
        self.client = client
        self.taps = 0
        self.open("/")

    def open(self, url: str) -> "Phone":
        """Show a page without a tap, as after a scan or from the start screen."""
        answer = self.client.get(url)
        while answer.status_code in {301, 302, 303}:
            answer = self.client.get(_path(answer["Location"]))
        assert answer.status_code == 200, (url, answer.status_code)
        self.url, self.text = answer.request["PATH_INFO"], answer.text
        return self

    def tap(self, words: str, **typed: Any) -> "Phone":
        """Follow the link, or press the button, with these words."""
        self.taps += 1
        target = self._find(words, "a", "button")
        if target.tag == "a":
            return self.open(_path(target.get("href"), self.url))
        return self._send(target, words, typed)

    def press(self, words: str, **typed: Any) -> "Phone":
        """Press the button with these words, beside a link that leads to it."""
        self.taps += 1
        return self._send(self._find(words, "button"), words, typed)

    def _send(self, target: Any, words: str, typed: dict[str, Any]) -> "Phone":
        form = self._form_of(target)
        data: dict[str, list[Any]] = {}
        for name, value in form.form_values():
            data.setdefault(name, []).append(value)
        if target.get("name"):
            data[target.get("name")] = [target.get("value", "")]
        data |= {
            name: value if isinstance(value, list) else [value] for name, value in typed.items()
        }
        action = target.get("formaction") or form.get("action")
        url = _path(action or self.url, self.url)
        if (form.get("method") or "get").lower() == "get":
            query = "&".join(f"{name}={value}" for name, all_ in data.items() for value in all_)
            return self.open(f"{url}?{query}")
        answer = self.client.post(url, data)
        assert answer.status_code == 303, (url, words, answer.status_code)
        return self.open(_path(answer["Location"], self.url))

    def see(self, words: str) -> "Phone":
        """Check that the page has these words."""
        assert words in " ".join(html.fromstring(self.text).text_content().split()), words
        return self

    def _find(self, words: str, *tags: str) -> Any:
        tree = html.fromstring(self.text)
        for element in (one for tag in tags for one in tree.iter(tag)):
            if words in " ".join(element.text_content().split()):
                return element
        raise AssertionError(f"{self.url}: nothing to tap with {words}")

    def _form_of(self, button: Any) -> Any:
        tree = button.getroottree()
        named = button.get("form")
        return (
            tree.xpath("//form[@id=$id]", id=named)[0]
            if named
            else next(button.iterancestors("form"))
        )


def _path(url: str, current: str = "/") -> str:
    parts = urlsplit(url)
    path = parts.path or current
    return f"{path}?{parts.query}" if parts.query else path


@pytest.fixture
def counted() -> Iterator[Callable[[Errand, int], None]]:
    """Yield a function that holds an errand's taps; print all counts at the end."""
    lines: list[str] = []

    def count(errand: Errand, taps: int) -> None:
        before = "–" if errand.before is None else str(errand.before)
        lines.append(f"{errand.words:<46} {before:>6} {errand.most:>6} {taps:>6}")
        assert taps <= errand.most, lines[-1]

    yield count
    heading = f"\n{'errand':<46} {'before':>6} {'most':>6} {'now':>6}\n"
    sys.stdout.write(heading + "\n".join(lines) + "\n")


@pytest.fixture
def people(browse: Browse, owner: User, teammate: User) -> tuple[SpaceClient, SpaceClient]:
    """Return the clients of a lender who is found by name, and of a colleague."""
    cache.clear()
    at = timezone.now()
    for person in (owner, teammate):
        card.be_found(agrees=True, by=person, at=at)
    return browse(owner), browse(teammate)


def test_loan_of_a_drill_takes_nine_taps_by_both(
    people: tuple[SpaceClient, SpaceClient], owner: User, counted: Callable[[Errand, int], None]
) -> None:
    thing = make_thing(owner, at=timezone.now(), title=DRILL, lends_at_once=True)
    lender, borrower = (Phone(client) for client in people)

    borrower.tap(DRILL)
    borrower.tap(
        "Emprunter maintenant" if "Emprunter maintenant" in borrower.text else "Emprunter à la"
    )
    counted(Errand("book a thing that is free", 5, 3), borrower.taps)
    loan = Loan.objects.get(thing=thing)
    borrower.tap("Faire la remise")
    _scan(lender, loan, borrower)
    borrower.open("/")
    before = borrower.taps
    borrower.tap("À moi").see(DRILL)
    counted(Errand("see what I must give back", 1, 1), borrower.taps - before)
    borrower.tap(DRILL).tap("Faire le retour")
    _scan(lender, loan, borrower)
    borrower.open(loan.get_absolute_url()).tap("Dire merci")

    counted(Errand("the whole loan of a drill, both sides", 11, 9), borrower.taps + lender.taps)


def test_offer_ride_and_reserved_listing_take_few_taps(
    people: tuple[SpaceClient, SpaceClient],
    owner: User,
    teammate: User,
    counted: Callable[[Errand, int], None],
) -> None:
    at = timezone.now()
    hers, his = people
    make_offer(make_merchant(), title=COFFEE)
    make_ride(owner, at=at, way="from")
    bike = make_classified(owner, title=BIKE, at=at)

    till = Phone(his).tap("Découvrir").tap("Bons plans").tap("Obtenir mon code").see(COFFEE)
    counted(Errand("get today's deal at the till", 5, 3), till.taps)

    home = Phone(his).tap("Gare de Lorvaux").tap("Demander une place")
    home.press("Demander une place", place="Pont de la Loge", distance_km="6", bearing="n")
    counted(Errand("ask for a ride home", None, 3), home.see("Demandée").taps)

    talk = talk_about(bike, teammate)
    propose(talk, teammate)
    conversations.accept(conversation=talk, by=owner, at=at)
    closing = Phone(hers).tap("À moi").press(f"Conclu avec {teammate.first_name}")
    counted(Errand("close a reserved listing", 4, 2), closing.taps)
    bike.refresh_from_db()
    assert bike.outcome == bike.Outcome.HERE


def _scan(lender: Phone, loan: Loan, borrower: Phone) -> None:
    """Let the lender scan the borrower's code, and confirm."""
    loan.refresh_from_db()
    step = codes.step_of(loan)
    text = codes.write(loan, step, loan.borrower_id)
    lender.open(reverse("lending:scan", args=[text])).tap("Oui")
    assert borrower.url


def test_everyday_errands_take_few_taps(
    people: tuple[SpaceClient, SpaceClient],
    owner: User,
    teammate: User,
    counted: Callable[[Errand, int], None],
) -> None:
    at = timezone.now()
    make_gathering(owner, at=at, title=RUN)
    make_classified(owner, title=BIKE, at=at)
    hers, his = people

    def errand(words: str, before: int | None, most: int, *taps: str, client: Any = his) -> Phone:
        phone = Phone(client)
        for tap in taps:
            phone.tap(tap)
        counted(Errand(words, before, most), phone.taps)
        return phone

    errand("join Thursday's run", 4, 3, RUN, "Je participe").see("Vous participez")
    errand("cancel my place in the run", None, 3, "À moi", RUN, "Je ne viens plus")
    errand("write to a colleague by name", None, 3, "Découvrir", "Collègues", "Écrire")
    for words, room in (
        ("things to borrow", "À emprunter"),
        ("gatherings", "Activités"),
        ("rides", "Covoiturage"),
        ("shops around", "Commerces"),
        ("deals", "Bons plans"),
        ("map of what is around", "Carte"),
        ("library", "Médiathèque"),
        ("council", "Votre CSE"),
        ("directory of colleagues", "Collègues"),
    ):
        errand(f"open the {words}", None, 2, "Découvrir", room)
    for words, own in (
        ("listings", "Mes annonces"),
        ("loans", "Mes prêts"),
        ("rides", "Mes trajets"),
        ("favourites", "Favoris"),
        ("settings", "Profil et réglages"),
    ):
        errand(f"open my {words}", None, 2, "À moi", own)
    errand("see the offers at the till", None, 3, "Découvrir", "Bons plans", "Offres")
    asking = Phone(his).tap(BIKE).press("Écrire à")
    counted(Errand("ask about a listing", None, 3), asking.taps)
    errand("read my last message", None, 2, "Messages", teammate.short_name, client=hers)
    errand("begin to close my listing", 3, 3, "À moi", BIKE, "Clore l’annonce", client=hers)
    giving = Phone(hers).tap("Publier").open("/publish/?words=Donne+chaise").tap("Continuer")
    photos = [upload(), upload()]
    giving.tap("Publier l’annonce", pictures=photos).see("chaise")
    counted(Errand("give something away, two photos", None, 6), giving.taps + len(photos))
