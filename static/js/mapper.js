/* The mapper: a value is dragged to its field, or chosen and then its field; the keyboard does the same. */
"use strict";

(() => {
  const mapper = () => document.getElementById("mapper");
  const state = () => document.querySelector("#mapper-state [name=path]");
  const open = new Set(), shut = new Set();
  let picked = "", dragged = "", again = "", last = Promise.resolve();

  const show = () => {
    const box = mapper();
    if (!box) return;
    if (picked && ![...box.querySelectorAll("[data-leaf]")].some((leaf) => leaf.dataset.leaf === picked)) picked = "";
    state().value = picked;
    box.classList.toggle("picking", picked !== "");
    for (const leaf of box.querySelectorAll("[data-leaf]")) leaf.setAttribute("aria-pressed", String(picked !== "" && leaf.id === again));
    const bar = document.getElementById("map-picked");
    if (!bar) return;
    bar.hidden = picked === "";
    document.getElementById("picked-path").textContent = picked;
    document.getElementById("picked-field").value = "";
  };
  const pick = (leaf, byKey) => {
    picked = picked === leaf.dataset.leaf && again === leaf.id ? "" : leaf.dataset.leaf;
    again = leaf.id;
    show();
    if (picked && byKey) document.getElementById("picked-field-find")?.focus();
  };
  const connect = (path, field) => {
    /* One after the other: each names the revision that the one before it made. */
    last = last.then(() => {
      const box = mapper();
      const values = { ...Object.fromEntries(new FormData(document.getElementById("mapper-state"))), path, field };
      return window.htmx.ajax("POST", `${box.dataset.url}/connect`, { source: box, target: "#mapper", swap: "morph:outerHTML", values });
    }).catch(() => {});
  };
  const filter = () => {
    const field = document.getElementById("find-field");
    if (!field) return;
    const words = field.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    for (const row of document.querySelectorAll(".map-field")) row.hidden = !words.every((word) => row.dataset.words.includes(word));
  };

  document.addEventListener("click", (event) => {
    const leaf = event.target.closest("[data-leaf]");
    if (leaf) pick(leaf, false);
    if (event.target.closest('#mapper [aria-disabled="true"]')) event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    const leaf = event.target.closest?.("[data-leaf]");
    if (leaf && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      pick(leaf, true);
    } else if (event.key === "Escape" && picked && event.target.closest("#mapper")) {
      picked = "";
      show();
      document.getElementById(again)?.focus();
    }
  });
  document.addEventListener("dragstart", (event) => {
    const leaf = event.target.closest?.("[data-leaf]");
    if (!leaf) return;
    dragged = leaf.dataset.leaf;
    event.dataTransfer.setData("text/plain", dragged);
    event.dataTransfer.effectAllowed = "link";
  });
  const over = (field) => {
    for (const row of document.querySelectorAll(".map-field.over")) if (row !== field) row.classList.remove("over");
    field?.classList.add("over");
  };
  document.addEventListener("dragover", (event) => {
    const field = dragged && event.target.closest?.("[data-field]");
    if (field) { event.preventDefault(); event.dataTransfer.dropEffect = "link"; }
    over(field || null);
  });
  document.addEventListener("drop", (event) => {
    const field = dragged && event.target.closest?.("[data-field]");
    if (!field) return;
    event.preventDefault();
    connect(dragged, field.dataset.field);
    dragged = "";
    over(null);
  });
  document.addEventListener("dragend", () => { dragged = ""; over(null); });
  /* What was unfolded stays so when the page is drawn anew. */
  document.addEventListener("toggle", (event) => {
    const branch = event.target;
    if (!branch.matches?.("#mapper details")) return;
    (branch.open ? open : shut).add(branch.id);
    (branch.open ? shut : open).delete(branch.id);
  }, true);
  document.addEventListener("input", (event) => { if (event.target.id === "find-field") filter(); });
  document.addEventListener("htmx:confirm", (event) => { if (event.target.getAttribute("aria-disabled") === "true") event.preventDefault(); });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (!event.detail.successful || !event.detail.pathInfo?.requestPath.endsWith("/connect")) return;
    picked = "";
    show();
    /* By keyboard one goes on with the next value. */
    if (document.activeElement?.id === "picked-field-find" || document.activeElement === document.body) document.getElementById(again)?.focus();
  });
  document.addEventListener("htmx:afterSettle", () => {
    for (const branch of document.querySelectorAll("#mapper details")) {
      if (open.has(branch.id)) branch.open = true;
      if (shut.has(branch.id)) branch.open = false;
    }
    document.getElementById("sheet-form")?.reset();
    const text = document.getElementById("paste-text");
    if (text && !document.getElementById("refusal")) text.value = "";
    show();
    filter();
  });
  show();
})();
