/* The window editor: the slider says in words where it stands while it moves, and evidence is dragged into its order. */
"use strict";

(() => {
  const say = (slider) => {
    const word = JSON.parse(slider.dataset.words)[Number(slider.value)];
    slider.setAttribute("aria-valuetext", word);
    document.getElementById("window-told").textContent = word;
  };
  const dress = () => {
    const list = document.getElementById("evidence");
    if (!list || list.classList.contains("shared") || !window.Sortable || window.Sortable.get(list)) return;
    window.Sortable.create(list, {
      handle: "[data-handle]", animation: 120,
      onEnd: (event) => {
        if (event.oldIndex === event.newIndex) return;
        window.htmx.ajax("POST", list.dataset.url, { source: list, target: "#bench", swap: "morph:outerHTML", values: { place: event.item.dataset.place, to: event.newIndex, revision: document.querySelector("#bench-state [name=revision]").value } });
      },
    });
  };
  /* What was found last stays to be seen, paler, until what the edit makes of it has come. */
  let kept = [];
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target.id === "bench") kept = [...document.querySelectorAll("[data-linger]")].map((place) => [place.id, [...place.cloneNode(true).childNodes]]);
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id !== "bench") {
      for (const place of document.querySelectorAll("[data-linger].stale")) place.classList.remove("stale");
      return;
    }
    for (const [id, nodes] of kept) {
      const place = document.getElementById(id);
      if (place && nodes.length) { place.replaceChildren(...nodes); place.classList.add("stale"); }
    }
    kept = [];
  });
  document.addEventListener("input", (event) => { if (event.target.id === "window-step") say(event.target); });
  document.addEventListener("click", (event) => { if (event.target.closest('[aria-disabled="true"]')) event.preventDefault(); });
  document.addEventListener("htmx:confirm", (event) => { if (event.target.getAttribute("aria-disabled") === "true") event.preventDefault(); });
  document.addEventListener("htmx:afterSettle", dress);
  dress();
})();
