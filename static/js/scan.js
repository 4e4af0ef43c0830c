/* The scan desk: a parcel, then its waybill. Scans are queued and booked one after the other; the queue outlives the
   page and the network. */
"use strict";

(() => {
  const form = document.getElementById("scan");
  if (!form) return;
  const input = document.getElementById("code");
  const carrier = document.getElementById("carrier");
  const ask = document.getElementById("ask");
  const now = document.getElementById("now");
  const drop = document.getElementById("drop");
  const shown = document.getElementById("scanned");
  const told = document.getElementById("queue");
  const KEY = `pandan-scans-${form.dataset.house}`;
  const CARRIER = "pandan-scan-carrier";
  const MOST_SHOWN = 30;
  const RETRY_MS = 2000;
  const PARCEL = /^P\d{5,}$/i;

  const load = () => {
    try { return JSON.parse(localStorage.getItem(KEY)) ?? []; } catch { return []; }
  };
  let queue = load();
  let parcel = "";
  let busy = false;
  const keep = () => {
    localStorage.setItem(KEY, JSON.stringify(queue));
    told.textContent = queue.length ? form.dataset.waiting.replace("%", queue.length) : "";
  };

  let sound;
  const beep = (pitch, seconds) => {
    try {
      sound ??= new AudioContext();
      const tone = sound.createOscillator();
      tone.frequency.value = pitch;
      tone.connect(sound.destination);
      tone.start();
      tone.stop(sound.currentTime + seconds);
    } catch { /* Without sound the colour says it. */ }
  };
  const alarm = () => {
    beep(220, 0.5);
    navigator.vibrate?.([120, 60, 120]);
  };

  const hold = (number) => {
    parcel = number;
    now.textContent = number;
    now.hidden = drop.hidden = !number;
    ask.textContent = number ? form.dataset.askWaybill : form.dataset.askParcel;
  };
  const show = (node) => {
    shown.prepend(node);
    while (shown.children.length > MOST_SHOWN) shown.lastElementChild.remove();
  };
  const say = (text) => {
    const line = document.createElement("div");
    line.className = "scanned bad";
    line.textContent = text;
    show(line);
  };

  const request = (scan) => {
    if (scan.look) return fetch(`${form.dataset.look}?${new URLSearchParams({ parcel: scan.parcel })}`, { headers: { "HX-Request": "true" } });
    const body = new FormData();
    body.set("csrf_token", form.elements.csrf_token.value);
    for (const name of ["parcel", "waybill", "carrier"]) body.set(name, scan[name]);
    return fetch(form.dataset.book, { method: "POST", body, headers: { "HX-Request": "true" } });
  };
  const answered = (text, scan) => {
    const holder = document.createElement("template");
    holder.innerHTML = text;
    const node = holder.content.firstElementChild;
    if (!node) return;
    show(node);
    const wrong = node.dataset.kind === "wrong" || node.classList.contains("bad");
    if (wrong) alarm();
    else if (!scan.look) beep(880, 0.08);
    // What must not leave waits for no waybill.
    if (wrong && scan.look && parcel === scan.parcel) hold("");
  };
  const drain = async () => {
    if (busy) return;
    busy = true;
    while (queue.length) {
      const scan = queue[0];
      try {
        const answer = await request(scan);
        if (answer.status === 503 || answer.status >= 502) throw new Error(String(answer.status));
        answered(await answer.text(), scan);
      } catch {
        told.textContent = form.dataset.offline;
        setTimeout(drain, RETRY_MS);
        busy = false;
        return;
      }
      queue.shift();
      keep();
    }
    busy = false;
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const code = input.value.trim();
    input.value = "";
    input.focus();
    if (!code) return;
    if (PARCEL.test(code)) {
      hold(code.toUpperCase());
      queue.push({ look: true, parcel });
    } else if (parcel) {
      queue.push({ parcel, waybill: code, carrier: carrier.value });
      hold("");
    } else {
      say(`${code} · ${form.dataset.orphan}`);
      alarm();
      return;
    }
    keep();
    drain();
  });
  drop.addEventListener("click", () => { hold(""); input.focus(); });
  carrier.value = localStorage.getItem(CARRIER) ?? "";
  if (carrier.selectedIndex < 0) carrier.value = "";
  carrier.addEventListener("change", () => { localStorage.setItem(CARRIER, carrier.value); input.focus(); });
  addEventListener("online", drain);
  keep();
  drain();
})();
