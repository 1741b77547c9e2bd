"""Acts of people with an authenticator app, in French."""

from infra.local.authenticator import Authenticator
from tests.journeys.visitor import Visitor


def add(person: Visitor, path: str) -> Authenticator:
    """Follow the way from a grave act to a second factor; the codes for a lost phone come once."""
    person.follow("Ajouter une application").see("lisez ce dessin").stop()
    secret = person.page.locator("main code").inner_text().replace(" ", "")
    app = Authenticator(secret)
    person.fill(code=app.code()).press("Protéger mon compte").see("Vos codes de secours").stop()
    person.follow("Je les ai gardés").stop()
    assert path in person.page.url
    return app


def give(person: Visitor, app: Authenticator) -> None:
    """Give the code that signing in asks for."""
    person.see("Un code encore").stop()
    person.fill(code=app.code()).press("Entrer").stop()
