{% load static %}/* The space's service worker: shows pushes, and keeps a member's loans for where there is no network. */
"use strict";

const CACHE = "offline-2";
const MINE = "mine";
const OFFLINE = "{% url 'notifications:offline' %}";
const LOANS = "{% url 'lending:loans' %}";
const NOTE = `<p class="note warn"><span>{{ note|escapejs }}</span></p>`;
const PARTS = [
  OFFLINE,
  "{% static 'troovon.css' %}",
  "{% static 'figtree.woff2' %}",
  "{% static 'icons.svg' %}",
  "{% static 'troovon.js' %}",
  "{% static 'typed.js' %}",
  "{% static 'kept.js' %}",{% if space.theme_url %}
  "{{ space.theme_url }}",{% endif %}
];
const HANDOVERS = new RegExp(`${LOANS}[\\w-]+/handover/(?=")`, "g");
const MOST_HANDOVERS = 8;
const SAFE = { credentials: "same-origin", redirect: "error" };

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches.open(CACHE).then((cache) => cache.addAll(PARTS)).then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  const old = (names) =>
    names.filter((name) => ![CACHE, MINE].includes(name)).map((name) => caches.delete(name));
  event.waitUntil(
    caches.keys().then((names) => Promise.all(old(names))).then(() => self.clients.claim()),
  );
});

/* Pages come from the network, always; only where there is none, one's loans and their codes. */
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(event, pathname));
  else if (isDrawing(pathname)) event.respondWith(fetch(request).catch(() => caches.match(pathname)));
  else if (PARTS.includes(pathname)) event.respondWith(fetch(request).catch(() => caches.match(request)));
});

const isDrawing = (path) => path.startsWith(LOANS) && path.endsWith("/handover.svg");
const isKept = (path) => path.startsWith(LOANS) && /^([\w-]+\/(handover\/)?)?$/.test(path.slice(LOANS.length));

async function page(event, path) {
  try {
    const answer = await fetch(event.request);
    if (answer.ok && !answer.redirected && isKept(path)) event.waitUntil(keep(path, answer.clone()));
    return answer;
  } catch {
    const mine = isKept(path) && (await (await caches.open(MINE)).match(path));
    return mine ? noted(mine) : caches.match(OFFLINE);
  }
}

/* A page of loans is kept with the codes to which it leads, which are needed where no network is. */
async function keep(path, answer) {
  const mine = await caches.open(MINE);
  const text = await answer.clone().text();
  if (!text.includes("data-typed-by")) return;
  await mine.put(path, answer);
  const codes = [...new Set(text.match(HANDOVERS) ?? [])].slice(0, MOST_HANDOVERS);
  if (path.endsWith("/handover/")) codes.push(path);
  for (const code of codes) {
    const drawing = code.replace(/\/$/, ".svg");
    if (code !== path) await mine.put(code, await fetched(code));
    await mine.put(drawing, await fetched(drawing));
  }
}

async function fetched(path) {
  const answer = await fetch(path, SAFE);
  if (!answer.ok) throw new Error(path);
  return answer;
}

async function noted(answer) {
  const text = await answer.text();
  const { headers } = answer;
  return new Response(text.replace(/<main[^>]*>/, (opening) => opening + NOTE), { headers });
}

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
