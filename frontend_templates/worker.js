"use strict";
/* Keeps the page of a screen where there is no network; the page itself fills these caches. */

const SHELL = "troovon-shell";
const KEPT = /^\/(static\/|theme\.|screen\/media\/)/;
const PATIENCE = 5000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (KEPT.test(url.pathname)) event.respondWith(file(request));
});

async function page(request) {
  const late = new Promise((_, reject) => setTimeout(reject, PATIENCE));
  try {
    const answer = await Promise.race([fetch(request), late]);
    if (answer.ok) {
      const shell = await caches.open(SHELL);
      await shell.put(new URL(request.url).pathname, answer.clone());
    }
    if (answer.status < 500) return answer;
  } catch {
    /* no network: the page that was kept */
  }
  return (await caches.match(new URL(request.url).pathname)) || Response.error();
}

async function file(request) {
  return (await caches.match(request)) || fetch(request);
}
