/* Deeds to orders: their panel, and choosing many orders in the list with mouse or keyboard. */
"use strict";

(() => {
  /* A deed's panel opens once it has come, and closes the menu that asked for it. */
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id === "deed-body") {
      for (const menu of document.querySelectorAll("[data-menu][open]")) menu.open = false;
      const panel = document.getElementById("deed");
      if (!panel.open) panel.showModal();
    }
    /* What would be refused cannot be sent. */
    const form = event.detail.target.closest("[data-deed]");
    if (form) {
      const refused = form.querySelector("[data-refused]") !== null;
      for (const button of form.querySelectorAll("button:not([type=button])")) button.disabled = refused;
    }
  });

  /* "Apart": all of a line into the first parcel that nothing is in yet. */
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-apart]");
    if (!button) return;
    const row = button.closest("tr");
    const fields = [...row.querySelectorAll("input")];
    const table = row.closest("table");
    const free = fields.find((field, place) =>
      ![...table.querySelectorAll("tbody tr")].some((other) => other !== row && other.querySelectorAll("input")[place].value));
    for (const field of fields) field.value = "";
    const chosen = free ?? fields.at(-1);
    chosen.value = row.dataset.line;
    chosen.dispatchEvent(new Event("input", { bubbles: true }));
  });

  /* Choosing. The list may be replaced at any time, so everything is looked up when it is needed. */
  const list = () => document.querySelector("[data-choosing]");
  const boxes = () => [...(list()?.querySelectorAll("input[name=chosen]") ?? [])];
  let last = null;

  const show = () => {
    const form = list();
    if (!form) return;
    const all = boxes();
    const chosen = all.filter((box) => box.checked).length;
    const every = form.querySelector("[data-all]");
    if (chosen < all.length) every.value = "";
    const bar = form.querySelector("[data-chosen]");
    bar.hidden = chosen === 0;
    bar.querySelector("[data-count]").textContent = every.value || chosen;
    const head = form.querySelector("[data-choose-page]");
    head.checked = chosen > 0 && chosen === all.length;
    head.indeterminate = chosen > 0 && chosen < all.length;
  };
  const choose = (box, checked, range) => {
    const all = boxes();
    const [from, to] = [all.indexOf(range && last ? last : box), all.indexOf(box)].sort((a, b) => a - b);
    for (const one of from < 0 ? [box] : all.slice(from, to + 1)) one.checked = checked;
    last = box;
    show();
  };
  const chooseAll = (checked, count = "") => {
    for (const box of boxes()) box.checked = checked;
    if (list()) list().querySelector("[data-all]").value = count;
    show();
  };

  document.addEventListener("click", (event) => {
    const box = event.target.closest("input[name=chosen]");
    if (box) choose(box, box.checked, event.shiftKey);
    else if (event.target.closest("[data-choose-page]")) chooseAll(event.target.checked);
    else if (event.target.closest("[data-choose-none]")) chooseAll(false);
    else if (event.target.closest("[data-choose-all]")) chooseAll(true, event.target.closest("[data-choose-all]").dataset.chooseAll);
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input:not([type=checkbox]), textarea, select, dialog[open]");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || !list()) return;
    const rows = boxes().map((box) => box.closest("tr"));
    const here = rows.find((row) => row.contains(document.activeElement)) ?? rows.find((row) => row.matches(":hover"));
    if (event.key.toLowerCase() === "x" && here) {
      const box = here.querySelector("input[name=chosen]");
      choose(box, event.shiftKey ? true : !box.checked, event.shiftKey);
    } else if (event.key === "j" || event.key === "k") {
      const next = rows[rows.indexOf(here) + (event.key === "j" ? 1 : -1)];
      next?.querySelector("input[name=chosen]").focus();
    }
  });
  document.addEventListener("htmx:load", show);
  window.addEventListener("pageshow", show);
  show();
})();
