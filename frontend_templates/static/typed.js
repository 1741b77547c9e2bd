"use strict";
/* What a member types stays in this browser until a page took it: through a session that ended, a
   tunnel, "back". It is theirs alone: signing out deletes it, and so does another member's page. */
(() => {
  const FIELDS =
    'textarea, select, input:not([type="hidden"], [type="password"], [type="file"], [type="submit"])';
  const UNSTABLE = /^(csrfmiddlewaretoken|key)$/;
  const DAYS = 7 * 24 * 3600 * 1000;
  const [kept, tab] = [localStorage, sessionStorage];
  const me = document.querySelector("[data-typed-by]")?.dataset.typedBy;
  const known = new WeakSet();
  const ours = () => Object.keys(kept).filter((key) => key.startsWith("typed "));

  function forget() {
    ours().forEach((key) => kept.removeItem(key));
    kept.removeItem("typed-by");
    window.caches?.delete("mine").catch(() => {});
  }

  function read(key) {
    try {
      return JSON.parse(kept.getItem(key)) ?? {};
    } catch {
      return {};
    }
  }

  /* An answer that redirects has taken the form; an error, the sign-in and a tunnel have not. */
  function settle() {
    const [arrived] = performance.getEntriesByType("navigation");
    const hasTaken = arrived?.type === "navigate" && arrived.redirectCount > 0 && !tab.waits;
    if (tab.sent && hasTaken) kept.removeItem(tab.sent);
    tab.removeItem("sent");
    tab.removeItem("waits");
    for (const key of ours()) if (!(read(key).at > Date.now() - DAYS)) kept.removeItem(key);
  }

  /* Before the sign-in: the page where something waits is the one to come back to. */
  function wait() {
    const note = document.querySelector("[data-typed-kept]");
    if (!note || !(tab.sent || tab.waits)) return;
    note.hidden = false;
    tab.waits = tab.waits || tab.from || "/";
    for (const next of document.querySelectorAll('input[name="next"]')) next.value = tab.waits;
  }

  const box = (field) => /^(radio|checkbox)$/.test(field.type);
  const value = (field) => (box(field) ? field.checked : field.value);

  function fill(field, typed) {
    if (value(field) === typed) return false;
    field[box(field) ? "checked" : "value"] = typed;
    return value(field) === typed;
  }

  function tell(form, key) {
    const words = document.querySelector("#typed");
    if (!words) return;
    const note = words.content.firstElementChild.cloneNode(true);
    note.querySelector("button").addEventListener("click", () => {
      kept.removeItem(key);
      form.reset();
      note.remove();
    });
    form.before(note);
  }

  function watch(form) {
    if (known.has(form) || form.matches("[data-autosubmit]")) return;
    known.add(form);
    const fields = [...form.elements].filter((field) => field.name && field.matches(FIELDS));
    const written = fields.filter((field) => !box(field));
    if (!written.length) return;
    const hidden = [...form.elements].filter((field) => field.matches('[type="hidden"]'));
    const about = hidden.filter((field) => !UNSTABLE.test(field.name)).map((field) => field.value);
    const button = form.querySelector("button[name]")?.value ?? "";
    const action = form.getAttribute("action") ?? "";
    const key = ["typed", me, location.pathname, action, ...about, button].join(" ");
    const save = () => {
      const typed = fields.map((field) => [field.name, value(field)]);
      try {
        kept.setItem(key, JSON.stringify({ at: Date.now(), typed }));
      } catch {
        /* The store is full: the form itself still has it. */
      }
    };
    const { typed = [] } = read(key);
    const fits = typed.length === fields.length && fields.every(({ name }, at) => name === typed[at][0]);
    if (fits && !form.querySelector(".err")) {
      const changed = fields.filter((field, at) => fill(field, typed[at][1]));
      if (changed.length) form.dispatchEvent(new Event("change"));
      if (changed.length && written.length > 1) tell(form, key);
    }
    form.addEventListener("input", save);
    form.addEventListener("change", (event) => event.target !== form && save());
    form.addEventListener("submit", (event) => {
      save();
      tab.sent = key;
      tab.from = location.pathname + location.search;
      if (navigator.onLine) return;
      event.preventDefault();
      const text = document.querySelector("[data-typed-offline]").dataset.typedOffline;
      document.dispatchEvent(new CustomEvent("toast", { detail: { text, sort: "error" } }));
    });
  }

  function start() {
    if (!me) return wait();
    if (kept.getItem("typed-by") !== me) forget();
    kept.setItem("typed-by", me);
    settle();
    const all = () => document.querySelectorAll("main form[method=post]").forEach(watch);
    all();
    document.addEventListener("htmx:load", all);
    document.addEventListener("submit", ({ target }) => {
      if (/\/signout\/$/.test(target.getAttribute("action"))) forget();
    });
  }

  try {
    start();
  } catch {
    /* This browser keeps nothing. */
  }
})();
