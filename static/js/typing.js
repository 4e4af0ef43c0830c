/* Typing an order: choosing goods by keys, lines that grow, a draft that outlives a lost page. */
"use strict";

(() => {
  const SEARCH_MS = 90, TELL_MS = 450, DRAFT_MS = 400;
  const form = () => document.getElementById("typing");
  const paste = () => document.getElementById("paste");
  const lines = () => [...document.querySelectorAll("#lines [data-line]")];
  const token = () => JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
  const later = (deed, wait) => {
    let timer;
    return (...given) => { clearTimeout(timer); timer = setTimeout(deed, wait, ...given); };
  };

  /* Choosing goods: what is typed is looked up; arrows move, Enter and Tab choose. */
  const asked = new WeakMap();
  const listOf = (input) => input.closest(".lookup").querySelector(".lookup-list");
  const optionsOf = (input) => [...listOf(input).querySelectorAll("[role=option]")];
  const close = (input) => {
    listOf(input).hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const mark = (input, place) => {
    const options = optionsOf(input);
    options.forEach((option, nth) => {
      option.id = `${listOf(input).id}-${nth}`;
      option.setAttribute("aria-selected", String(nth === place));
      if (nth === place) {
        input.setAttribute("aria-activedescendant", option.id);
        option.scrollIntoView({ block: "nearest" });
      }
    });
  };
  const marked = (input) => optionsOf(input).findIndex((option) => option.getAttribute("aria-selected") === "true");
  const look = async (input) => {
    const words = input.value.trim();
    if (!words) { close(input); return; }
    const answer = await fetch(`${form().dataset.skus}?q=${encodeURIComponent(words)}`, { headers: { "HX-Request": "true" } });
    if (!answer.ok || input.value.trim() !== words) return;
    listOf(input).innerHTML = await answer.text();
    listOf(input).hidden = false;
    input.setAttribute("aria-expanded", "true");
    mark(input, 0);
    listOf(input).scrollIntoView({ block: "nearest" });
  };
  const search = (input) => {
    clearTimeout(asked.get(input)?.timer);
    const waiting = {};
    waiting.done = new Promise((done) => {
      waiting.go = () => look(input).catch(() => {}).finally(() => { asked.delete(input); done(); });
      waiting.timer = setTimeout(waiting.go, SEARCH_MS);
    });
    asked.set(input, waiting);
  };
  const settled = async (input) => {
    const waiting = asked.get(input);
    if (!waiting) return;
    clearTimeout(waiting.timer);
    await look(input).catch(() => {});
    asked.delete(input);
  };
  const fill = (line, sku, called, price) => {
    const input = line.querySelector("[name=sku]");
    input.value = sku;
    for (const mended of line.querySelectorAll("[data-doubt], [aria-invalid]")) {
      mended.removeAttribute("data-doubt");
      mended.removeAttribute("aria-invalid");
    }
    line.querySelector("[data-name]").textContent = called;
    const cost = line.querySelector("[name=price]");
    if (!cost.value && price) cost.value = price;
    for (const told of line.querySelectorAll(".below > .doubt, .below > .error, .below > .row")) told.remove();
    close(input);
    changed();
  };
  const choose = (input, option) => {
    const line = input.closest("[data-line]");
    fill(line, option.dataset.sku, option.dataset.called, option.dataset.price);
    const quantity = line.querySelector("[name=quantity]");
    quantity.focus();
    quantity.select();
  };

  /* Lines: numbered in order, a new one where the last is left with Enter. */
  const number = () => lines().forEach((line, nth) => {
    line.querySelector("[data-nth]").textContent = nth + 1;
    for (const part of ["sku", "quantity", "price"]) {
      const input = line.querySelector(`[name=${part}]`);
      line.querySelector(`label[for="${input.id}"]`)?.setAttribute("for", `f-${part}-${nth + 1}`);
      input.id = `f-${part}-${nth + 1}`;
    }
    line.querySelector(".lookup-list").id = `list-${nth + 1}`;
    line.querySelector("[name=sku]").setAttribute("aria-controls", `list-${nth + 1}`);
  });
  const add = () => {
    document.getElementById("lines").append(document.getElementById("line-template").content.cloneNode(true));
    number();
    return lines().at(-1);
  };
  const next = (line) => {
    const all = lines();
    (all[all.indexOf(line) + 1] ?? add()).querySelector("[name=sku]").focus();
  };
  const remove = (line) => {
    const before = lines().indexOf(line);
    line.remove();
    if (!lines().length) add();
    number();
    lines().at(Math.min(before, lines().length - 1)).querySelector("[name=sku]").focus();
    changed();
  };

  const sum = () => {
    let fen = 0, known = false;
    for (const line of lines()) {
      const price = Number.parseFloat(line.querySelector("[name=price]").value);
      const quantity = Number.parseInt(line.querySelector("[name=quantity]").value, 10);
      if (line.querySelector("[name=sku]").value && price >= 0 && quantity > 0) { fen += Math.round(price * 100) * quantity; known = true; }
    }
    fen += Math.round((Number.parseFloat(form().elements.postage.value) || 0) * 100);
    document.getElementById("sum").textContent = known ? `¥${(fen / 100).toFixed(2)}` : "—";
    if (known) form().elements.total.placeholder = (fen / 100).toFixed(2);
  };

  /* A draft in this tab only: it is there again after a reload or a lost connection, and gone once it is accepted. */
  const place = () => `typing:${form().dataset.user}`;
  const keep = later(() => {
    if (!form() || form().elements.source) return;
    const fields = new URLSearchParams(new FormData(form()));
    fields.delete("csrf_token");
    sessionStorage.setItem(place(), JSON.stringify({ fields: fields.toString(), text: paste().value }));
  }, DRAFT_MS);
  const restore = async () => {
    const kept = sessionStorage.getItem(place());
    if (!kept || !form().hasAttribute("data-fresh") || form().hasAttribute("data-sent") || form().elements.source) return;
    const { fields, text } = JSON.parse(kept);
    const answer = await fetch(form().dataset.draft, {
      method: "POST", body: fields,
      headers: { "Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": token(), "HX-Request": "true" },
    });
    if (!answer.ok) return;
    paste().value = text;
    form().outerHTML = await answer.text();
    htmx.process(form());
    changed();
  };
  const tell = later(() => document.body.dispatchEvent(new Event("typed")), TELL_MS);
  const changed = () => { sum(); tell(); keep(); };

  /* Where to go on after a text was read: what is wrong, what is doubted, what is missing, else the end. */
  const doubted = () => [...form().querySelectorAll("[data-doubt], .which button, [data-pick]")].find((one) =>
    one.tagName === "BUTTON" || !(one.closest(".place")?.querySelector(".which") || one.closest("[data-line]")?.querySelector("[data-pick]")));
  const goOn = () => {
    const empty = ["name", "phone", "address"].map((name) => form().elements[name]).find((input) => !input.value && !form().elements.source);
    const bare = lines().map((line) => line.querySelector("[name=sku]")).find((input) => !input.value);
    const goods = lines().some((line) => line.querySelector("[name=sku]").value);
    const target = form().querySelector("[aria-invalid=true]") ?? doubted() ?? empty ?? (goods ? form().querySelector("button.first") : bare);
    target?.focus();
    target?.select?.();
  };

  let pasted = false;
  document.addEventListener("paste", (event) => { pasted = event.target === paste(); });
  document.addEventListener("input", (event) => {
    if (event.target === paste()) { keep(); return; }
    if (!event.target.closest("#typing")) return;
    event.target.removeAttribute("data-doubt");
    event.target.closest(".part")?.classList.remove("doubted");
    if (event.target.name === "sku") search(event.target);
    changed();
  });
  document.addEventListener("keydown", async (event) => {
    if (!form()) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form().requestSubmit();
      return;
    }
    const input = event.target;
    if (!input.closest?.("#typing")) return;
    const line = input.closest("[data-line]");
    if (input.name === "sku") {
      const open = !listOf(input).hidden, count = optionsOf(input).length;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (open && count) mark(input, (marked(input) + (event.key === "ArrowDown" ? 1 : count - 1)) % count);
        else search(input);
      } else if (event.key === "Escape") close(input);
      else if (event.key === "Enter") {
        event.preventDefault();
        await settled(input);
        const option = optionsOf(input)[marked(input)];
        if (!listOf(input).hidden && option) choose(input, option);
        else if (input.value) line.querySelector("[name=quantity]").focus();
        else form().elements.total.focus();
      } else if (event.key === "Tab" && open && count && !event.shiftKey) {
        event.preventDefault();
        choose(input, optionsOf(input)[Math.max(0, marked(input))]);
      }
    } else if (event.key === "Enter" && line && input.matches("input")) {
      event.preventDefault();
      next(line);
    } else if (event.key === "Enter" && input.matches("input:not([type=checkbox]), select")) {
      event.preventDefault(); // Only Ctrl+Enter and the button submit.
    }
  });
  document.addEventListener("focusout", (event) => {
    if (event.target.name === "sku" && event.target.closest("#typing")) setTimeout(close, 120, event.target);
  });
  document.addEventListener("mousedown", (event) => {
    const option = event.target.closest(".lookup-list [role=option]");
    if (!option) return;
    event.preventDefault();
    choose(option.closest(".lookup").querySelector("[name=sku]"), option);
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("#typing button");
    if (!button) return;
    if (button.dataset.remove !== undefined) remove(button.closest("[data-line]"));
    else if (button.dataset.pick) {
      fill(button.closest("[data-line]"), button.dataset.pick, button.dataset.called, button.dataset.price);
      goOn();
    }
    else if (button.dataset.place) {
      const parts = button.dataset.place.split("|");
      ["province", "city", "district"].forEach((name, nth) => {
        const input = form().elements[name];
        input.value = parts[nth];
        input.removeAttribute("data-doubt");
        input.closest(".part").classList.remove("doubted");
        input.closest(".part").querySelector("em")?.remove();
      });
      button.parentElement.remove();
      changed();
      goOn();
    }
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (!form() || event.detail.elt.id !== "typing") return;
    if (form().hasAttribute("data-sent") && form().hasAttribute("data-fresh")) {
      sessionStorage.removeItem(place());
      paste().value = "";
      paste().focus();
      tell();
      return;
    }
    changed();
    if (pasted || form().querySelector("[aria-invalid=true]")) goOn();
    pasted = false;
  });

  if (form()) {
    if (form().hasAttribute("data-sent")) sessionStorage.removeItem(place());
    restore();
    if (form().elements.source) changed();
  }
})();
