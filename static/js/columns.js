/* The editor of carriers' files: columns are dragged into their order, or moved by the buttons beside them. */
"use strict";

(() => {
  const dress = () => {
    const list = document.getElementById("columns");
    if (!list || list.dataset.dressed || !window.Sortable) return;
    list.dataset.dressed = "";
    window.Sortable.create(list, {
      handle: "[data-handle]",
      animation: 120,
      onEnd: (event) => {
        if (event.oldIndex !== event.newIndex) list.dispatchEvent(new Event("reorder", { bubbles: true }));
      },
    });
  };
  document.addEventListener("htmx:load", dress);
  /* A fixed text is typed only where no field is chosen. */
  document.addEventListener("change", (event) => {
    if (!event.target.matches("#columns select")) return;
    event.target.closest("li").querySelector("[data-fixed]").hidden = event.target.value !== "";
  });
  dress();
})();
