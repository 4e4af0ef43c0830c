/* The configurator's list: rules numbered and dragged into their order, gathered in groups, filtered, chosen together.
   The server sends only rows that changed and, when it changed, their order; where a row stands is put right here. */
"use strict";

(() => {
  const at = (id) => document.getElementById(id);
  const list = () => at("bench-rules");
  const rows = () => [...(list()?.querySelectorAll("li[data-rule]") ?? [])];
  const seen = () => rows().filter((row) => !row.hidden && !row.classList.contains("folded"));
  const said = (element, n) => { if (element) element.textContent = element.dataset.word.replace("%n", n); };
  const folded = new Set();

  /* Order, numbers, the open rule. */
  const arrange = () => {
    /* What is told is written into the place that is there already, so that it is read out. */
    if (at("bench-order")?.dataset.told) at("bench-told").textContent = at("bench-order").dataset.told;
    const order = at("bench-order")?.dataset.order;
    if (!order || !list()) return;
    delete at("bench-order").dataset.order;
    const held = document.activeElement, top = list().scrollTop;
    let next = null;
    for (const name of JSON.parse(order).reverse()) {
      const row = at(`row-${name}`);
      if (!row) continue;
      const after = row.nextElementSibling;
      if (after !== next) list().insertBefore(row, next);
      next = row;
    }
    list().scrollTop = top;
    if (held && held !== document.activeElement && held.isConnected) { held.focus({ preventScroll: true }); held.scrollIntoView({ block: "nearest" }); }
  };
  const number = () => {
    const all = rows(), movable = all.filter((row) => !row.classList.contains("fixed"));
    const open = document.querySelector("#bench-state [name=rule]")?.value ?? "";
    all.forEach((row, place) => {
      const told = row.querySelector(".num"), here = row.dataset.rule === open;
      if (told.textContent !== String(place + 1)) told.textContent = place + 1;
      row.classList.toggle("here", here);
      const link = row.querySelector(".bench-rule");
      if (here) link.setAttribute("aria-current", "true"); else link.removeAttribute("aria-current");
    });
    for (const row of movable) for (const [name, edge] of [["[data-up]", movable[0]], ["[data-down]", movable.at(-1)]]) {
      const button = row.querySelector(name);
      if (!button) continue;
      if (row === edge) button.setAttribute("aria-disabled", "true"); else button.removeAttribute("aria-disabled");
    }
    said(at("rule-count"), all.length);
  };

  /* Groups: neighbours of one name under one head that folds. */
  const group = () => {
    if (!list()) return;
    for (const head of list().querySelectorAll(".rule-group")) head.remove();
    let last = "", head = null, n = 0;
    const close = () => { if (head) said(head.querySelector("[data-word]"), n); };
    for (const row of rows()) {
      const name = row.dataset.group ?? "";
      if (name !== last) {
        close();
        head = null;
        n = 0;
        if (name) {
          head = at("group-head").content.firstElementChild.cloneNode(true);
          head.dataset.of = name;
          head.querySelector(".strong").textContent = name;
          head.querySelector("button").setAttribute("aria-expanded", String(!folded.has(name)));
          list().insertBefore(head, row);
        }
        last = name;
      }
      n += 1;
      row.classList.toggle("in-group", name !== "");
      row.classList.toggle("folded", folded.has(name) && !filtering());
    }
    close();
  };
  const filtering = () => Boolean(at("find-rule")?.value.trim()) || [...document.querySelectorAll("[data-filter]")].some((one) => one.value);

  const filter = () => {
    if (!list()) return;
    const words = (at("find-rule")?.value ?? "").trim().toLowerCase().split(/\s+/).filter(Boolean);
    const chosen = [...document.querySelectorAll("[data-filter]")].filter((one) => one.value);
    let found = 0;
    for (const row of rows()) {
      row.hidden = !(words.every((word) => row.dataset.words.includes(word)) && chosen.every((one) => row.dataset[one.dataset.filter].split(" ").includes(one.value)));
      found += !row.hidden;
      /* What is not seen is not chosen: nothing happens to rules that nobody looks at. */
      if (row.hidden) for (const box of row.querySelectorAll(".pick")) box.checked = false;
    }
    if (filtering()) said(at("found-rules"), found); else if (at("found-rules")) at("found-rules").textContent = "";
    group();
    count();
  };

  /* Choosing several: boxes, shift for a range, arrows and shift with the keyboard. */
  let last = null;
  const boxes = () => seen().map((row) => row.querySelector(".pick")).filter(Boolean);
  const count = () => {
    const form = at("many");
    if (!form) return;
    const n = rows().filter((row) => row.querySelector(".pick")?.checked).length;
    form.hidden = n === 0;
    said(at("many-count"), n);
  };
  const range = (from, to, checked) => {
    const all = boxes(), [low, high] = [all.indexOf(from), all.indexOf(to)].sort((a, b) => a - b);
    for (const box of low < 0 ? [to] : all.slice(low, high + 1)) box.checked = checked;
  };
  document.addEventListener("click", (event) => {
    const box = event.target.closest(".pick"), all = event.target.closest("[data-choose]"), head = event.target.closest(".rule-group button");
    if (box) {
      if (event.shiftKey && last?.isConnected) range(last, box, box.checked);
      last = box;
      count();
    } else if (all) {
      for (const one of boxes()) one.checked = all.dataset.choose === "all";
      count();
      (all.dataset.choose === "all" ? all : list()?.querySelector(".pick"))?.focus();
    } else if (head) {
      const name = head.parentElement.dataset.of;
      if (!folded.delete(name)) folded.add(name);
      group();
      [...list().querySelectorAll(".rule-group")].find((one) => one.dataset.of === name)?.querySelector("button").focus();
    }
  });
  document.addEventListener("keydown", (event) => {
    const box = event.target.closest?.(".pick");
    if (!box) return;
    const all = boxes(), step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      const next = all[all.indexOf(box) + step];
      if (!next) return;
      if (event.shiftKey) { box.checked = true; next.checked = true; }
      last = next;
      next.focus();
      count();
    } else if (event.key === "a" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      for (const one of all) one.checked = true;
      count();
    } else if (event.key === "Escape") {
      for (const one of all) one.checked = false;
      count();
    }
  });

  /* Dragging. Heads of groups are no places of their own. */
  const dress = () => {
    if (!list() || !window.Sortable || window.Sortable.get(list())) return;
    let from = 0;
    window.Sortable.create(list(), {
      handle: "[data-handle]", animation: 120, filter: ".fixed", draggable: "li",
      onStart: (event) => { from = rows().indexOf(event.item); },
      onMove: (event) => !event.related.classList.contains("fixed"),
      onEnd: (event) => {
        const to = rows().indexOf(event.item);
        if (from === to) { group(); return; }
        window.htmx.ajax("POST", list().dataset.url, { source: list(), target: "#bench-panel", swap: "morph:outerHTML", values: { rule: event.item.dataset.rule, to } });
      },
    });
  };

  /* Hits come as one line of numbers; five hundred small parts would stop the typing. */
  const tellHits = () => {
    const told = document.querySelector("#bench-hits [data-counts]");
    if (!told) return;
    for (const [name, text] of Object.entries(JSON.parse(told.dataset.counts))) {
      const place = at(`hits-${name}`);
      if (place && place.textContent !== text) place.textContent = text;
    }
  };

  document.addEventListener("input", (event) => { if (event.target.id === "find-rule") filter(); });
  document.addEventListener("change", (event) => { if (event.target.matches?.("[data-filter]")) filter(); });
  document.addEventListener("click", (event) => {
    const offer = event.target.closest("[data-complete]"), field = at("sentence-text");
    if (offer && field) {
      field.value = field.value.slice(0, Number(offer.dataset.start)) + offer.dataset.complete;
      field.focus();
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    if (event.target.closest('[aria-disabled="true"]')) event.preventDefault();
  });
  /* A button that has nothing to do keeps its focus and asks nothing. */
  document.addEventListener("htmx:confirm", (event) => { if (event.target.getAttribute("aria-disabled") === "true") event.preventDefault(); });
  /* What was found of a state that is no more has no place here; the newer state has asked for its own. */
  document.addEventListener("htmx:beforeSwap", (event) => {
    const asker = event.detail.requestConfig.elt;
    if (asker.id.startsWith("asks-") && !asker.isConnected) event.detail.shouldSwap = false;
  });
  /* htmx tells of every element that a morph touched; all of it is put right once. */
  const once = (deed) => {
    let due = false;
    return () => {
      if (due) return;
      due = true;
      queueMicrotask(() => { due = false; deed(); });
    };
  };
  const settle = () => { arrange(); number(); filter(); dress(); };
  const soon = once(settle), hitsSoon = once(tellHits);
  document.addEventListener("htmx:afterSwap", (event) => (event.detail.target?.id === "bench-hits" ? hitsSoon() : soon()));
  settle();
})();
