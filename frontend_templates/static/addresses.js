/* Fields of an address: what is typed is searched, and a pin is moved. Loaded by address_fields.html, after troovon.js. */
"use strict";

/* A click or an arrow key on the plan moves the pin and writes the two fields; typed fields move it. */
const ARROWS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

function pick(plan) {
  const { pickLat, pickLng, north, south, west, east } = plan.dataset;
  const [lat, lng] = [one(pickLat), one(pickLng)];
  const pin = one("[data-pick-pin]", plan);
  const { width, height } = plan.viewBox.baseVal;
  const read = (field) => parseFloat(field.value.replace(",", "."));
  let [x, y] = [0.5, 0.5];
  const draw = () => pin.setAttribute("transform", `translate(${x * width} ${y * height})`);
  const follow = () => {
    const [left, top] = [(read(lng) - west) / (east - west), (read(lat) - north) / (south - north)];
    if (!(left >= 0 && left <= 1 && top >= 0 && top <= 1)) return;
    [x, y] = [left, top];
    draw();
  };
  const move = (left, top) => {
    [x, y] = [Math.min(1, Math.max(0, left)), Math.min(1, Math.max(0, top))];
    lat.value = (+north + (south - north) * y).toFixed(6);
    lng.value = (+west + (east - west) * x).toFixed(6);
    draw();
  };
  plan.addEventListener("click", ({ clientX, clientY }) => {
    const box = plan.getBoundingClientRect();
    move((clientX - box.left) / box.width, (clientY - box.top) / box.height);
  });
  plan.addEventListener("keydown", (event) => {
    const way = ARROWS[event.key];
    if (!way) return;
    event.preventDefault();
    const step = event.shiftKey ? 0.05 : 0.005;
    move(x + way[0] * step, y + way[1] * step);
  });
  [lat, lng].forEach((field) => field.addEventListener("input", follow));
  follow();
}

/* Addresses are searched while they are typed; the form's own search stays the one that counts. */
function suggest(input) {
  const list = document.createElement("ul");
  const { latitude, longitude } = input.form.elements;
  let [timer, last, at, tries] = [0, 0, -1, 0];
  [list.id, list.className, list.hidden] = [`${input.id}_list`, "suggestions", true];
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.labels[0]?.firstChild.textContent.trim() ?? "");
  input.autocomplete = "off";
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-controls", list.id], ["aria-expanded", "false"]])
    input.setAttribute(name, value);
  input.after(list);
  const place = (lat, lng) => {
    if (!latitude || !longitude) return;
    [latitude.value, longitude.value] = [lat, lng];
    latitude.dispatchEvent(new Event("input"));
  };
  const show = (open) => {
    list.hidden = !open;
    input.setAttribute("aria-expanded", String(open));
    if (!open) input.removeAttribute("aria-activedescendant");
  };
  const choose = (option) => {
    input.value = option.textContent;
    place(option.dataset.latitude, option.dataset.longitude);
    show(false);
  };
  const mark = (number) => {
    const options = all("[role=option]", list);
    at = (number + options.length) % options.length;
    options.forEach((option, place) => option.setAttribute("aria-selected", String(place === at)));
    input.setAttribute("aria-activedescendant", options[at].id);
  };
  const draw = (addresses) => {
    const options = addresses.map(({ label, latitude, longitude }, number) => {
      const option = document.createElement("li");
      [option.id, option.textContent] = [`${list.id}_${number}`, label];
      option.setAttribute("role", "option");
      [option.dataset.latitude, option.dataset.longitude] = [latitude, longitude];
      option.addEventListener("mousedown", (event) => {
        event.preventDefault();
        choose(option);
      });
      return option;
    });
    list.replaceChildren(...options);
    at = -1;
    show(options.length > 0);
  };
  async function ask() {
    const mine = ++last;
    const url = new URL(input.dataset.suggestUrl, location.href);
    url.searchParams.set("q", input.value);
    const answer = await fetch(url).catch(() => null);
    if (!answer?.ok || mine !== last) return;
    const { addresses, pending } = await answer.json();
    if (mine !== last) return;
    draw(addresses);
    if (pending && tries++ < 8) timer = setTimeout(ask, 400);
  }
  input.addEventListener("input", () => {
    clearTimeout(timer);
    tries = 0;
    place("", "");
    timer = setTimeout(ask, 120);
  });
  input.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "Escape") show(false);
    else if (event.key === "ArrowDown") mark(at + 1);
    else if (event.key === "ArrowUp") mark(at < 0 ? at : at - 1);
    else if (event.key === "Enter" && at >= 0) choose(list.children[at]);
    else return;
    event.preventDefault();
  });
  input.addEventListener("blur", () => show(false));
}

parts["[data-suggest-url]"] = suggest;
parts["[data-pick-pin]"] = (pin) => pick(pin.ownerSVGElement);
enhance(document);
