"use strict";
/*
 * What a screen does, without a browser: which slide when, what it asks, keeps and reports.
 *
 * `io` is everything outside: two clocks, the network, a store that survives a power cut, and the
 * drawing. The screen's page gives it a browser's, the drill of screens a day that passes in a
 * minute. Moments are milliseconds. Lengths are counted by the clock that only runs forward
 * (`mono`), moments by the server's: what the device believes of the time does no harm.
 */

const DAY = 24 * 3600 * 1000;
const SEND_EVERY = 20 * 1000;
const ALIVE_EVERY = 60 * 1000;
const NOTE_EVERY = 60 * 1000;
const MOST_SENT = 100;
const SLEEP = { id: "sleep", seconds: 10, windows: null };
const HOUSE = { id: "house", seconds: 10, windows: null };

class Player {
  constructor(io) {
    this.io = io;
    this.playlist = null;
    this.etag = "";
    this.allowed = null;
    this.current = null;
    this.broken = new Map();
    this.heard = 0;
    this.anchor = null;
    this.isOnline = false;
    this.isPaired = true;
    this.isHeld = false;
    this.before = "";
    this.trouble = "";
    this.nextPoll = 0;
    this.nextSend = 0;
    this.nextAlive = 0;
    this.nextNote = 0;
  }

  /* Begin from what was kept: after a power cut there may be no network. */
  async boot() {
    this.anchor = { at: this.io.now(), mono: this.io.mono() };
    const kept = await this.io.get("playlist");
    const clock = (await this.io.get("clock")) || { offset: 0, last: 0 };
    const guess = Math.max(this.io.now() + clock.offset, clock.last);
    this.anchor = { at: guess, mono: this.io.mono() };
    if (kept) {
      this.heard = kept.heard;
      this.use(kept.playlist, kept.etag);
    }
  }

  /* The moment by the server's clock, as far as it was ever heard. */
  now() {
    return this.anchor.at + (this.io.mono() - this.anchor.mono);
  }

  async hearTime(serverNow) {
    if (!serverNow) return;
    this.anchor = { at: serverNow, mono: this.io.mono() };
    this.heard = serverNow;
    if (this.io.mono() >= this.nextNote) {
      this.nextNote = this.io.mono() + NOTE_EVERY;
      await this.noteTime();
    }
  }

  async noteTime() {
    const offset = this.now() - this.io.now();
    await this.io.put("clock", { offset, last: this.now() });
    if (this.playlist) await this.keep();
  }

  async keep() {
    await this.io.put("playlist", { playlist: this.playlist, etag: this.etag, heard: this.heard });
  }

  use(playlist, etag) {
    this.playlist = playlist;
    this.etag = etag;
    this.allowed = null;
    this.byId = new Map(playlist.slides.map((slide) => [slide.id, slide]));
  }

  /* One step: called some times a second, it does what is due. A part that fails stops no other. */
  async tick() {
    if (this.io.mono() >= this.nextPoll) await this.attempt("playlist", () => this.poll());
    await this.attempt("slide", () => this.show());
    if (this.isPaired && this.io.mono() >= this.nextSend) await this.attempt("plays", () => this.send());
    if (this.isPaired && this.io.mono() >= this.nextAlive) await this.attempt("alive", () => this.tellAlive());
  }

  async attempt(part, work) {
    try {
      await work();
    } catch (error) {
      this.trouble = `${part}: ${error.message}`.slice(0, 120);
      this.io.failed(error);
    }
  }

  async poll() {
    const every = this.playlist ? this.playlist.poll_seconds : 7;
    this.nextPoll = this.io.mono() + every * 1000;
    const answer = await this.io.ask(this.playlist ? this.etag : "");
    this.isOnline = answer !== null;
    if (!answer) return;
    await this.hearTime(answer.now);
    this.isPaired = ![204, 401].includes(answer.status);
    if (!this.isPaired) await this.forget();
    else if (answer.status === 200) await this.take(answer);
  }

  /* All of a new playlist or none of it; but what it no longer has leaves at once. */
  async take(answer) {
    const media = [...new Set(answer.playlist.slides.flatMap((slide) => slide.media))];
    this.allowed = new Map(answer.playlist.slides.map((slide) => [slide.id, slide.windows]));
    this.urgent = answer.playlist.slides.filter((slide) => slide.urgent && !slide.media.length);
    try {
      await this.io.load(media);
    } catch {
      this.trouble = "media";
      return;
    }
    this.trouble = "";
    this.urgent = [];
    this.use(answer.playlist, answer.etag);
    await this.noteTime();
    await this.keep();
    await this.io.drop(media);
  }

  /* Somebody uses the screen for something else: nothing is shown, so nothing is counted. */
  hold() {
    this.isHeld = true;
    this.before = this.current ? this.current.slide.id : this.before;
    this.current = null;
  }

  release() {
    this.isHeld = false;
  }

  async forget() {
    this.playlist = null;
    this.etag = "";
    this.current = null;
    await this.io.put("playlist", null);
  }

  /* Leave a slide when its time is over or it may no longer be shown; then show the next one. */
  async show() {
    if (!this.isPaired || this.isHeld) return;
    const now = this.now();
    const urgent = this.urgentNow(now);
    const current = this.current;
    if (current) {
      const over = this.io.mono() >= current.until;
      const takenOver = urgent.length > 0 && !urgent.some((slide) => slide.id === current.slide.id);
      if (!over && !takenOver && this.mayShow(current.slide, now)) return;
      if (over) await this.attempt("play", () => this.count(current));
    }
    await this.advance(now, urgent);
  }

  async advance(now, urgent) {
    for (const slide of this.candidates(now, urgent)) {
      const begun = this.io.mono();
      try {
        await this.io.draw(slide);
      } catch {
        this.broken.set(slide.id, begun + 10 * 60 * 1000);
        this.trouble = slide.id;
        continue;
      }
      if (this.isHeld) return;
      const shown = this.io.mono();
      const length = slide.seconds * 1000;
      this.current = { slide, at: this.now(), from: shown, until: shown + length };
      return;
    }
  }

  /* What may come next, the best first; the house's own slide never fails. */
  candidates(now, urgent) {
    const shown = this.current ? this.current.slide.id : this.before;
    if (urgent.length) return [...after(urgent, (slide) => slide.id === shown), HOUSE];
    if (!this.playlist || now - this.heard > DAY) return [HOUSE];
    const span = this.playlist.spans.find((one) => one.from <= now && now < one.until);
    if (!span) return [HOUSE];
    if (span.mode === "sleep") return [SLEEP];
    const place = span.loop.indexOf(shown, this.place(span, shown));
    const order = [...span.loop.slice(place + 1), ...span.loop.slice(0, place + 1)];
    const slides = order.map((id) => this.byId.get(id)).filter((slide) => slide);
    this.span = span;
    this.after = place + 1;
    return [...slides.filter((slide) => this.mayShow(slide, now) && this.isWhole(slide)), HOUSE];
  }

  /* In a cycle a slide may come several times: go on from where we are in it. */
  place(span, shown) {
    if (this.span !== span || !this.after) return 0;
    const here = span.loop.indexOf(shown, this.after);
    return here < 0 ? 0 : this.after;
  }

  isWhole(slide) {
    return (this.broken.get(slide.id) || 0) < this.io.mono();
  }

  mayShow(slide, now) {
    if (slide === HOUSE || slide === SLEEP) return this.isStill(slide, now);
    const newest = this.allowed;
    if (newest && !newest.has(slide.id)) return false;
    if (!newest && this.byId && this.byId.get(slide.id) === undefined) return false;
    const windows = (newest && newest.get(slide.id)) || this.byId?.get(slide.id)?.windows || slide.windows;
    return windows.some(([from, until]) => from <= now && now < until);
  }

  /* Sleep ends with its stretch, however long a slide lasts. */
  isStill(slide, now) {
    if (slide !== SLEEP || !this.playlist) return true;
    const span = this.playlist.spans.find((one) => one.from <= now && now < one.until);
    return Boolean(span) && span.mode === "sleep";
  }

  urgentNow(now) {
    if (!this.playlist && !this.urgent?.length) return [];
    if (now - this.heard > DAY) return [];
    const all = this.urgent?.length ? this.urgent : this.playlist.slides.filter((one) => one.urgent);
    return all.filter((slide) => this.mayShow(slide, now) && this.isWhole(slide));
  }

  /* A play is a slide that was shown for its whole time: signed and kept until it is received. */
  async count(current) {
    const { slide } = current;
    if (slide === HOUSE || slide === SLEEP || current.isCounted) return;
    current.isCounted = true;
    const seconds = Math.round((current.until - current.from) / 1000);
    const key = this.io.key();
    const signed = [key, slide.id, slide.flight, Math.round(current.at), seconds].join("|");
    const play = { signed, signature: "" };
    await this.attempt("key", () => this.signPlay(play));
    await this.io.keepPlay(key, play);
  }

  /* Where the key is lost and cannot be had yet, the play waits for it. */
  async signPlay(play) {
    if (!play.signature) play.signature = await this.io.sign(play.signed);
  }

  async send() {
    this.nextSend = this.io.mono() + SEND_EVERY;
    if (!this.isOnline) return;
    const plays = await this.io.plays(MOST_SENT);
    if (!plays.length) return;
    for (const [, play] of plays) await this.signPlay(play);
    const kept = await this.io.send(plays.map(([, play]) => play));
    if (!kept) return;
    await this.io.dropPlays(kept);
    if (plays.length === MOST_SENT) this.nextSend = 0;
  }

  /* The seconds by which the slide stands longer than its time: a screen that works has none. */
  overdue() {
    if (this.isHeld || !this.current) return 0;
    return Math.max(0, Math.round((this.io.mono() - this.current.until) / 1000));
  }

  async tellAlive() {
    this.nextAlive = this.io.mono() + ALIVE_EVERY;
    if (!this.isOnline) return;
    const waiting = await this.io.playCount();
    await this.attempt("store", () => this.io.checkStore());
    await this.io.alive({
      version: this.etag,
      slide: this.isHeld ? "touch" : this.current ? this.current.slide.id : "",
      overdue: this.overdue(),
      waiting,
      trouble: this.trouble,
    });
  }
}

/*
 * Plays until they are received: in a store that survives a power cut, and in memory as long as that
 * store refuses them. A play has one key in both, so that it is counted once and never twice.
 */
class PlayStore {
  constructor(store, most = 5000) {
    this.store = store;
    this.most = most;
    this.held = new Map();
    this.received = new Set();
    this.fault = null;
  }

  async keep(key, play) {
    try {
      await this.store.put(key, play);
    } catch (error) {
      this.fault = error;
      if (this.held.size < this.most) this.held.set(key, play);
    }
  }

  async list(most) {
    let stored = [];
    try {
      stored = await this.store.list(most + this.received.size);
    } catch (error) {
      this.fault = error; // what memory holds is sent all the same
    }
    const all = new Map([...stored, ...this.held]);
    for (const key of this.received) all.delete(key);
    return [...all].slice(0, most);
  }

  /* A write that was given up may still end: its play then stands in both, and is one. */
  async count() {
    let stored = [];
    try {
      stored = await this.store.keys();
    } catch (error) {
      this.fault = error;
    }
    const all = new Set([...stored, ...this.held.keys()]);
    for (const key of this.received) all.delete(key);
    return all.size;
  }

  /* A store that deletes nothing must not have its plays sent for ever. */
  async drop(keys) {
    for (const key of keys) this.held.delete(key);
    try {
      await this.store.drop([...keys, ...this.received]);
      this.received.clear();
    } catch (error) {
      this.fault = error;
      for (const key of keys) this.received.add(key);
    }
  }

  /* Raise what failed since the last check: no play is lost by it, but an operator hears of it. */
  check() {
    const { fault } = this;
    this.fault = null;
    if (fault) throw fault;
  }
}

/* The same things, beginning after the first that fits. */
function after(things, fits) {
  const place = things.findIndex(fits);
  return [...things.slice(place + 1), ...things.slice(0, place + 1)];
}

globalThis.Player = Player;
globalThis.PlayStore = PlayStore;
