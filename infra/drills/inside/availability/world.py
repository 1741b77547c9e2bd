"""People at work in a space while its processes are killed or replaced."""

import datetime as dt
import itertools
from typing import Any

from infra.drills.inside.access.people import HOME, begin_conversation, session_of
from infra.drills.inside.community import world
from saas.accounts.models import User
from saas.kernel import schema
from tenants.community.gatherings import actions as gatherings
from tenants.community.gatherings.rules import Plan
from tenants.community.integrations import actions as integrations
from tenants.community.integrations.models import ApiToken
from tenants.community.kiosk.actions import screens as screen_actions
from tenants.community.kiosk.rules import screens as screen_rules
from tenants.community.members.models import Role
from tenants.spaces.spots import site_ids

DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)


def build(members: int, at: dt.datetime) -> dict[str, Any]:
    """Create members, their conversations in pairs, and runs; return the data for clients."""
    with schema.inside(HOME):
        people = [world.join(f"available{number}", at) for number in range(members)]
        manager = world.join("manager", at)
        Role.objects.create(user=manager, role=Role.Kind.KIOSK_MANAGER, given_at=at)
        talks = [begin_conversation(*two, at=at) for two in itertools.batched(people, 2)]
        return {
            "space": HOME,
            "site": min(site_ids()),
            "members": [
                {
                    "session": session_of(HOME, person),
                    "token": _token(person, at),
                    "talk": talks[number // 2],
                    "run": _run(manager, number, at),
                }
                for number, person in enumerate(people)
            ],
            "screen": _screen(manager, at),
        }


def _token(by: User, at: dt.datetime) -> str:
    made = integrations.make_token(
        kind=ApiToken.Kind.PERSONAL,
        name="Programme",
        scopes=["classifieds:write"],
        days=30,
        by=by,
        at=at,
    )
    return made.secret


def _run(by: User, number: int, at: dt.datetime) -> str:
    plan = Plan(
        kind="sport",
        title=f"Course {number}",
        description="",
        site_id=None,
        place="Porte Sud",
        starts_at=at + 2 * DAY,
        ends_at=at + 2 * DAY + HOUR,
        places=None,
    )
    return gatherings.announce(plan=plan, by=by, at=at).reference


def _screen(by: User, at: dt.datetime) -> dict[str, str]:
    """Pair a screen; its browser has fetched its token."""
    pairing, claim = screen_actions.show_code(at=at)
    placing = screen_rules.Placing(name="Hall", site_id=None, group="", turn="none")
    screen_actions.pair(code=pairing.code, placing=placing, by=by, at=at)
    claimed = screen_actions.claim(claim=claim, at=at)
    assert claimed is not None  # noqa: S101 - its code was just typed
    return {"token": claimed.token, "secret": claimed.play_secret}
