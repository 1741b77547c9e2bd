"""A classified is posted without a mouse: Tab, Space, letters and Enter."""

import pytest

from tests.journeys.visitor import Visitor

MOST_TABS = 60
# What has the focus, and whether one sees that it has.
FOCUSED = """() => {
  const here = document.activeElement;
  const label = here.closest('label') || here;
  const drawn = [here, label, here.nextElementSibling].filter(Boolean).map(getComputedStyle);
  return {
    name: here.getAttribute('name') || '',
    value: here.getAttribute('value') || '',
    words: (here.innerText || here.getAttribute('aria-label') || '').trim(),
    seen: drawn.some((style) => style.outlineStyle !== 'none' || style.boxShadow !== 'none'),
  };
}"""


def test_posting_takes_no_mouse(member: Visitor) -> None:
    keys = member.page.keyboard
    member.open("/")

    tab_to(member, words="Aller au contenu")
    tab_to(member, words="Publier")
    keys.press("Enter")
    member.page.wait_for_url("**/classifieds/new/")
    tab_to(member, name="kind")
    keys.press("ArrowRight")
    tab_to(member, name="title")
    keys.type("Boutures de pothos")
    tab_to(member, words="Publier l’annonce")
    keys.press("Enter")

    member.see("Boutures de pothos", "Don").stop()


def test_a_mistake_leads_the_focus_to_what_is_wrong(member: Visitor) -> None:
    member.open("/classifieds/new/")
    tab_to(member, words="Publier l’annonce")
    member.page.keyboard.press("Enter")

    member.see("Donnez un titre à votre annonce")
    assert member.page.title().startswith("Erreur")
    tab_to(member, words="Donnez un titre à votre annonce")
    member.page.keyboard.press("Enter")
    member.page.keyboard.type("Bocaux en verre")
    assert member.page.locator("main [name=title]").input_value() == "Bocaux en verre"
    member.stop()


def tab_to(visitor: Visitor, **wanted: str) -> None:
    """Press Tab until something has the focus; each stop on the way shows that it has it."""
    for _ in range(MOST_TABS):
        visitor.page.keyboard.press("Tab")
        focused = visitor.page.evaluate(FOCUSED)
        assert focused["seen"], focused
        if all(text in focused[key] for key, text in wanted.items()):
            return
    pytest.fail(f"Tab never comes to {wanted}")
