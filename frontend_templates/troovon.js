/* Pages work without this file; with it, sooner. */
"use strict";

const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const one = (selector, root = document) => root.querySelector(selector);
const token = () => one('meta[name="csrf-token"]')?.content ?? "";
const seconds = (element, name, otherwise) => Number(element.dataset[name] || otherwise) * 1000;

/* Polling: the element is replaced by what its address answers; a hidden tab asks nothing. */
function poll(element) {
  const url = element.dataset.pollUrl;
  const again = () => setTimeout(ask, seconds(element, "pollSeconds", 2));
  async function ask() {
    if (!element.isConnected) return;
    if (document.hidden) return again();
    try {
      const answer = await fetch(url, { headers: { "HX-Request": "true" } });
      const goTo = answer.headers.get("HX-Redirect") || (answer.redirected && answer.url);
      if (goTo) return location.assign(goTo);
      if (answer.status >= 400 && answer.status < 500) return;
      if (answer.ok && answer.status !== 204) {
        const text = await answer.text();
        const fresh = new DOMParser().parseFromString(text, "text/html").body.firstElementChild;
        if (fresh && fresh.outerHTML !== element.outerHTML) {
          element.replaceWith(fresh);
          return enhance(fresh.parentElement);
        }
      }
    } catch {
      /* No network for now: the next round asks again. */
    }
    again();
  }
  again();
}

/* On a phone the rooms of a desk stand in one line: the one where one is comes into view. */
function middle(link) {
  const row = link.parentElement;
  const beside = (row.clientWidth - link.clientWidth) / 2;
  row.scrollLeft += link.getBoundingClientRect().left - row.getBoundingClientRect().left - beside;
}

/* What was half in view for one second is told once a page. */
function beacon(container) {
  const seen = new Set();
  const waiting = new Map();
  let fresh = [];
  const tell = () => {
    if (!fresh.length) return;
    const refs = fresh.join(",");
    fresh = [];
    fetch(container.dataset.beaconUrl, {
      method: "POST",
      headers: { "X-CSRFToken": token() },
      body: new URLSearchParams({ refs }),
      keepalive: true,
    }).catch(() => {});
  };
  const watch = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        const ref = target.dataset.viewRef;
        clearTimeout(waiting.get(ref));
        if (!isIntersecting || seen.has(ref)) continue;
        const count = () => {
          if (document.hidden) return waiting.set(ref, setTimeout(count, 1000));
          seen.add(ref);
          fresh.push(ref);
          watch.unobserve(target);
          setTimeout(tell, 200);
        };
        waiting.set(ref, setTimeout(count, 1000));
      }
    },
    { threshold: 0.5 },
  );
  all("[data-view-ref]", container).forEach((element) => watch.observe(element));
  addEventListener("pagehide", tell);
}

/* A picture that came is kept: the sheet shows lazy ones only while their card is near. */
function keep(image) {
  const stay = () => (image.loading = "eager");
  if (image.naturalWidth) stay();
  else image.addEventListener("load", stay);
}

/* A preview repeats what is typed. */
function mirror(element) {
  const source = one(element.dataset.mirror);
  if (!source) return;
  const empty = element.textContent;
  const show = () => {
    const chosen = source.selectedOptions?.[0]?.textContent;
    element.textContent = (chosen ?? source.value).trim() || empty;
  };
  source.addEventListener("input", show);
  show();
}

/* Pictures are drawn small before they are sent. */
const MOST_PIXELS = 24e6;
const MOST_BYTES = 6e6;

/* A photo of a new camera is larger than any page shows: it travels smaller, and without its place. */
async function smaller(file) {
  const picture = await createImageBitmap(file).catch(() => null);
  if (!picture) return file;
  if (picture.width * picture.height < MOST_PIXELS && file.size < MOST_BYTES) return file;
  const scale = Math.min(1, 3000 / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [picture.width * scale, picture.height * scale];
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.88));
  return blob ? new File([blob], `${file.name.replace(/\.\w+$/, "")}.jpg`, { type: blob.type }) : file;
}

/* A telephone gives one photo at a time: each joins those that were chosen before. */
async function join(input, chosen) {
  const fresh = await Promise.all([...input.files].map(smaller));
  const kept = new DataTransfer();
  for (const file of [...chosen, ...fresh]) kept.items.add(file);
  input.files = kept.files;
  return [...kept.files];
}

function previews(adder) {
  const input = one('input[type="file"]', adder);
  let chosen = [];
  input?.addEventListener("change", async () => {
    if (input.multiple) chosen = await join(input, chosen);
    all("[data-preview]", adder.parentElement).forEach((item) => item.remove());
    for (const file of input.files) {
      const item = document.createElement("li");
      const name = document.createElement("span");
      item.dataset.preview = "";
      name.className = "small";
      name.textContent = file.name;
      item.append(name);
      adder.before(item);
      const picture = await createImageBitmap(file).catch(() => null);
      if (!picture) continue;
      const canvas = document.createElement("canvas");
      canvas.width = 320;
      canvas.height = 240;
      const scale = Math.max(320 / picture.width, 240 / picture.height);
      const [wide, high] = [picture.width * scale, picture.height * scale];
      canvas.getContext("2d").drawImage(picture, (320 - wide) / 2, (240 - high) / 2, wide, high);
      item.prepend(canvas);
    }
  });
}

/* Pictures change places without leaving the page. */
function move(button) {
  button.addEventListener("click", (event) => {
    event.preventDefault();
    const item = button.closest("[data-file]");
    const back = button.dataset.move < 0;
    const beside = back ? item.previousElementSibling : item.nextElementSibling;
    if (!beside?.matches("[data-file]")) return;
    beside[back ? "before" : "after"](item);
    button.focus();
    const news = one("[data-moved]", item.closest(".field"));
    news.textContent = `${news.dataset.moved} ${all("[data-file]", item.parentElement).indexOf(item) + 1}`;
    button.form.dispatchEvent(new Event("change"));
  });
}

/* Pictures open one by one over the page: arrows, a swipe, Escape. */
function gallery(root) {
  const [sheet, links] = [one("dialog", root), all("[data-photo]", root)];
  const picture = document.createElement("img");
  let [at, from] = [0, 0];
  one("[data-shown]", sheet).append(picture);
  const show = (number) => {
    at = (number + links.length) % links.length;
    picture.src = links[at].href;
    picture.alt = one("img", links[at]).alt;
    one("[data-count]", sheet).textContent = `${at + 1} / ${links.length}`;
  };
  links.forEach((link, number) =>
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      show(number);
      sheet.showModal();
    }),
  );
  all("[data-turn]", sheet).forEach((button) =>
    button.addEventListener("click", () => show(at + Number(button.dataset.turn))),
  );
  sheet.addEventListener("keydown", ({ key }) => {
    if (key === "ArrowLeft") show(at - 1);
    if (key === "ArrowRight") show(at + 1);
  });
  sheet.addEventListener("touchstart", ({ touches }) => (from = touches[0].clientX), { passive: true });
  sheet.addEventListener("touchend", ({ changedTouches }) => {
    const way = changedTouches[0].clientX - from;
    if (Math.abs(way) > 40) show(at - Math.sign(way));
  });
  sheet.addEventListener("click", ({ target }) => target === sheet && sheet.close());
}

/* An answer is checked while it is typed; the form's own check stays the one that counts. */
function check(input) {
  const target = one(input.dataset.checkTarget) ?? input.closest(".field");
  let timer;
  let last = 0;
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const mine = ++last;
      const url = new URL(input.dataset.checkUrl, location.href);
      url.searchParams.set(input.name, input.value);
      const answer = await fetch(url, { headers: { "HX-Request": "true" } }).catch(() => null);
      if (!answer?.ok || mine !== last) return;
      target.innerHTML = await answer.text();
      enhance(target);
    }, 350);
  });
}

/* Copy. */
function copy(button) {
  const words = one("span", button);
  button.hidden = false;
  button.addEventListener("click", async () => {
    const source = one(button.dataset.copy);
    source.select?.();
    await navigator.clipboard?.writeText(source.value ?? source.textContent).catch(() => {});
    words.textContent = button.dataset.done;
    toast(button.dataset.done);
  });
}

/* News: eight seconds, longer while one reads it; a mistake stays until it is closed. */
function news(element) {
  const button = one("[data-dismiss]", element);
  const close = () => element.remove();
  button.hidden = false;
  button.addEventListener("click", close);
  if (element.classList.contains("error")) return;
  let timer = setTimeout(close, 8000);
  element.addEventListener("mouseenter", () => clearTimeout(timer));
  element.addEventListener("focusin", () => clearTimeout(timer));
  element.addEventListener("mouseleave", () => (timer = setTimeout(close, 4000)));
}

function toast(text, sort = "success") {
  const fresh = one("#toast").content.firstElementChild.cloneNode(true);
  fresh.classList.add(sort);
  one("[data-toast-text]", fresh).textContent = text;
  one("#toasts").append(fresh);
  news(fresh);
}

/* This browser takes pushes once a member asks for it here, never before. */
const raw = (key) => Uint8Array.from(atob(key.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));

function deviceName() {
  const { userAgent } = navigator;
  const found = (names) => names.find(([sign]) => userAgent.includes(sign))?.[1] ?? "";
  const browser = found([["Edg", "Edge"], ["Firefox", "Firefox"], ["Chrome", "Chrome"], ["Safari", "Safari"]]);
  const machine = found([["iPhone", "iPhone"], ["iPad", "iPad"], ["Android", "Android"], ["Windows", "Windows"], ["Mac", "Mac"], ["Linux", "Linux"]]);
  return [browser, machine].filter(Boolean).join(" · ");
}

function pushes(form) {
  if (!("serviceWorker" in navigator && "PushManager" in window)) return;
  const { pushKey, pushWorker, pushDenied, pushFailed } = form.dataset;
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      if ((await Notification.requestPermission()) !== "granted") return toast(pushDenied, "error");
      await navigator.serviceWorker.register(pushWorker);
      const { pushManager } = await navigator.serviceWorker.ready;
      const options = { userVisibleOnly: true, applicationServerKey: raw(pushKey) };
      const { endpoint, keys } = (await pushManager.subscribe(options)).toJSON();
      const body = new URLSearchParams({ endpoint, ...keys, name: deviceName() });
      const headers = { "X-CSRFToken": token() };
      const answer = await fetch(form.action, { method: "POST", headers, body });
      const { sentence } = await answer.json();
      if (!answer.ok) return toast(sentence, "error");
      location.reload();
    } catch {
      toast(pushFailed, "error");
    }
  });
}

/* How far somebody came is kept: at once for a page, every fifteen seconds for what is played. */
function mark(element) {
  const { markUrl, markNumber, markSeconds } = element.dataset;
  const keep = () =>
    fetch(markUrl, {
      method: "POST",
      headers: { "X-CSRFToken": token(), "HX-Request": "true" },
      body: new URLSearchParams({
        number: markNumber,
        seconds: Math.floor(element.currentTime ?? 0),
      }),
      keepalive: true,
    }).catch(() => {});
  if (!element.play) return keep();
  let last = 0;
  element.addEventListener("loadedmetadata", () => (element.currentTime = Number(markSeconds)));
  element.addEventListener("timeupdate", () => {
    if (Math.abs(element.currentTime - last) < 15) return;
    last = element.currentTime;
    keep();
  });
  const failed = () => (one(".note", element.parentElement).hidden = false);
  element.addEventListener("error", failed);
  if (element.error) failed();
}

/* A thread opens at its last message, once. */
let lowered = false;
function lowest(last) {
  if (!lowered) last.scrollIntoView({ block: "end" });
  lowered = true;
}

const parts = {
  "[data-worker]": ({ dataset }) => navigator.serviceWorker?.register(dataset.worker).catch(() => {}),
  "[data-bottom]": lowest,
  "[data-mark-url]": mark,
  "[data-poll-url]": poll,
  "[data-beacon-url]": beacon,
  'img[loading="lazy"]': keep,
  "[data-mirror]": mirror,
  "[data-files-add]": previews,
  "[data-move]": move,
  "[data-gallery]": gallery,
  "[data-check-url]": check,
  "[data-copy]": copy,
  "[data-push-key]": pushes,
  "[data-toast]": news,
  "[data-autosubmit]": (form) => form.addEventListener("change", () => form.requestSubmit()),
  "[data-focus]": (summary) => summary.focus(),
  ".rail [aria-current]": middle,
};
const done = new WeakSet();

function enhance(root) {
  for (const [selector, part] of Object.entries(parts)) {
    for (const element of all(selector, root)) {
      if (done.has(element)) continue;
      done.add(element);
      part(element);
    }
  }
}

enhance(document);
document.addEventListener("htmx:load", ({ detail }) => enhance(detail.elt.parentElement ?? document));
document.addEventListener("htmx:configRequest", ({ detail }) => {
  detail.headers["X-CSRFToken"] = token();
});
document.addEventListener("toast", ({ detail }) => toast(detail.text ?? detail.value, detail.sort));
document.addEventListener("click", ({ target }) => {
  for (const sheet of all("details.sheet[open]")) {
    if (!sheet.contains(target)) sheet.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") all("details.sheet[open]").forEach((sheet) => (sheet.open = false));
  if (/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) return;
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  const part = /^[\w/]$/.test(event.key) && one(`[data-key="${event.key.toLowerCase()}"]`);
  if (!part) return;
  event.preventDefault();
  if (part.matches("a, button")) part.click();
  else (one("textarea, [type=text]", part) ?? part).focus();
});
