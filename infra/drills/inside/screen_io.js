"use strict";
/* What a browser gives the player, answered by the drill: clocks, a store, the network, a drawing. */
const kept = new Map();
const plays = new Map();
const decoding = [];
let shown = "";
let made = 0;
const copy = (value) => (value === undefined ? value : JSON.parse(JSON.stringify(value)));
const io = {
  now: py_now, mono: py_mono, key: py_key,
  get: async (name) => copy(kept.get(name)),
  put: async (name, value) => void kept.set(name, copy(value)),
  ask: async (etag) => JSON.parse(py_ask(etag)),
  load: async () => { if (py_breaks()) throw new Error("media"); },
  drop: async () => {},
  sign: async (text) => py_sign(text),
  keepPlay: async (key, play) => { plays.set(key, play); made += 1; },
  plays: async (most) => [...plays].slice(0, most),
  playCount: async () => plays.size,
  checkStore: () => {},
  dropPlays: async (keys) => keys.forEach((key) => plays.delete(key)),
  send: async (sent) => JSON.parse(py_send(JSON.stringify(sent))),
  alive: async () => {},
  failed: (error) => void (fault = String(error) + error.stack),
  clear: () => void (shown = null),
  draw: async (slide) => {
    await new Promise((resolve) => decoding.push(resolve));
    if (slide.id !== "house" && py_breaks()) throw new Error("decode");
    shown = slide.id;
  },
};
let player = null;
let fault = "";
let isBusy = false;

/* The power is back: nothing has been shown yet. */
function start() {
  shown = "";
  isBusy = false;
  decoding.length = 0;
  player = new Player(io);
  player.boot().catch((error) => (fault = String(error)));
}

/* A second has passed: what was being decoded is ready. */
function tick() {
  decoding.splice(0).forEach((ready) => ready());
  if (isBusy) return;
  isBusy = true;
  player
    .tick()
    .catch((error) => (fault = String(error) + error.stack))
    .finally(() => (isBusy = false));
}
