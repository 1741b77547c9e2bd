/* The picture just chosen is shown in each preview of the ad before it is sent. Loaded by step_ad.html, after troovon.js. */
"use strict";

const ad = one("[data-ad]");
const file = one('input[type="file"]', ad);
const crop = one('select[name="crop"]', ad);
const places = { start: "0 0", end: "100% 100%" };
let chosen = "";

function draw() {
  if (!chosen) return;
  for (const frame of all("#preview .pic, #preview .slide-art", ad)) {
    const shown = one("img", frame) ?? document.createElement("img");
    shown.src = chosen;
    shown.alt = "";
    shown.style.objectPosition = places[crop?.value] ?? "";
    one(".blank, svg.slide-symbol", frame)?.remove();
    if (!shown.parentElement) frame.prepend(shown);
  }
}

file.addEventListener("change", () => {
  if (chosen) URL.revokeObjectURL(chosen);
  chosen = file.files[0] ? URL.createObjectURL(file.files[0]) : "";
  draw();
});
crop?.addEventListener("change", draw);
document.addEventListener("htmx:afterSwap", draw);
