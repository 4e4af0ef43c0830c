/* The editors of windows, escalation and watches: the slider says in words where it stands while it moves; evidence
   and steps are dragged into their order. */
"use strict";

(() => {
  const say = (slider) => {
    const word = JSON.parse(slider.dataset.words)[Number(slider.value)];
    slider.setAttribute("aria-valuetext", word);
    document.getElementById("window-told").textContent = word;
  };
  const sorted = (list, values) => window.Sortable.create(list, {
    handle: "[data-handle]", animation: 120,
    onEnd: (event) => {
      if (event.oldIndex === event.newIndex) return;
      const state = Object.fromEntries(new FormData(document.getElementById("bench-state")));
      window.htmx.ajax("POST", list.dataset.url, { source: list, target: "#bench", swap: "morph:outerHTML", values: { ...state, ...values(event), to: event.newIndex } });
    },
  });
  const dress = () => {
    if (!window.Sortable) return;
    const evidence = document.getElementById("evidence"), ladder = document.querySelector("[data-sort]");
    if (evidence && !evidence.classList.contains("shared") && !window.Sortable.get(evidence)) sorted(evidence, (event) => ({ place: event.item.dataset.place }));
    if (ladder && !window.Sortable.get(ladder)) sorted(ladder, (event) => ({ path: `${ladder.dataset.path}/${event.oldIndex}` }));
  };
  /* What was found last stays to be seen, paler, until what the edit makes of it has come. */
  const chosen = () => document.querySelector("#bench-state [name=rule]")?.value;
  let kept = [], about;
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target.id !== "bench") return;
    about = chosen();
    const staying = (place) => [...place.cloneNode(true).childNodes].filter((node) => !node.id?.startsWith("found-more"));
    kept = [...document.querySelectorAll("[data-linger]")].map((place) => [place.id, staying(place)]);
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id !== "bench") {
      for (const place of document.querySelectorAll("[data-linger].stale")) place.classList.remove("stale");
      return;
    }
    for (const [id, nodes] of chosen() === about ? kept : []) {
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
