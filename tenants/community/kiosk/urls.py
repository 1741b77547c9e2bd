"""Addresses of screens: those that a screen opens, and those of who manages them."""

from django.urls import path

from tenants.community.kiosk.views import device, pages, touch

app_name = "kiosk"
urlpatterns = [
    path("screen/", device.screen, name="show"),
    path("screen/worker.js", device.worker, name="worker"),
    path("screen/code/", device.code, name="code"),
    path("screen/claim/", device.claim, name="claim"),
    path("screen/playlist/", device.playlist, name="playlist"),
    path("screen/media/<slug:name>", device.media, name="media"),
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
