"""A person without a mouse."""

import pytest

from tests.journeys.visitor import Visitor

MOST_TABS = 60
# The element with the focus, and whether the focus is visible.
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


def tab_to(visitor: Visitor, **wanted: str) -> None:
    """Press Tab until something has the focus; each stop on the way shows that it has it."""
    for _ in range(MOST_TABS):
        visitor.page.keyboard.press("Tab")
        focused = visitor.page.evaluate(FOCUSED)
        assert focused["seen"], focused
        if all(text in focused[key] for key, text in wanted.items()):
            return
    pytest.fail(f"Tab never comes to {wanted}")
