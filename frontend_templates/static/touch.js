"use strict";
/*
 * What people do on a screen that may be touched: its pages lie over the loop, one in the place of
 * the other, so that no browser keeps a history of them; after a while without touch all is gone.
 */

const LEAVE_AFTER = 45 * 1000;
const WARN_AFTER = 35 * 1000;
const LOOK_EVERY = 7 * 1000;
const TOUCH_START = "/screen/touch/";
const ROWS = { fr: ["azertyuiop", "qsdfghjklm", "wxcvbn1234", "567890"], en: ["qwertyuiop", "asdfghjkl", "zxcvbnm123", "4567890"] };
const OF_TOUCH = /^\/(screen|media|neighbourhood)\/touch\//;

class Touch {
  constructor(stage, player) {
    this.stage = stage;
    this.player = player;
    this.page = null;
    this.path = "";
    this.trail = [];
    this.text = "";
    this.language = "";
    this.asked = 0;
    this.last = 0;
    this.nextLook = 0;
    for (const name of ["pointerdown", "pointermove", "keydown", "input"]) {
      stage.addEventListener(name, () => (this.last = performance.now()), { passive: true });
    }
    for (const name of ["contextmenu", "dragstart"]) {
      stage.addEventListener(name, (event) => this.page && event.preventDefault());
    }
    stage.addEventListener("click", (event) => this.clicked(event));
    stage.addEventListener("submit", (event) => this.submitted(event));
    stage.addEventListener("error", (event) => this.unplayable(event), true);
  }

  get isOffered() {
    return this.player.isPaired && Boolean(this.player.playlist?.screen?.touched);
  }

  clicked(event) {
    if (!this.page) {
      if (this.isOffered) this.open(TOUCH_START);
      return;
    }
    const key = event.target.closest("[data-key]");
    if (key) return this.type(key.dataset.key);
    const link = event.target.closest("a[href]");
    if (!link) return;
    event.preventDefault();
    if (link.dataset.language) {
      this.language = link.dataset.language;
      this.open(this.path, { back: true });
      return;
    }
    if ("leave" in link.dataset) this.leave();
    else if ("back" in link.dataset && this.trail.length) this.open(this.trail.pop(), { back: true });
    else if (link.rel) this.open(link.href, { back: true });
    else this.open(new URL(link.href.baseVal ?? link.href, location.href));
  }

  submitted(event) {
    event.preventDefault();
    const form = event.target;
    const url = new URL(form.action, location.href);
    url.search = new URLSearchParams(new FormData(form)).toString();
    this.open(url);
  }

  unplayable(event) {
    if (event.target.matches?.("audio, video")) {
      for (const note of this.stage.querySelectorAll("[data-unplayable]")) note.hidden = false;
    }
  }

  async read(path) {
    const url = new URL(path, location.href);
    if (this.language) url.searchParams.set("lang", this.language);
    try {
      const answer = await fetch(url, { cache: "no-store", signal: AbortSignal.timeout(6000) });
      return { status: answer.status, text: answer.ok ? await answer.text() : "" };
    } catch {
      return { status: 0, text: "" };
    }
  }

  /* A page in the place of the one before; what cannot be read leads back to the loop. */
  async open(address, { back = false } = {}) {
    const url = new URL(address, location.href);
    if (url.origin !== location.origin || !OF_TOUCH.test(url.pathname)) return;
    const asked = ++this.asked;
    const path = url.pathname + url.search;
    const answer = await this.read(path);
    if (asked !== this.asked) return;
    if (answer.status !== 200) {
      if (answer.status === 404 && path !== TOUCH_START) await this.open(TOUCH_START);
      else this.leave();
      return;
    }
    if (!this.page) {
      this.player.hold();
      this.last = performance.now();
    }
    if (!back && this.path && this.path !== path) this.trail.push(this.path);
    this.show(path, answer.text);
  }

  show(path, text) {
    const made = new DOMParser().parseFromString(text, "text/html").getElementById("touch");
    if (!made) return this.leave();
    const fresh = document.importNode(made, true);
    const same = this.page && this.path === path;
    const scrolled = same ? this.page.querySelector(".touch-page").scrollTop : 0;
    if (same) this.keepTyped(fresh);
    if (this.page) this.page.replaceWith(fresh);
    else this.stage.append(fresh);
    fresh.querySelector(".touch-page").scrollTop = scrolled;
    this.layKeys(fresh);
    this.page = fresh;
    this.path = path;
    this.text = text;
    this.nextLook = performance.now() + LOOK_EVERY;
    this.stage.dataset.mode = "play";
    if (this.focus) fresh.querySelector("input")?.focus();
    this.focus = false;
  }

  /* Browsers on such screens show no keyboard of their own. */
  layKeys(page) {
    const board = page.querySelector(".touch-board");
    if (!board) return;
    page.querySelector("input").inputMode = "none";
    const key = (value, words, broad) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = broad ? "touch-key broad" : "touch-key";
      button.dataset.key = value;
      button.textContent = words;
      return button;
    };
    const rows = (ROWS[page.lang] || ROWS.en).map((row) => [...row].map((letter) => key(letter, letter)));
    rows.push([key(" ", board.dataset.space, true), key("erase", board.dataset.erase, true)]);
    for (const keys of rows) {
      const row = document.createElement("div");
      row.append(...keys);
      board.append(row);
    }
    board.hidden = false;
  }

  type(key) {
    const input = this.page.querySelector("input");
    input.value = key === "erase" ? input.value.slice(0, -1) : (input.value + key).slice(0, input.maxLength);
  }

  /* What was typed stays where the same page is read anew. */
  keepTyped(fresh) {
    const [before, after] = [this.page.querySelector("input"), fresh.querySelector("input")];
    if (!before || !after) return;
    after.value = before.value;
    this.focus = document.activeElement === before;
  }

  /* Read the page again: what was taken down meanwhile is off it. */
  async look() {
    this.nextLook = performance.now() + LOOK_EVERY;
    const { path } = this;
    const asked = this.asked;
    const answer = await this.read(path);
    if (asked !== this.asked || !this.page || this.path !== path) return;
    if (answer.status === 404) await this.open(TOUCH_START);
    else if (answer.status !== 200) this.leave();
    else if (answer.text !== this.text) this.show(path, answer.text);
  }

  leave() {
    this.asked++;
    if (!this.page) return;
    document.activeElement?.blur();
    this.page.remove();
    this.page = null;
    this.path = "";
    this.trail = [];
    this.text = "";
    this.language = "";
    this.player.release();
  }

  /* Called some times a second. */
  tick() {
    if (!this.page) return;
    const now = performance.now();
    const idle = now - this.last;
    const urgent = this.player.urgentNow(this.player.now()).length > 0;
    if (idle >= LEAVE_AFTER || urgent || !this.isOffered) {
      this.leave();
      return;
    }
    this.warn(idle);
    if (now >= this.nextLook) this.look();
  }

  warn(idle) {
    const line = this.page.querySelector(".touch-left");
    const seconds = Math.ceil((LEAVE_AFTER - idle) / 1000);
    const words = idle >= WARN_AFTER ? line.dataset.words.replace("#", seconds) : "";
    if (line.textContent !== words) line.textContent = words;
  }
}

globalThis.Touch = Touch;
