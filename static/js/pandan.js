/* What pages need beyond htmx: polling that rests, toasts, questions before deeds, copying, menus, the theme. */
"use strict";

(() => {
  const toasts = () => document.getElementById("toasts");

  /* Toasts leave after a while, unless the pointer or the focus is on them. */
  const TOAST_MS = 6000;
  const UNDO_MS = 20000;
  const retire = (toast) => {
    if (toast.matches(":hover, :focus-within")) setTimeout(retire, TOAST_MS, toast);
    else toast.remove();
  };
  const watchToasts = () => {
    for (const toast of document.querySelectorAll("[data-toast]:not([data-seen])")) {
      toast.dataset.seen = "";
      const undo = toast.querySelector("[data-undo]");
      undo?.form.addEventListener("htmx:afterRequest", () => toast.remove());
      if (!toast.classList.contains("bad")) setTimeout(retire, undo ? UNDO_MS : TOAST_MS, toast);
    }
  };
  const tell = (text, kind) => {
    const toast = document.createElement("div");
    toast.className = `toast ${kind}`;
    toast.dataset.toast = "";
    const line = document.createElement("p");
    line.textContent = text;
    toast.append(line);
    toasts().append(toast);
    watchToasts();
  };

  /* A poll rests while nobody looks, and catches up at once when somebody does. */
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (document.hidden && event.detail.elt.hasAttribute("data-poll")) event.preventDefault();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    for (const polled of document.querySelectorAll("[data-poll]")) polled.dispatchEvent(new Event("seen"));
  });
  let away = false;
  document.addEventListener("htmx:sendError", () => {
    if (!away) tell(document.body.dataset.failed, "bad");
    away = true;
  });
  document.addEventListener("htmx:afterOnLoad", () => { away = false; });
  document.addEventListener("htmx:load", watchToasts);

  /* One question before a deed that matters. */
  const ask = (text) => new Promise((answer) => {
    const dialog = document.getElementById("confirm");
    document.getElementById("confirm-text").textContent = text;
    dialog.addEventListener("close", () => answer(dialog.returnValue === "yes"), { once: true });
    dialog.returnValue = "no";
    dialog.showModal();
  });
  document.addEventListener("submit", async (event) => {
    const button = event.submitter;
    if (!button || !button.dataset.confirm || button.dataset.asked) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!(await ask(button.dataset.confirm))) return;
    button.dataset.asked = "yes";
    button.form.requestSubmit(button);
    delete button.dataset.asked;
  }, true);
  document.addEventListener("htmx:confirm", async (event) => {
    if (!event.detail.question) return;
    event.preventDefault();
    if (await ask(event.detail.question)) event.detail.issueRequest(true);
  });

  const copy = async (button) => {
    await navigator.clipboard.writeText(button.dataset.copy);
    tell(document.body.dataset.copied, "good");
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy], [data-close], [data-open]");
    for (const menu of document.querySelectorAll("[data-menu][open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
    if (!button) return;
    if (button.dataset.copy !== undefined) copy(button);
    else if (button.dataset.open) document.querySelector(button.dataset.open).showModal();
    else (button.closest("[data-toast]") ?? button.closest("dialog"))?.[button.closest("[data-toast]") ? "remove" : "close"]();
  });

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
      const find = document.getElementById("find");
      if (find) { event.preventDefault(); find.focus(); }
    }
    if (/^[a-z]$/.test(event.key) && !typing && !event.ctrlKey && !event.metaKey && !event.altKey && !document.querySelector("dialog[open]")) {
      document.querySelector(`.nav a[data-key="${event.key}"]`)?.click();
    }
    if (event.key === "Escape") {
      for (const menu of document.querySelectorAll("[data-menu][open]")) {
        menu.open = false;
        menu.querySelector("summary").focus();
      }
    }
  });

  /* The theme changes at once; the form's answer is remembered by the server. */
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("[data-theme-form]");
    if (!form || !event.submitter) return;
    event.preventDefault();
    const chosen = event.submitter.value;
    if (chosen === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = chosen;
    document.querySelector('meta[name="color-scheme"]').content = chosen === "auto" ? "light dark" : chosen;
    for (const button of form.querySelectorAll("button")) button.ariaPressed = String(button.value === chosen);
    fetch(form.action, { method: "POST", body: new FormData(form, event.submitter), redirect: "manual" });
  });

  /* A file dropped on a drop zone goes into its input. */
  for (const kind of ["dragenter", "dragover", "dragleave", "drop"]) {
    document.addEventListener(kind, (event) => {
      const zone = event.target.closest?.("[data-drop]");
      if (!zone) return;
      event.preventDefault();
      zone.classList.toggle("over", kind === "dragenter" || kind === "dragover");
      if (kind !== "drop" || !event.dataTransfer.files.length) return;
      const input = zone.querySelector("input[type=file]");
      input.files = event.dataTransfer.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }

  /* A double click is one click where a second would make a second thing. */
  document.addEventListener("click", (event) => {
    if (event.detail > 1 && event.target.closest("[data-once], form:not([hx-post]) button:not([type=button])")) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  }, true);

  if (window.Idiomorph) {
    Object.assign(window.Idiomorph.defaults, { ignoreActiveValue: true, restoreFocus: true });
    /* What a person has unfolded stays so when an answer comes in. */
    const dressed = new Set(["class", "tabindex", "aria-hidden"]);
    window.Idiomorph.defaults.callbacks.beforeAttributeUpdated = (name, node) =>
      !(name === "open" && node.localName === "details") && !(dressed.has(name) && node.matches("select.picked"));
    /* What stands before a select stays, open or not, when an answer comes in while somebody types there. */
    window.Idiomorph.defaults.callbacks.beforeNodeRemoved = (node) => !(node.nodeType === Node.ELEMENT_NODE && node.hasAttribute("data-keep"));
    /* What a person chose waits its turn and is read when it is sent: until its own request goes out, no earlier answer
       may put back what was there. Boxes that are ticked together wait together. */
    const waiting = new WeakSet();
    const sender = (field) => field.closest('[hx-trigger*="change"], form[hx-post], [data-typed]');
    document.addEventListener("change", (event) => {
      const field = event.target.closest("[data-together]") ?? event.target;
      if (sender(field) && field.closest("[hx-sync]")?.getAttribute("hx-sync").includes("queue")) waiting.add(field);
    }, true);
    document.addEventListener("htmx:configRequest", ({ detail: { elt } }) => {
      const own = elt.closest("[data-typed]") ?? elt;
      for (const field of [elt, ...own.querySelectorAll("input, select, textarea, [data-together]")]) if ([elt, own].includes(sender(field))) waiting.delete(field);
    });
    /* What a draft's earlier state would have come to is not shown for the newer one, which has asked for its own. */
    document.addEventListener("htmx:beforeSwap", ({ detail }) => {
      const now = document.querySelector("#publish-form [name=revision]")?.value;
      if (detail.target.id === "impact" && detail.requestConfig.parameters.revision !== now) detail.shouldSwap = false;
    });
    window.Idiomorph.defaults.callbacks.beforeNodeMorphed = (node, made) => {
      /* What has the focus is left as it is, for the sake of what is typed; a button says what it does by now. */
      if (node === document.activeElement && node.localName === "button") node.replaceChildren(...made.cloneNode(true).childNodes);
      return !(waiting.has(node) && node.id === made.id);
    };
  }
  watchToasts();
})();
