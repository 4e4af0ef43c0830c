/* Values that are looked up: a list opens below the field, of the house's own things or of places as a tree. Several
   values are tokens; a column pasted from a sheet becomes as many. */
"use strict";

(() => {
  let open = null, asked = 0;
  const box = document.createElement("ul");
  box.className = "picker-list lookup-list";
  box.id = "lookup-list";
  box.setAttribute("role", "listbox");
  const items = () => [...box.querySelectorAll("[role=option]")];
  const marked = () => items().findIndex((item) => item.getAttribute("aria-selected") === "true");
  const mark = (place) => {
    items().forEach((item, nth) => item.setAttribute("aria-selected", String(nth === place)));
    const item = items()[place];
    if (!item || !open) { open?.field.removeAttribute("aria-activedescendant"); return; }
    open.field.setAttribute("aria-activedescendant", item.id);
    item.scrollIntoView({ block: "nearest" });
  };
  const shut = () => {
    if (!open) return;
    open.field.setAttribute("aria-expanded", "false");
    open.field.removeAttribute("aria-activedescendant");
    open = null;
    box.remove();
  };
  const line = (text, cls) => { const one = document.createElement("span"); one.textContent = text; if (cls) one.className = cls; return one; };
  const add = (entry, nth) => {
    const item = document.createElement("li");
    item.setAttribute("role", "option");
    item.id = `lookup-${nth}`;
    item.dataset.value = entry.value;
    if (entry.back) item.dataset.back = "";
    if (entry.folder) item.dataset.folder = JSON.stringify(entry.within);
    const named = entry.label === entry.value || entry.folder || entry.back || entry.whole;
    item.append(line(named ? entry.label : `${entry.value} `));
    if (!named) item.append(line(entry.label, "soft"));
    if (entry.hint) item.append(line(` ${entry.hint}`, "soft small"));
    if (entry.folder) item.append(line(" ›", "soft"));
    box.append(item);
  };
  const fill = async (field) => {
    const turn = ++asked, words = field.value.trim();
    const query = new URLSearchParams([["q", words], ["many", field.dataset.many === undefined ? "" : "yes"], ...(words ? [] : open.within.map((name) => ["within", name]))]);
    const answer = await fetch(`${field.dataset.lookup}?${query}`, { headers: { "HX-Request": "true" } });
    if (!answer.ok || turn !== asked || open?.field !== field) return;
    const { entries } = await answer.json();
    box.textContent = "";
    if (open.within.length && !words) add({ value: "", label: `‹ ${field.dataset.back}`, back: true }, "back");
    entries.forEach(add);
    if (!entries.length) { const none = document.createElement("li"); none.className = "picker-group"; none.textContent = field.dataset.none; box.append(none); }
    mark(words || open.within.length ? Math.min(items().length - 1, open.within.length && !words ? 1 : 0) : -1);
  };
  const show = (field) => {
    if (open?.field === field) return;
    shut();
    open = { field, within: [] };
    for (const [name, value] of Object.entries({ role: "combobox", "aria-expanded": "true", "aria-controls": box.id, "aria-autocomplete": "list" })) field.setAttribute(name, value);
    box.textContent = "";
    box.setAttribute("aria-label", field.getAttribute("aria-label"));
    field.after(box);
    fill(field);
  };
  const choose = (item) => {
    const { field } = open;
    if (item.dataset.back !== undefined) { open.within.pop(); fill(field); return; }
    if (item.dataset.folder !== undefined) { field.value = ""; open.within = JSON.parse(item.dataset.folder); fill(field); return; }
    field.value = item.dataset.value;
    shut();
    field.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const lookup = (event) => event.target.closest?.("input[data-lookup]");
  document.addEventListener("focusin", (event) => { const field = lookup(event); if (field && !field.disabled) show(field); });
  document.addEventListener("input", (event) => { const field = lookup(event); if (field) { show(field); fill(field); } });
  document.addEventListener("focusout", (event) => { if (open && event.target === open.field) setTimeout(() => { if (open && document.activeElement !== open.field) shut(); }, 120); });
  document.addEventListener("keydown", (event) => {
    if (!open || event.target !== open.field || event.isComposing) return;
    const all = items(), at = marked();
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      mark((at + (event.key === "ArrowDown" ? 1 : -1) + all.length) % Math.max(all.length, 1));
    } else if (event.key === "Enter") {
      event.preventDefault();
      const item = all[at];
      if (item && (open.field.value.trim() || open.within.length || at >= 0)) choose(item);
      else { const { field } = open; shut(); field.dispatchEvent(new Event("change", { bubbles: true })); }
    } else if (event.key === "ArrowRight" && !open.field.value && all[at]?.dataset.folder !== undefined) {
      event.preventDefault();
      choose(all[at]);
    } else if (event.key === "ArrowLeft" && !open.field.value && open.within.length) {
      event.preventDefault();
      open.within.pop();
      fill(open.field);
    } else if (event.key === "Escape") { event.stopPropagation(); shut(); }
  });
  box.addEventListener("mousedown", (event) => {
    event.preventDefault();
    const item = event.target.closest("[role=option]");
    if (item) choose(item);
  });

  /* Tokens. What was written is sent and gone from the field, so that the next one can be written at once. */
  document.addEventListener("htmx:beforeSend", (event) => {
    const field = event.detail.elt.closest?.(".tokens")?.querySelector("[data-many]");
    if (field) field.value = "";
  });
  document.addEventListener("click", (event) => {
    const drop = event.target.closest("[data-drop]");
    if (!drop) return;
    const all = drop.closest(".tokens");
    drop.closest(".token").remove();
    all.querySelector("[data-many]")?.focus();
    all.dispatchEvent(new Event("change", { bubbles: true }));
  });
  document.addEventListener("keydown", (event) => {
    const field = event.target.closest?.("[data-many]");
    if (field && event.key === "Backspace" && !field.value) field.closest(".tokens").querySelector(".token:last-of-type [data-drop]")?.click();
    if (field && event.key === "Enter" && !open) { event.preventDefault(); field.dispatchEvent(new Event("change", { bubbles: true })); }
  });
  document.addEventListener("paste", (event) => {
    const field = event.target.closest?.("[data-many]"), text = event.clipboardData.getData("text/plain");
    if (!field || !/[\r\n\t]/.test(text.trim())) return;
    event.preventDefault();
    field.value = text.trim().split(/[\r\n\t]+/).filter(Boolean).join("、");
    shut();
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });
})();
