"""A space shared by several journeys: founded, with two people that have a password."""

import secrets
from typing import Any

from playwright.sync_api import Browser

from tests.journeys import space
from tests.journeys.visitor import PHONE, Visitor


class Village:
    """A park of two companies: its members, and its name."""

    def __init__(self, browser: Browser, stack: dict[str, Any]) -> None:
        # Another name each time: the stack may have been walked through before.
        self.slug = f"parc-{secrets.token_hex(3)}"
        self.domain = f"{self.slug}.example"
        self.hr, self.employee = f"solene@{self.domain}", f"karim@{self.domain}"
        founder, member = (Visitor(browser, stack, script=False, size=PHONE) for _ in range(2))
        self._found(founder)
        space.join(
            member,
            space.address_of(member, self.slug, "/join/"),
            first_name="Karim",
            email=self.employee,
        )
        founder.leave()
        member.leave()

    def _found(self, hr: Visitor) -> None:
        """HR founds it without a script; the page of the building asks again by itself."""
        space.ask_for_space(hr, self.hr)
        hr.follow("Un parc d’activités").stop()
        hr.fill(name="Parc de la Loge")
        for row, (name, siren) in enumerate({"Forge": "732829320", "Quai": "552100554"}.items()):
            answers = {"name": name, "siren": siren, "head_count": "120"}
            hr.fill(**{f"companies-{row}-{key}": value for key, value in answers.items()})
        hr.press("Continuer")
        space.say_where(hr, heads=240)
        hr.fill(slug=self.slug).press("Choisir d’abord la couleur").see("Une couleur").stop()
        hr.fill(password=space.PASSWORD).press("Construire mon espace")
        space.enter_new_space(hr, self.slug)
        space.prove(hr, self.slug)
