{% load static %}/* The space's service worker: shows pushes, and a page of its own where there is no network. */
"use strict";

const CACHE = "offline-1";
const OFFLINE = "{% url 'notifications:offline' %}";
const PARTS = [OFFLINE, "{% static 'troovon.css' %}", "{% static 'figtree.woff2' %}"];

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches.open(CACHE).then((cache) => cache.addAll(PARTS)).then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  const old = (names) => names.filter((name) => name !== CACHE).map((name) => caches.delete(name));
  event.waitUntil(
    caches.keys().then((names) => Promise.all(old(names))).then(() => self.clients.claim()),
  );
});

/* Pages come from the network, always; only where there is none, the page that says so. */
self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.mode === "navigate" && request.method === "GET") {
    event.respondWith(fetch(request).catch(() => caches.match(OFFLINE)));
  } else if (PARTS.includes(new URL(request.url).pathname)) {
    event.respondWith(fetch(request).catch(() => caches.match(request)));
  }
});

self.addEventListener("push", (event) => {
  const { title, text, url, tag, language } = event.data.json();
  event.waitUntil(
    self.registration.showNotification(title, {
      body: text,
      tag,
      lang: language,
      icon: "{% static 'icon-192.png' %}",
      badge: "{% static 'badge-96.png' %}",
      data: { url },
    }),
  );
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const target = new URL(event.notification.data.url, self.location.origin);
  if (target.origin !== self.location.origin) return;
  event.waitUntil(
    self.clients.matchAll({ type: "window" }).then((windows) => {
      const open = windows.find((one) => "navigate" in one);
      if (!open) return self.clients.openWindow(target);
      return open.focus().then((one) => one.navigate(target));
    }),
  );
});
