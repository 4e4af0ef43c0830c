/* The configurator: rules dragged into their order, the list filtered, words taken into a sentence. */
"use strict";

(() => {
  const rules = () => document.getElementById("bench-rules");
  const dress = () => {
    const list = rules();
    if (!list || !window.Sortable || window.Sortable.get(list)) return;
    window.Sortable.create(list, {
      handle: "[data-handle]", animation: 120, filter: ".fixed",
      onMove: (event) => !event.related.classList.contains("fixed"),
      onEnd: (event) => {
        if (event.oldIndex === event.newIndex) return;
        window.htmx.ajax("POST", list.dataset.url, { source: list, target: "#bench", swap: "morph:outerHTML", values: { rule: event.item.dataset.rule, to: event.newIndex, revision: document.querySelector("#bench-state [name=revision]").value } });
      },
    });
  };
  const filter = () => {
    const field = document.getElementById("find-rule"), list = rules();
    if (!field || !list) return;
    const words = field.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    for (const row of list.children) row.hidden = !words.every((word) => row.dataset.words.includes(word));
  };
  document.addEventListener("input", (event) => { if (event.target.id === "find-rule") filter(); });
  document.addEventListener("click", (event) => {
    const offer = event.target.closest("[data-complete]"), field = document.getElementById("sentence-text");
    if (offer && field) {
      field.value = field.value.slice(0, Number(offer.dataset.start)) + offer.dataset.complete;
      field.focus();
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    if (event.target.closest('[aria-disabled="true"]')) event.preventDefault();
  });
  /* A button that has nothing to do keeps its focus and asks nothing. */
  document.addEventListener("htmx:confirm", (event) => { if (event.target.getAttribute("aria-disabled") === "true") event.preventDefault(); });
  document.addEventListener("htmx:afterSettle", () => { dress(); filter(); });
  dress();
})();
