"""Addresses for screens, and addresses for managers of screens."""

from django.urls import path

from saas.accounts.access import closed, opened
from tenants.community.kiosk.views import device, pages, touch

app_name = "kiosk"
urlpatterns = [
    path("screen/", device.screen, name="show"),
    path("screen/worker.js", device.worker, name="worker"),
    path("screen/code/", device.code, name="code"),
    path("screen/claim/", device.claim, name="claim"),
    path("screen/playlist/", device.playlist, name="playlist"),
    path("screen/media/<slug:name>", device.media, name="media"),
    path("screen/key/", device.key, name="key"),
    path("screen/alive/", device.alive, name="alive"),
    path("screen/plays/", device.plays, name="report"),
    path("screen/touch/", touch.start, name="touch"),
    path("screen/touch/search/", touch.search, name="touch_search"),
    path("screen/touch/<slug:reference>/", touch.thing, name="touch_thing"),
    path("screen/touch/<slug:reference>/picture/", touch.picture, name="touch_picture"),
    path("k/<slug:code>/", pages.scanned, name="scanned"),
    path("kiosk/", pages.home, name="home"),
    path("kiosk/pair/", pages.pair, name="pair"),
    path("kiosk/loop/", pages.loop, name="loop"),
    path("kiosk/pictures/<slug:name>", pages.picture, name="picture"),
    path("kiosk/loop/arrange/", pages.arrange, name="arrange"),
    path("kiosk/hours/", pages.hours, name="hours"),
    path("kiosk/hours/new/", pages.new_part, name="new_part"),
    path("kiosk/hours/<slug:reference>/", pages.part, name="part"),
    path("kiosk/hours/<slug:reference>/move/", pages.move_part, name="move_part"),
    path("kiosk/hours/<slug:reference>/remove/", pages.remove_part, name="remove_part"),
    path("kiosk/messages/", pages.announce, name="messages"),
    path("kiosk/messages/<slug:reference>/withdraw/", pages.withdraw, name="withdraw"),
    path("kiosk/plays/", pages.plays, name="plays"),
    path("kiosk/screens/<slug:reference>/", pages.screen, name="screen"),
    path("kiosk/screens/<slug:reference>/unpair/", pages.unpair, name="unpair"),
]
access = (
    opened("kiosk:show", get="all:200"),
    opened("kiosk:worker", get="all:200"),
    opened("kiosk:code", post="all:200"),
    opened("kiosk:claim", post="all:422"),
    opened("kiosk:playlist", get="all:204"),
    opened("kiosk:media", "none", get="all:401"),
    opened("kiosk:key", post="all:401"),
    opened("kiosk:alive", post="all:401"),
    opened("kiosk:report", post="all:401"),
    opened("kiosk:touch", get="all:404"),
    opened("kiosk:touch_search", get="all:404"),
    opened("kiosk:touch_thing", "none", get="all:404"),
    opened("kiosk:touch_picture", "none", get="all:404"),
    opened("kiosk:scanned", "XX", get="all:200"),
    closed("kiosk:home", get="in:403 kiosk,admin:200 council,treasurer:303"),
    closed("kiosk:pair", get="in:403 kiosk,admin:200", post="in:403 kiosk,admin:422"),
    closed(
        "kiosk:screen", "own screen", get="in:403 kiosk,admin:200", post="in:403 kiosk,admin:422"
    ),
    closed(
        "kiosk:screen",
        "foreign screen",
        get="in:403 kiosk,admin:404",
        post="in:403 kiosk,admin:404",
    ),
    closed("kiosk:unpair", "spare screen", post="in:403 kiosk,admin:303"),
    closed("kiosk:unpair", "foreign screen", post="in:403 kiosk,admin:404"),
    closed("kiosk:picture", "none", get="in:403 kiosk,admin:404"),
    closed("kiosk:loop", get="in:403 kiosk,admin:200"),
    closed("kiosk:arrange", post="in:403 kiosk,admin:303"),
    closed("kiosk:hours", get="in:403 kiosk,admin:200"),
    closed("kiosk:new_part", get="in:403 kiosk,admin:200", post="in:403 kiosk,admin:422"),
    closed(
        "kiosk:part", "own day part", get="in:403 kiosk,admin:200", post="in:403 kiosk,admin:422"
    ),
    closed(
        "kiosk:part",
        "foreign day part",
        get="in:403 kiosk,admin:404",
        post="in:403 kiosk,admin:404",
    ),
    closed("kiosk:move_part", "own day part", post="in:403 kiosk,admin:303"),
    closed("kiosk:move_part", "foreign day part", post="in:403 kiosk,admin:404"),
    closed("kiosk:remove_part", "spare day part", post="in:403 kiosk,admin:303"),
    closed("kiosk:remove_part", "foreign day part", post="in:403 kiosk,admin:404"),
    closed(
        "kiosk:messages",
        get="in:403 kiosk,admin,council,treasurer:200",
        post="in:403 kiosk,admin,council,treasurer:422",
    ),
    closed("kiosk:withdraw", "own message", post="in:403 kiosk,admin:303"),
    closed("kiosk:withdraw", "foreign message", post="in:404"),
    closed("kiosk:plays", get="in:403 kiosk,admin:200"),
)
