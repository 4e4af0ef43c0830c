/* Conditions are dragged between the groups of one rule; the menu at each of them does the same without a mouse. */
"use strict";

(() => {
  const dress = () => {
    for (const parts of document.querySelectorAll("[data-parts]")) {
      if (!window.Sortable || window.Sortable.get(parts)) continue;
      window.Sortable.create(parts, {
        group: "parts", handle: "[data-part-handle]", draggable: ".part", animation: 120, fallbackOnBody: true,
        /* At the edge of a group it goes beside the group, further in into it. */
        swapThreshold: 0.65,
        /* Where the menu would not lead, nothing is dropped either: groups stay in their group. */
        onMove: (event) => event.to === event.from || JSON.parse(event.dragged.dataset.homes).includes(event.to.dataset.parts),
        onEnd: (event) => {
          const was = event.oldDraggableIndex, now = event.newDraggableIndex, same = event.from === event.to;
          if (same && was === now) return;
          /* Places are those before it was taken out. */
          const place = same && now > was ? now + 1 : now, target = event.to.closest("[hx-target]").getAttribute("hx-target");
          window.htmx.ajax("POST", event.to.dataset.url, { source: "#bench-panel", target, swap: "morph:outerHTML", values: { path: event.item.dataset.path, into: event.to.dataset.parts, place } });
        },
      });
    }
  };
  document.addEventListener("htmx:afterSettle", dress);
  dress();
})();
