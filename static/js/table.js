/* A decision table: Escape leaves a cell as it was. */
"use strict";

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") event.target.closest(".cell-form")?.querySelector("[data-cancel]").click();
});
