/* Long lists with a search field: a select with data-picker stays what is sent, a field and a list stand before it.
   What is typed is looked for in Chinese, English and first letters of pinyin; arrows move, Enter chooses. */
"use strict";

(() => {
  let open = null;
  const options = (select) => [...select.options].filter((option) => option.value);
  const shut = () => {
    if (!open) return;
    open.list.hidden = true;
    open.input.setAttribute("aria-expanded", "false");
    open.input.removeAttribute("aria-activedescendant");
    open.input.value = open.shown();
    open = null;
  };
  const mark = (picker, place) => {
    const items = [...picker.list.querySelectorAll("[role=option]")];
    items.forEach((item, nth) => item.setAttribute("aria-selected", String(nth === place)));
    if (!items[place]) { picker.input.removeAttribute("aria-activedescendant"); return; }
    picker.input.setAttribute("aria-activedescendant", items[place].id);
    items[place].scrollIntoView({ block: "nearest" });
  };
  const marked = (picker) => [...picker.list.querySelectorAll("[role=option]")].findIndex((item) => item.getAttribute("aria-selected") === "true");
  const fill = (picker, words) => {
    const wanted = words.trim().toLowerCase().split(/\s+/).filter(Boolean);
    picker.list.textContent = "";
    let group = "";
    for (const option of options(picker.select)) {
      const found = `${option.text} ${option.dataset.find ?? ""}`.toLowerCase();
      if (!wanted.every((word) => found.includes(word))) continue;
      const heading = option.parentElement.label ?? "";
      if (heading !== group) {
        group = heading;
        const head = document.createElement("li");
        head.className = "picker-group";
        head.setAttribute("role", "presentation");
        head.textContent = heading;
        picker.list.append(head);
      }
      const item = document.createElement("li");
      item.setAttribute("role", "option");
      item.id = `${picker.select.id}-o${option.index}`;
      item.dataset.value = option.value;
      item.textContent = option.text;
      picker.list.append(item);
    }
    if (!picker.list.firstChild) {
      const none = document.createElement("li");
      none.className = "picker-group";
      none.setAttribute("role", "presentation");
      none.textContent = document.body.dataset.nothingFound;
      picker.list.append(none);
    }
    mark(picker, 0);
  };
  const show = (picker) => {
    if (open === picker) return;
    shut();
    open = picker;
    picker.input.value = "";
    fill(picker, "");
    picker.list.hidden = false;
    picker.input.setAttribute("aria-expanded", "true");
    const here = [...picker.list.querySelectorAll("[role=option]")].findIndex((item) => item.dataset.value === picker.select.value);
    mark(picker, Math.max(here, 0));
  };
  const choose = (picker, value) => {
    const changed = picker.select.value !== value;
    picker.select.value = value;
    shut();
    /* Who goes on typing writes over what was chosen. */
    picker.input.select();
    if (changed) picker.select.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const dress = (select) => {
    if (select.nextElementSibling?.classList.contains("picker")) select.nextElementSibling.remove();
    const box = document.createElement("span"), input = document.createElement("input"), list = document.createElement("ul");
    box.className = "picker";
    box.setAttribute("data-keep", "");
    list.className = "picker-list";
    list.id = `${select.id}-list`;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", select.getAttribute("aria-label"));
    list.hidden = true;
    for (const [name, value] of Object.entries({ id: `${select.id}-find`, type: "text", autocomplete: "off", role: "combobox", "aria-expanded": "false", "aria-controls": list.id, "aria-autocomplete": "list", "aria-label": select.getAttribute("aria-label") })) input.setAttribute(name, value);
    input.disabled = select.matches(":disabled");
    const empty = select.options[0]?.value === "" ? select.options[0].text : "";
    input.placeholder = empty;
    const picker = { select, input, list, shown: () => (select.value ? select.selectedOptions[0].text : "") };
    input.value = picker.shown();
    box.picker = picker;
    box.append(input, list);
    select.after(box);
    select.classList.add("picked");
    select.tabIndex = -1;
    select.setAttribute("aria-hidden", "true");
    input.addEventListener("focus", () => show(picker));
    input.addEventListener("click", () => show(picker));
    input.addEventListener("input", (event) => {
      event.stopPropagation();
      const typed = input.value;
      show(picker);
      input.value = typed;
      fill(picker, typed);
    });
    input.addEventListener("change", (event) => event.stopPropagation());
    input.addEventListener("blur", () => setTimeout(() => { if (open === picker && document.activeElement !== input) shut(); }, 120));
    input.addEventListener("keydown", (event) => {
      const items = [...list.querySelectorAll("[role=option]")], at = marked(picker);
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        show(picker);
        mark(picker, (at + (event.key === "ArrowDown" ? 1 : -1) + items.length) % Math.max(items.length, 1));
      } else if (event.key === "Enter") {
        event.preventDefault();
        if (open === picker && items[at]) choose(picker, items[at].dataset.value);
      } else if (event.key === "Escape") {
        event.stopPropagation();
        shut();
      }
    });
    list.addEventListener("mousedown", (event) => {
      event.preventDefault();
      const item = event.target.closest("[role=option]");
      if (item) choose(picker, item.dataset.value);
    });
  };
  /* A picker that is there stays, open or not; it only tells what its select holds by now. */
  const dressAll = (within) => {
    for (const box of within.querySelectorAll(".picker")) if (!box.previousElementSibling?.matches("select[data-picker]")) box.remove();
    for (const select of within.querySelectorAll("select[data-picker]")) {
      const picker = select.nextElementSibling?.picker;
      if (picker?.select !== select) dress(select);
      else if (open !== picker) picker.input.value = picker.shown();
      if (picker) picker.input.disabled = select.matches(":disabled");
    }
  };
  /* htmx tells of every element that a morph touched; they are looked through once. */
  let due = false;
  const soon = () => {
    if (due) return;
    due = true;
    queueMicrotask(() => { due = false; dressAll(document); });
  };
  document.addEventListener("htmx:afterSettle", soon);
  document.addEventListener("htmx:load", soon);
  document.addEventListener("htmx:afterSwap", soon);
  dressAll(document);
})();
