/* Ticking many rows: one box for all of them, and how many are ticked. */
"use strict";

(() => {
  const boxes = (name) => [...document.querySelectorAll(`input[type=checkbox][name="${name}"]`)];
  const count = () => {
    for (const told of document.querySelectorAll("[data-ticked]")) {
      const every = boxes(told.dataset.ticked);
      const n = every.filter((box) => box.checked).length;
      told.textContent = n ? told.dataset.word.replace("%", n) : "";
      for (const all of document.querySelectorAll(`[data-tick-all="${told.dataset.ticked}"]`)) {
        all.checked = n > 0 && n === every.length;
        all.indeterminate = n > 0 && n < every.length;
      }
    }
  };
  document.addEventListener("change", (event) => {
    const name = event.target.dataset?.tickAll;
    if (name) for (const box of boxes(name)) box.checked = event.target.checked;
    count();
  });
  count();
})();
