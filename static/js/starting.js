/* The panel to start from: it opens with what it is to hold, and closes upon the rule that was made. */
"use strict";

(() => {
  const panel = () => document.getElementById("start");
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id === "start-body" && !panel().open) panel().showModal();
  });
  document.addEventListener("htmx:afterOnLoad", (event) => {
    const own = panel();
    const made = event.detail.requestConfig.verb === "post" && own?.contains(event.detail.elt);
    if (!made) return;
    own.close();
    document.querySelector("#bench-rules .here")?.scrollIntoView({ block: "nearest" });
  });
})();
