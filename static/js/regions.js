/* Provinces by the part of the country: a whole part is ticked at once, and what is typed is searched. */
"use strict";

(() => {
  const all = () => [...document.querySelectorAll("[data-regions]")];
  const boxes = (within) => [...within.querySelectorAll("label[data-words] input")];
  const of = (within, part) => { const names = part.dataset.area.split(" "); return boxes(within).filter((box) => names.includes(box.value)); };
  const tell = () => {
    for (const within of all()) for (const part of within.querySelectorAll("[data-area]")) {
      const every = of(within, part), n = every.filter((box) => box.checked).length;
      if (part.localName === "button") part.setAttribute("aria-pressed", String(n === every.length));
      else { part.checked = n === every.length; part.indeterminate = n > 0 && n < every.length; }
    }
  };
  const filter = (field) => {
    const within = field.closest("[data-regions]"), words = field.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    for (const box of boxes(within)) {
      const label = box.parentElement;
      label.hidden = !words.every((word) => label.dataset.words.toLowerCase().includes(word));
    }
    for (const area of within.querySelectorAll("fieldset")) area.hidden = !area.querySelector("label[data-words]:not([hidden])");
    within.querySelector("[data-no-region]").hidden = Boolean(within.querySelector("fieldset:not([hidden])"));
  };
  /* Before anybody else hears of the change, so that one request carries all of the part. */
  document.addEventListener("change", (event) => {
    const part = event.target.closest("input[data-area]");
    if (part) for (const box of of(part.closest("[data-regions]"), part)) box.checked = part.checked;
    if (event.target.closest("[data-regions]")) tell();
  }, true);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-area]");
    if (!button) return;
    const within = button.closest("[data-regions]"), every = of(within, button), tick = every.some((box) => !box.checked);
    for (const box of every) box.checked = tick;
    every[0].dispatchEvent(new Event("change", { bubbles: true }));
  });
  document.addEventListener("input", (event) => { if (event.target.matches("[data-find-region]")) filter(event.target); });
  document.addEventListener("keydown", (event) => {
    if (!event.target.matches?.("[data-find-region]") || event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    if (!event.target.value.trim()) return;
    event.target.closest("[data-regions]").querySelector("label[data-words]:not([hidden]) input")?.click();
    event.target.value = "";
    filter(event.target);
  });
  document.addEventListener("htmx:afterSettle", tell);
  tell();
})();
