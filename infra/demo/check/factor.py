"""Sign-in of a person of the check, with an authenticator app if a council requires it."""

import re

from infra.demo.check.browser import Browser, WentWrong
from infra.demo.check.journey import PASSWORD
from infra.local.authenticator import Authenticator

_SECRET = re.compile(r"<code>([A-Z2-7 ]+)<")


def sign_in(browser: Browser, email: str, app: Authenticator | None = None) -> None:
    """Sign in by address and password, then give the code of the app."""
    page = browser.get("/signin/")
    page = browser.submit(page, page.form(having="password"), email=email, password=PASSWORD)
    if app is not None:
        browser.submit(page, page.form(having="code"), code=app.code())


def set_up(browser: Browser) -> Authenticator:
    """Add an authenticator app to the account that has just signed in."""
    page = browser.get("/factor/")
    found = _SECRET.search(page.text)
    if found is None:
        raise WentWrong(f"{page.url} shows no secret of a second factor")
    app = Authenticator(found[1].replace(" ", ""))
    browser.submit(page, page.form(having="code"), code=app.code()).shows("Vos codes de secours")
    return app
