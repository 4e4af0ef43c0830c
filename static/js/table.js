/* A decision table that is written like a spreadsheet. The server holds the rules; here is where one is, what is chosen
   and what is being typed. Changes go one after another, each as one edit of the draft that names what it saw. */
"use strict";

(() => {
  const grid = () => document.querySelector("#grid[data-editable]");
  const bodyRows = () => [...grid().tBodies[0].rows].filter((row) => row.dataset.row);
  const keys = () => [...grid().tHead.rows[1].cells].map((head) => head.dataset.key);
  const cellAt = (row, column) => { const found = bodyRows()[row]; return found && !found.classList.contains("misfit") ? found.cells[column + 1] : null; };
  const open = (cell) => cell && !cell.hasAttribute("aria-readonly");
  const tell = (text) => { document.getElementById("grid-told").textContent = text; };

  /* Where one is: row and column of the cell, and of the corner that a choice was begun at. */
  let at = { row: 0, column: 0 }, from = { row: 0, column: 0 }, editing = null;
  /* One field stands unseen in the cell where one is and takes what is typed, so that pinyin works from the first key. */
  const field = document.createElement("input");
  field.className = "catcher";
  field.autocomplete = "off";
  const textOf = (cell) => cell?.textContent ?? "";
  const setText = (cell, text) => {
    if (cell.firstChild?.nodeType === Node.TEXT_NODE) cell.firstChild.data = text;
    else if (text) cell.prepend(text);
  };
  const block = () => ({ top: Math.min(at.row, from.row), bottom: Math.max(at.row, from.row), left: Math.min(at.column, from.column), right: Math.max(at.column, from.column) });
  const inBlock = function* () {
    const { top, bottom, left, right } = block();
    for (let row = top; row <= bottom; row += 1) for (let column = left; column <= right; column += 1) yield [row, column, cellAt(row, column)];
  };
  const show = (focus = true) => {
    for (const cell of grid().querySelectorAll("td.in-block, td.at")) { cell.classList.remove("in-block", "at"); cell.removeAttribute("aria-selected"); }
    for (const [, , cell] of inBlock()) if (cell) { cell.classList.add("in-block"); cell.setAttribute("aria-selected", "true"); }
    const cell = cellAt(at.row, at.column);
    if (!cell) return;
    cell.classList.add("at");
    if (field.parentElement !== cell) cell.append(field);
    field.value = "";
    field.readOnly = !open(cell);
    field.setAttribute("aria-label", `${textOf(bodyRows()[at.row].cells[1])} ${grid().tHead.rows[1].cells[at.column].textContent}: ${textOf(cell)}`);
    if (focus) { field.focus({ preventScroll: true }); cell.scrollIntoView({ block: "nearest", inline: "nearest" }); }
  };
  const go = (row, column, extend = false) => {
    const rows = bodyRows().length, columns = keys().length, step = row < at.row ? -1 : 1;
    row = Math.max(0, Math.min(row, rows - 1));
    column = Math.max(0, Math.min(column, columns - 1));
    /* Rows that are not of the table's shape are stepped over. */
    while (!cellAt(row, column) && row + step >= 0 && row + step < rows) row += step;
    if (!cellAt(row, column)) return;
    at = { row, column };
    if (!extend) from = { ...at };
    show();
  };

  /* What is sent goes in turn: each change names the revision that the one before it made. */
  let turn = Promise.resolve();
  const send = (what, fields) => {
    turn = turn.then(() => post(what, fields)).catch(() => refuse(document.body.dataset.failed));
    return turn;
  };
  const post = async (what, fields) => {
    if (!grid()) return;
    document.getElementById("grid-saved").textContent = grid().dataset.saving;
    const form = new URLSearchParams();
    for (const [name, value] of [...fields, ["revision", grid().dataset.revision], ...JSON.parse(grid().dataset.add).map((key) => ["add", key])]) form.append(name, value);
    const headers = { ...JSON.parse(document.body.getAttribute("hx-headers")), "HX-Request": "true" };
    const answer = await fetch(`${grid().dataset.base}/${what}`, { method: "POST", body: form, headers });
    if (answer.headers.get("HX-Redirect")) { window.location.assign(answer.headers.get("HX-Redirect")); return; }
    await take(await answer.json());
  };
  const take = async (told) => {
    grid().dataset.revision = told.revision;
    document.getElementById("grid-saved").textContent = grid().dataset.saved.replace("%s", told.saved);
    for (const way of ["undo", "redo"]) document.getElementById(`grid-${way}`).setAttribute("aria-disabled", String(!told[way]));
    if (told.reload) await reload(told.order ?? []);
    for (const row of bodyRows()) if (told.rows[row.dataset.row]) write(row, told.rows[row.dataset.row]);
    for (const [name, key, why] of told.wrong) wrong(bodyRows().find((row) => row.dataset.row === name), key, why);
    if (told.refused) refuse(told.refused);
    else if (told.wrong.length) refuse(told.wrong[0][2] + (told.wrong.length > 1 ? ` (+${told.wrong.length - 1})` : ""));
    else refuse("");
  };
  const refuse = (text) => {
    const place = document.getElementById("grid-refused");
    if (!place) return;
    place.hidden = !text;
    place.textContent = text;
    if (text) document.getElementById("grid-saved").textContent = "";
  };
  const write = (row, told) => {
    told.cells.forEach((text, column) => {
      const cell = row.cells[column + 1];
      if (!cell || cell === editing?.cell) return;
      if (textOf(cell) !== text) setText(cell, text);
      mark(cell, told.faults[keys()[column]] ?? "");
    });
  };
  const mark = (cell, why) => {
    cell.classList.toggle("wrong", Boolean(why));
    if (why) { cell.title = why; cell.setAttribute("aria-invalid", "true"); } else { cell.removeAttribute("title"); cell.removeAttribute("aria-invalid"); }
  };
  const wrong = (row, key, why) => { if (row) mark(row.cells[keys().indexOf(key) + 1], why); };
  /* The page's address with the columns that are shown beyond those that rules fill. */
  const here = () => {
    const url = new URL(grid().dataset.here, window.location.href);
    url.searchParams.delete("add");
    for (const key of JSON.parse(grid().dataset.add)) url.searchParams.append("add", key);
    return url.pathname + url.search;
  };
  const reload = async (order) => {
    const name = bodyRows()[at.row]?.dataset.row, inside = document.activeElement === field;
    field.remove();
    await window.htmx.ajax("GET", here(), { target: "#table", swap: "morph:outerHTML" });
    const place = bodyRows().findIndex((row) => row.dataset.row === name);
    if (place >= 0) { const moved = place - at.row; at.row += moved; from.row += moved; }
    at.row = Math.max(0, Math.min(at.row, bodyRows().length - 1));
    from.row = Math.max(0, Math.min(from.row, bodyRows().length - 1));
    show(inside);
  };

  /* Typing into a cell. */
  const begin = () => {
    const cell = field.parentElement;
    editing = { cell, was: textOf(cell) };
    cell.classList.add("editing");
    if (document.getElementById(`choices-${at.column}`)) field.setAttribute("list", `choices-${at.column}`);
  };
  const edit = () => {
    if (editing || !open(cellAt(at.row, at.column))) return;
    show();
    begin();
    field.value = editing.was;
    field.select();
  };
  const finish = (takeIt) => {
    if (!editing) return;
    const { cell, was } = editing, text = takeIt ? field.value.trim() : was;
    editing = null;
    cell.classList.remove("editing");
    field.removeAttribute("list");
    field.value = "";
    if (takeIt && text !== was) store([[cell, text]]);
  };
  const store = (cells) => {
    const list = cells.map(([cell, text]) => {
      mark(cell, "");
      setText(cell, text);
      return [cell.parentElement.dataset.row, keys()[cell.cellIndex - 1], text];
    });
    if (list.length) send("cells", [["cells", JSON.stringify(list)]]);
  };

  /* Blocks, as Excel writes them: rows by line, cells by tab, quotes around what holds either. */
  const blockText = () => {
    const { top, bottom, left, right } = block(), lines = [];
    for (let row = top; row <= bottom; row += 1) {
      const cells = [];
      for (let column = left; column <= right; column += 1) { const text = textOf(cellAt(row, column)); cells.push(/[\t\n"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text); }
      lines.push(cells.join("\t"));
    }
    return lines.join("\n");
  };
  const parse = (text) => {
    const lines = [[""]];
    let quoted = false;
    const body = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
    for (let place = 0; place < body.length; place += 1) {
      const sign = body[place], line = lines.at(-1), last = line.length - 1;
      if (quoted) {
        if (sign !== '"') line[last] += sign;
        else if (body[place + 1] === '"') { line[last] += '"'; place += 1; } else quoted = false;
      } else if (sign === '"' && line[last] === "") quoted = true;
      else if (sign === "\t") line.push("");
      else if (sign === "\n") lines.push([""]);
      else line[last] += sign;
    }
    return lines;
  };
  const paste = (text) => {
    const lines = parse(text), { top, left, bottom, right } = block(), cells = [], columns = keys();
    const tall = lines.length === 1 ? bottom - top + 1 : lines.length, one = lines.length === 1 && lines[0].length === 1;
    const wide = one ? right - left + 1 : lines[0].length;
    let made = 0;
    for (let down = 0; down < tall; down += 1) {
      const row = bodyRows()[top + down], line = lines[lines.length === 1 ? 0 : down];
      /* What reaches beyond the last row becomes rules of its own; the last row catches what is left and stays. */
      const name = row && !(row.classList.contains("last") && down > 0) ? row.dataset.row : `+${made++}`;
      for (let across = 0; across < (one ? wide : line.length); across += 1) {
        const column = left + across, cell = name.startsWith("+") ? true : cellAt(top + down, column);
        if (columns[column] && (cell === true || open(cell))) cells.push([name, columns[column], (one ? line[0] : line[across]).trim()]);
      }
    }
    if (!cells.length) return;
    at = { row: Math.min(top + tall - 1, bodyRows().length - 1), column: Math.min(left + wide - 1, columns.length - 1) };
    from = { row: top, column: left };
    show();
    send("cells", [["cells", JSON.stringify(cells)]]);
  };
  const clear = () => store([...inBlock()].filter(([, , cell]) => open(cell) && textOf(cell)).map(([, , cell]) => [cell, ""]));

  const deed = (what) => {
    if (what === "undo" || what === "redo") { send(what, []); return; }
    const { top, bottom } = block(), chosen = bodyRows().slice(top, bottom + 1).map((row) => ["chosen", row.dataset.row]);
    send("rows", [["do", what], ...chosen]);
  };

  const drop = async (head) => {
    const key = head.dataset.key, word = head.firstElementChild.textContent;
    grid().dataset.add = JSON.stringify(JSON.parse(grid().dataset.add).filter((one) => one !== key));
    window.history.replaceState(null, "", here());
    await send("columns", [["key", key]]);
    go(at.row, at.column);
    tell(grid().dataset.dropped + word);
  };

  document.addEventListener("keydown", (event) => {
    if (event.target !== field || !grid()) return;
    const { key, shiftKey: shift } = event, command = event.ctrlKey || event.metaKey;
    const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    const taken = () => { event.preventDefault(); event.stopPropagation(); };
    if (event.isComposing || event.keyCode === 229) return;
    if (editing) {
      if (key === "Enter") { taken(); finish(true); go(at.row + (shift ? -1 : 1), at.column); }
      else if (key === "Tab") { taken(); finish(true); go(at.row, at.column + (shift ? -1 : 1)); }
      else if (key === "Escape") { taken(); finish(false); show(); }
      return;
    }
    if (event.altKey && (key === "ArrowUp" || key === "ArrowDown")) { taken(); deed(key === "ArrowUp" ? "up" : "down"); }
    else if (command && steps[key]) { taken(); go(key === "ArrowUp" ? 0 : key === "ArrowDown" ? bodyRows().length - 1 : at.row, key === "ArrowLeft" ? 0 : key === "ArrowRight" ? keys().length - 1 : at.column, shift); }
    else if (command && key.toLowerCase() === "z") { taken(); deed(shift ? "redo" : "undo"); }
    else if (command && key.toLowerCase() === "y") { taken(); deed("redo"); }
    else if (command || event.altKey) return;
    else if (steps[key]) { taken(); go(at.row + steps[key][0], at.column + steps[key][1], shift); }
    else if (key === "Tab") {
      const next = at.column + (shift ? -1 : 1);
      /* Beyond the ends the page's own order goes on: nobody is caught in the table. */
      if (next >= 0 && next < keys().length) { taken(); go(at.row, next); }
    }
    else if (key === "Home" || key === "End") { taken(); go(at.row, key === "Home" ? 0 : keys().length - 1, shift); }
    else if (key === "PageDown" || key === "PageUp") { taken(); go(at.row + (key === "PageDown" ? 12 : -12), at.column, shift); }
    else if (key === "Enter" || key === "F2") { taken(); edit(); }
    else if (key === "Delete" || key === "Backspace") { taken(); clear(); }
    else if (key === "Escape") taken();
  });
  for (const kind of ["input", "compositionstart"]) field.addEventListener(kind, () => { if (!editing) begin(); });
  field.addEventListener("focus", () => { if (!editing) field.parentElement?.classList.add("at"); });
  field.addEventListener("blur", () => { if (editing && document.hasFocus()) finish(true); });
  document.addEventListener("mousedown", (event) => {
    const cell = event.target.closest?.("#grid[data-editable] tbody td"), head = event.target.closest?.("#grid[data-editable] tbody th");
    if (editing && cell !== editing.cell) finish(true);
    if (head) {
      const row = bodyRows().indexOf(head.parentElement);
      if (row < 0 || head.parentElement.classList.contains("misfit")) return;
      event.preventDefault();
      from = { row: event.shiftKey ? from.row : row, column: 0 };
      at = { row, column: keys().length - 1 };
      show();
      return;
    }
    if (!cell || editing || cell.colSpan > 1) return;
    event.preventDefault();
    go(bodyRows().indexOf(cell.parentElement), cell.cellIndex - 1, event.shiftKey);
    const drag = (moved) => {
      const over = moved.target.closest?.("#grid tbody td");
      if (over && over.colSpan === 1) go(bodyRows().indexOf(over.parentElement), over.cellIndex - 1, true);
    };
    document.addEventListener("mouseover", drag);
    document.addEventListener("mouseup", () => document.removeEventListener("mouseover", drag), { once: true });
  });
  document.addEventListener("dblclick", (event) => { if (event.target.closest?.("#grid[data-editable] tbody td")) edit(); });
  const held = () => grid() && document.activeElement === field && !editing;
  for (const kind of ["copy", "cut"]) document.addEventListener(kind, (event) => {
    if (!held()) return;
    event.preventDefault();
    event.clipboardData.setData("text/plain", blockText());
    if (kind === "cut") clear();
  });
  document.addEventListener("paste", (event) => {
    if (!held()) return;
    event.preventDefault();
    paste(event.clipboardData.getData("text/plain"));
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-grid]"), column = event.target.closest("[data-grid-column]");
    if (column && grid()) { finish(true); drop(column.parentElement); }
    if (!button || !grid() || button.getAttribute("aria-disabled") === "true") return;
    finish(true);
    deed(button.dataset.grid);
  });
  if (grid() && bodyRows().length) {
    /* A column that was just added is where one goes on, however wide the table. */
    const asked = JSON.parse(grid().dataset.add), thing = (key) => key?.slice(0, key.lastIndexOf("/"));
    const added = keys().findIndex((key) => asked.includes(key) && thing(key) === thing(asked.at(-1)));
    at.row = from.row = Math.max(bodyRows().findIndex((_, row) => cellAt(row, 0)), 0);
    at.column = from.column = Math.max(added, 0);
    show(false);
    if (added >= 0) cellAt(at.row, at.column)?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
})();
