"use strict";
/* The page of a screen: gives the player a browser's clocks, network, store and drawing. */

const stage = document.getElementById("stage");
const place = document.getElementById("place");
const pairing = document.getElementById("pairing");
const statusLine = document.getElementById("status");
const words = stage.dataset;
const SHELL = "troovon-shell";
const MEDIA = "troovon-media";
const PATIENCE = 6000;
const FADE = 400;

/* A small store in IndexedDB: values by name, plays by key. */
let opened = null;

function openStore() {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open("troovon-screen", 1);
    opening.onupgradeneeded = () => {
      opening.result.createObjectStore("kept");
      opening.result.createObjectStore("plays");
    };
    opening.onsuccess = () => {
      opening.result.onclose = () => (opened = null);
      resolve(opening.result);
    };
    opening.onerror = () => reject(opening.error);
  });
}

/* One that broke, or that the browser closed to empty it, is opened again. */
async function begin(store, mode) {
  try {
    opened ??= openStore();
    return (await inTime(opened)).transaction(store, mode, { durability: "strict" });
  } catch (error) {
    opened = null;
    throw error;
  }
}

/* What does not answer fails: the loop of slides waits for nothing else. */
function inTime(promise) {
  const late = new Promise((_resolve, reject) => setTimeout(() => reject(new Error("timeout")), PATIENCE));
  return Promise.race([promise, late]);
}

async function inStore(store, mode, work) {
  const transaction = await begin(store, mode);
  const request = work(transaction.objectStore(store));
  return inTime(
    new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve(request ? request.result : undefined);
      transaction.onerror = () => reject(transaction.error);
      transaction.onabort = () => reject(transaction.error);
    }),
  );
}

/* A browser may empty its store, or refuse it: until it is there again, memory keeps the values. */
const memory = new Map();

async function get(name) {
  try {
    const kept = await inStore("kept", "readonly", (store) => store.get(name));
    return kept === undefined ? memory.get(name) : kept;
  } catch {
    return memory.get(name);
  }
}

async function put(name, value) {
  memory.set(name, value);
  try {
    await inStore("kept", "readwrite", (store) => void store.put(value, name));
  } catch (error) {
    console.warn(error);
  }
}

async function ask(path, options = {}) {
  const response = await fetch(path, { ...options, signal: AbortSignal.timeout(PATIENCE) });
  if (response.status >= 500) throw new Error(String(response.status));
  return response;
}

const post = (path, body) =>
  ask(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });

const plays = new PlayStore({
  put: (key, play) => inStore("plays", "readwrite", (store) => void store.put(play, key)),
  keys: () => inStore("plays", "readonly", (store) => store.getAllKeys()),

  async list(most) {
    const keys = await inStore("plays", "readonly", (store) => store.getAllKeys(null, most));
    const found = await inStore("plays", "readonly", (store) => store.getAll(null, most));
    return keys.map((key, number) => [key, found[number]]);
  },

  drop: (keys) =>
    inStore("plays", "readwrite", (store) => {
      for (const key of keys) store.delete(key);
    }),
});

const io = {
  get,
  put,
  now: () => Date.now(),
  mono: () => performance.now(),
  key: () => crypto.randomUUID(),

  async ask(etag) {
    try {
      const headers = etag ? { "If-None-Match": etag } : {};
      const response = await ask("/screen/playlist/", { headers, cache: "no-store" });
      const now = Number(response.headers.get("X-Now")) || 0;
      const playlist = response.status === 200 ? await response.json() : null;
      return { status: response.status, etag: response.headers.get("ETag") || "", now, playlist };
    } catch {
      return null;
    }
  },

  async load(media) {
    const cache = await caches.open(MEDIA);
    const missing = [];
    for (const url of media) if (!(await cache.match(url))) missing.push(url);
    await cache.addAll(missing);
  },

  async drop(media) {
    const cache = await caches.open(MEDIA);
    for (const request of await cache.keys()) {
      if (!media.includes(new URL(request.url).pathname)) await cache.delete(request);
    }
  },

  async sign(text) {
    const secret = new TextEncoder().encode((await get("secret")) || (await fetchSecret()));
    const key = await crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    const signature = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(text));
    return [...new Uint8Array(signature)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  },

  failed(error) {
    say("fault", words.retry);
    console.warn(error);
  },

  keepPlay: (key, play) => plays.keep(key, play),
  playCount: () => plays.count(),
  checkStore: () => plays.check(),
  plays: (most) => plays.list(most),
  dropPlays: (keys) => plays.drop(keys),

  async send(plays) {
    try {
      const response = await post("/screen/plays/", { plays });
      return response.ok ? (await response.json()).kept : null;
    } catch {
      return null;
    }
  },

  async alive(showing) {
    const size = `${screen.width}x${screen.height}`;
    try {
      const response = await post("/screen/alive/", { ...showing, size, instance: await instance() });
      const said = response.ok ? {} : await response.json();
      say("twin", response.status === 409 ? said.detail : "");
    } catch {
      /* the next minute will do */
    }
  },

  draw,
};

/* The store was emptied while the cookie stayed: its screen's key is asked for again. */
async function fetchSecret() {
  const response = await post("/screen/key/", {});
  if (response.status === 401) player.isPaired = false;
  if (!response.ok) throw new Error(`key ${response.status}`);
  const { secret } = await response.json();
  await put("secret", secret);
  return secret;
}

async function instance() {
  const known = await get("instance");
  if (known) return known;
  const fresh = crypto.randomUUID();
  await put("instance", fresh);
  return fresh;
}

/* The next slide is made and decoded beside the one that is shown: there is never nothing. */
async function draw(slide) {
  if (slide.id === "sleep") {
    stage.classList.remove("alarmed");
    stage.dataset.mode = "sleep";
    return;
  }
  const next = document.createElement("div");
  next.className = "stage-slide";
  next.dataset.slide = slide.id;
  const holder = document.createElement("template");
  holder.innerHTML = slide.html || document.getElementById("house").innerHTML;
  next.append(holder.content);
  next.classList.add("coming");
  place.append(next);
  try {
    await inTime(Promise.all([...next.querySelectorAll("img")].map((image) => image.decode())));
  } catch (error) {
    next.remove();
    throw error;
  }
  stage.dataset.mode = "play";
  stage.classList.toggle("alarmed", Boolean(slide.urgent));
  const before = [...place.children].filter((child) => child !== next);
  next.classList.remove("coming");
  setTimeout(() => before.forEach((child) => child.remove()), FADE);
}

/* Behind the pages that somebody touches nothing hangs that may be taken down meanwhile. */
function showHouse() {
  if (place.childElementCount === 1 && place.firstElementChild.dataset.slide === "house") return;
  place.replaceChildren();
  draw({ id: "house" });
}

const said = {};

function say(name, text) {
  said[name] = text;
  const line = Object.values(said).filter(Boolean).join(" · ");
  statusLine.textContent = line;
  statusLine.hidden = !line;
}

/* French writes 17 h 44 and 1er décembre; other languages as the browser does. */
function hourInWords(moment, language, timeZone) {
  const options = { timeZone, hour: "2-digit", minute: "2-digit" };
  const parts = new Intl.DateTimeFormat(language, { ...options, hourCycle: "h23" }).formatToParts(moment);
  const part = (type) => parts.find((one) => one.type === type).value;
  return language.startsWith("fr") ? `${Number(part("hour"))}\u00a0h\u00a0${part("minute")}` : `${part("hour")}:${part("minute")}`;
}

function dayInWords(moment, language, timeZone) {
  const options = { timeZone, weekday: "long", day: "numeric", month: "long" };
  const parts = new Intl.DateTimeFormat(language, options).formatToParts(moment);
  const first = (one) => (language.startsWith("fr") && one.type === "day" && one.value === "1" ? "1er" : one.value);
  return parts.map(first).join("");
}

function tellTime() {
  const moment = new Date(player.now());
  const zone = player.playlist?.zone || "Europe/Paris";
  const language = player.playlist?.language || document.documentElement.lang;
  document.getElementById("clock").textContent = hourInWords(moment, language, zone);
  document.getElementById("day").textContent = dayInWords(moment, language, zone);
  const shift = Math.floor(player.now() / 60000) % 2;
  stage.dataset.shift = String(shift);
}

function turn() {
  const wanted = player.playlist?.screen?.turn || "none";
  if (stage.dataset.turn !== wanted) stage.dataset.turn = wanted;
  document.getElementById("invited").hidden = !touch.isOffered;
  document.getElementById("name").textContent = player.playlist?.screen?.name || "";
}

/* Show six figures until a manager has typed them. */
let code = null;

async function pair() {
  const linked = location.hash.slice(1);
  if (linked) {
    history.replaceState(null, "", location.pathname);
    if (await claim({ claim: linked })) return;
  }
  pairing.hidden = false;
  if (!code || performance.now() > code.until) {
    const response = await post("/screen/code/", {});
    const answer = await response.json();
    if (!response.ok) {
      document.getElementById("figures").textContent = "– – –";
      say("pairing", answer.detail);
      code = { until: performance.now() + 60000 };
      return;
    }
    say("pairing", "");
    code = { until: performance.now() + answer.seconds * 1000 - 5000 };
    document.getElementById("figures").textContent = `${answer.code.slice(0, 3)} ${answer.code.slice(3)}`;
    document.getElementById("pairing-code").src = answer.qr;
  }
  await claim({});
}

async function claim(held) {
  const claimed = await post("/screen/claim/", held);
  if (claimed.status === 410) code = null; // another code took its place: a new one is shown
  if (claimed.status !== 200) return false;
  await put("secret", (await claimed.json()).secret);
  code = null;
  player.isPaired = true;
  player.nextPoll = 0;
  return true;
}

/* Keep the page and all that it loaded for the next start without a network. */
async function keepShell() {
  if (!("serviceWorker" in navigator)) return;
  await navigator.serviceWorker.register("/screen/worker.js", { scope: "/screen/" });
  const loaded = performance.getEntriesByType("resource").map((entry) => new URL(entry.name));
  const own = loaded.filter((url) => /^\/(static\/|theme\.)/.test(url.pathname));
  const sprite = stage.dataset.sprite;
  const cache = await caches.open(SHELL);
  await cache.addAll(["/screen/", sprite, ...new Set(own.map((url) => url.pathname))]);
}

async function stayAwake() {
  try {
    await navigator.wakeLock?.request("screen");
  } catch {
    /* a device that never sleeps needs none */
  }
}

const player = new Player(io);
const touch = new Touch(stage, player);
let nextPairing = 0;
let shellKept = false;

async function step() {
  try {
    say("fault", "");
    touch.tick();
    if (touch.page) showHouse();
    await player.tick();
    pairing.hidden = player.isPaired;
    if (!player.isPaired && performance.now() >= nextPairing) {
      nextPairing = performance.now() + 3000;
      await pair();
    }
    const since = new Date(player.heard);
    const time = hourInWords(since, document.documentElement.lang, player.playlist?.zone);
    say("network", player.isOnline || !player.heard ? "" : `${words.offline} ${time}`);
    if (player.isOnline && !shellKept) {
      shellKept = true;
      keepShell().catch(() => (shellKept = false));
    }
    turn();
    tellTime();
  } catch (error) {
    say("fault", words.retry);
    console.warn(error);
  }
  setTimeout(step, 250);
}

globalThis.player = player;
document.addEventListener("visibilitychange", stayAwake);
player
  .boot()
  .catch((error) => console.warn(error))
  .then(() => {
    stayAwake();
    step();
  });
