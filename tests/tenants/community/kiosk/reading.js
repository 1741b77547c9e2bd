/* For each text of the stage: its name, its size in pixels, its contrast, and whether it fits. */
() => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 });
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const painted = (colour) => {
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = colour;
    pen.fillRect(0, 0, 1, 1);
    return [...pen.getImageData(0, 0, 1, 1).data];
  };
  const light = (rgb) => {
    const [red, green, blue] = rgb.map((part) => part / 255).map((part) =>
      part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const ground = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const colour = painted(getComputedStyle(one).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return [255, 255, 255];
  };
  const texts = ".stage-slide:not(.coming) p, .stage-slide:not(.coming) b, .stage-bar b, .stage-day";
  const frame = document.querySelector(".stage-slide:not(.coming) .slide").getBoundingClientRect();
  return [...document.querySelectorAll(texts)]
    .filter((element) => element.textContent.trim() && element.offsetWidth)
    .map((element) => {
      const style = getComputedStyle(element);
      const [one, other] = [painted(style.color), ground(element)].map((rgb) => light(rgb.slice(0, 3)));
      const box = element.getBoundingClientRect();
      const inside = !element.closest(".slide") || (box.top >= frame.top && box.bottom <= frame.bottom);
      return {
        name: element.className,
        size: parseFloat(style.fontSize),
        contrast: (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05),
        fits: inside && element.scrollWidth <= element.clientWidth + 1,
      };
    });
}
