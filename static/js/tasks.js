/* The queue: choosing rows, walking them with the keyboard, one key for each deed. */
"use strict";

(() => {
  const queue = () => document.getElementById("queue");
  const rows = () => [...queue().querySelectorAll(".task")];
  const boxes = () => [...queue().querySelectorAll("input[name=chosen][type=checkbox]")];
  const chosen = new Set();
  let current = null;
  let place = 0;

  /* The bar tells how many are chosen, and stands there only when some are. */
  const tellChosen = () => {
    const bar = queue().querySelector("[data-bar]");
    if (!bar) return;
    bar.hidden = chosen.size === 0;
    bar.querySelector("[data-chosen]").textContent = String(chosen.size);
    /* Only deeds that fit something chosen are offered. */
    for (const button of bar.querySelectorAll("[data-for]")) {
      const deed = button.dataset.for;
      button.hidden = deed !== "take" && !queue().querySelector(`.task.marked [data-deed="${deed}"]`);
    }
    const all = queue().querySelector("[data-choose-all]");
    if (all) {
      all.checked = chosen.size > 0 && boxes().every((box) => box.checked);
      all.indeterminate = chosen.size > 0 && !all.checked;
    }
  };
  const choose = (box, on) => {
    box.checked = on;
    if (on) chosen.add(box.value);
    else chosen.delete(box.value);
    box.closest(".task").classList.toggle("marked", on);
  };
  const chooseNone = () => {
    for (const box of boxes()) choose(box, false);
    chosen.clear();
    tellChosen();
  };

  /* One row is the current one; after a deed the row that took its place is. */
  const goTo = (row, { focus = true } = {}) => {
    for (const other of queue().querySelectorAll(".task.current")) other.classList.remove("current");
    if (!row) { current = null; return; }
    current = row.id;
    place = rows().indexOf(row);
    row.classList.add("current");
    if (focus) {
      row.focus({ preventScroll: true });
      row.scrollIntoView({ block: "nearest" });
    }
  };
  const step = (by) => {
    const all = rows();
    if (!all.length) return;
    const at = all.findIndex((row) => row.id === current);
    goTo(all[at < 0 ? Math.min(place, all.length - 1) : Math.max(0, Math.min(all.length - 1, at + by))]);
  };
  const settle = () => {
    const left = new Set(boxes().map((box) => box.value));
    for (const key of [...chosen]) if (!left.has(key)) chosen.delete(key);
    for (const box of boxes()) choose(box, chosen.has(box.value));
    tellChosen();
    if (current === null) return;
    const all = rows();
    const same = document.getElementById(current);
    goTo(same ?? all[Math.min(place, all.length - 1)], { focus: document.activeElement === document.body || Boolean(same) });
  };

  const press = (deed, key) => {
    if (chosen.size) queue().querySelector(`[data-bar] [data-key="${key}"]:not([hidden])`)?.click();
    else document.getElementById(current ?? "")?.querySelector(`[data-deed="${deed}"]`)?.click();
  };
  const take = () => {
    if (chosen.size) { press("take", "t"); return; }
    const box = document.getElementById(current ?? "")?.querySelector("input[name=chosen]");
    if (!box) return;
    choose(box, true);
    tellChosen();
    press("take", "t");
    choose(box, false);
  };
  const undo = () => [...document.querySelectorAll("#toasts [data-undo]")].at(-1)?.click();
  const toggle = () => document.getElementById(current ?? "")?.querySelector("[data-toggle]")?.click();
  const mark = () => {
    const box = document.getElementById(current ?? "")?.querySelector("input[name=chosen]");
    if (!box) return;
    choose(box, !box.checked);
    tellChosen();
  };
  const KEYS = {
    j: () => step(1), k: () => step(-1), x: mark, r: () => press("release", "r"), b: () => press("not-same", "b"),
    s: () => press("same", "s"), d: () => press("done", "d"), w: () => press("wait", "w"),
    g: () => press("urgent", "g"), a: () => press("again", "a"), e: () => press("arrive", "e"), t: take, u: undo, "?": () => document.getElementById("keys").showModal(),
    Escape: chooseNone,
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    const typing = event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
    if (typing) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (event.key === "Enter" && event.target.matches(".task, body, main")) {
      event.preventDefault();
      toggle();
      return;
    }
    const deed = KEYS[event.key];
    if (!deed) return;
    event.preventDefault();
    deed();
  });

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submits]")) event.target.form.requestSubmit();
    if (event.target.matches("[data-choose-all]")) for (const box of boxes()) choose(box, event.target.checked);
    else if (event.target.matches("input[name=chosen]")) choose(event.target, event.target.checked);
    else return;
    tellChosen();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-choose-none]")) chooseNone();
    const row = event.target.closest(".task");
    if (row) goTo(row, { focus: false });
  });

  /* A row opens once and closes again; its content is fetched each time. */
  document.addEventListener("htmx:beforeRequest", (event) => {
    const button = event.target.closest?.("[data-toggle]");
    if (!button) return;
    const more = document.getElementById(button.getAttribute("aria-controls"));
    if (more.childElementCount) {
      event.preventDefault();
      more.replaceChildren();
      button.ariaExpanded = "false";
    }
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.id === "queue") settle();
    else if (event.target.matches(".task-more")) event.target.closest(".task").querySelector("[data-toggle]").ariaExpanded = "true";
  });
  /* Buttons of a row name what they act on themselves: what is chosen stays out of it. */
  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.parameters.one !== undefined) delete event.detail.parameters.chosen;
  });
  tellChosen();
})();
