"use strict";
/* Without network: a list of the pages that this browser keeps, loans and codes of hand-overs. */
(async () => {
  const section = document.querySelector("[data-kept]");
  const mine = await caches.open("mine");
  const pages = (await mine.keys()).filter(({ url }) => url.endsWith("/"));
  for (const { url } of pages) {
    const text = await (await mine.match(url)).text();
    const { body } = new DOMParser().parseFromString(text, "text/html");
    const words = [...body.querySelectorAll("main h1, main h1 + p")];
    const [item, link] = [document.createElement("li"), document.createElement("a")];
    link.href = url;
    link.className = "lead";
    link.textContent = words.slice(0, 2).map((part) => part.textContent.trim()).join(" : ");
    item.append(link);
    section.querySelector("ul").append(item);
  }
  section.hidden = !pages.length;
})();
