/* The import wizard: the file's colours, a row clicked as the headings, fields found and dragged onto columns. */
"use strict";

(() => {
  /* Colours and widths come as data; the policy of the page allows rules made here and no style in the markup. */
  const sheet = new CSSStyleSheet();
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  const made = new Set();
  const rule = (selector, body) => {
    if (made.has(selector)) return;
    made.add(selector);
    sheet.insertRule(`${selector} { ${body} }`);
  };
  const light = (part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  const inkOn = (fill) => {
    const [red, green, blue] = [1, 3, 5].map((at) => light(parseInt(fill.slice(at, at + 2), 16) / 255));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? "#000" : "#fff";
  };
  const paint = (within) => {
    for (const cell of within.querySelectorAll("[data-fill]")) {
      const fill = cell.dataset.fill;
      if (/^#[0-9a-f]{6}$/.test(fill)) rule(`.paper td[data-fill="${fill}"]`, `background: ${fill}; color: ${inkOn(fill)}`);
    }
    for (const column of within.querySelectorAll("[data-letters]")) {
      const letters = Number(column.dataset.letters);
      rule(`.paper col[data-letters="${letters}"]`, `width: ${letters}ch`);
      rule(`.paper th[data-letters="${letters}"]`, `min-width: ${letters}ch`);
    }
  };

  /* Dropping a field is the same as choosing it in the column's list: one road to the server. */
  const choose = (slot, field) => {
    const list = slot.querySelector("select");
    if (!list || list.value === field) return;
    list.value = field;
    list.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const SHARED = { animation: 0, ghostClass: "ghost", dragClass: "drag", forceFallback: true, fallbackOnBody: true, fallbackTolerance: 4 };
  const draggable = (within) => {
    if (!window.Sortable) return;
    for (const fields of within.querySelectorAll("[data-fields]")) {
      if (!Sortable.get(fields)) {
        new Sortable(fields, { ...SHARED, sort: false, draggable: "[data-field]", group: { name: "fields", pull: "clone", put: false } });
      }
    }
    for (const slot of within.querySelectorAll("[data-slot]")) {
      if (Sortable.get(slot)) continue;
      new Sortable(slot, {
        ...SHARED, sort: false, draggable: ".held", handle: ".grip", group: { name: "fields", pull: true, put: true },
        onAdd: (event) => {
          const { item, from, to } = event, field = item.dataset.field;
          /* What was moved goes back to where it stood; the answer draws both columns anew. */
          if (from.hasAttribute("data-slot")) from.append(item);
          else item.remove();
          choose(to, field);
        },
      });
    }
  };

  const start = (within) => {
    paint(within);
    draggable(within);
  };
  document.addEventListener("htmx:load", (event) => start(event.detail.elt.parentElement ?? document));
  document.addEventListener("DOMContentLoaded", () => start(document));

  document.addEventListener("click", (event) => {
    const row = event.target.closest(".paper tbody tr");
    if (row && !event.target.closest("button")) row.querySelector(".row-pick")?.click();
  });

  /* The column that the pointer or the focus is on is lit in the sheet above. */
  const lit = (place) => {
    for (const cell of document.querySelectorAll(".paper [data-lit]")) delete cell.dataset.lit;
    if (place === undefined) return;
    for (const cell of document.querySelectorAll(`.paper [data-place="${place}"]`)) cell.dataset.lit = "";
  };
  for (const kind of ["mouseover", "focusin"]) {
    document.addEventListener(kind, (event) => lit(event.target.closest?.(".column")?.dataset.column));
  }

  document.addEventListener("input", (event) => {
    if (!event.target.matches("[data-find-field]")) return;
    const wanted = event.target.value.trim().toLowerCase();
    for (const chip of document.querySelectorAll(".palette [data-field]")) {
      chip.hidden = !`${chip.textContent} ${chip.dataset.words}`.toLowerCase().includes(wanted);
    }
    for (const group of document.querySelectorAll(".palette [data-group]")) {
      group.hidden = !group.querySelector("[data-field]:not([hidden])");
    }
  });

  const size = (bytes) => (bytes < 1048576 ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / 1048576).toFixed(1)} MB`);
  document.addEventListener("change", (event) => {
    if (event.target.type !== "file") return;
    const told = event.target.closest("form").querySelector("[data-picked]"), file = event.target.files[0];
    if (told) told.textContent = file ? `${file.name} · ${size(file.size)}` : "";
  });

  /* A large file takes a while to send: the button says so, and is not pressed twice. */
  document.addEventListener("submit", (event) => {
    const button = event.target.matches?.("[data-sends]") ? event.submitter : null;
    if (!button || event.defaultPrevented) return;
    button.setAttribute("aria-disabled", "true");
    const word = button.querySelector("[data-busy]");
    if (word) word.textContent = word.dataset.busy;
  });
})();
