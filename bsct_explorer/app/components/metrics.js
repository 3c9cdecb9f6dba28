// A table whose headings say what the numbers are, on hover and on focus.

import { button, element, followFlags } from "./dom.js";

export function render({ model, el }) {
  const root = element("div", "root");
  element("h2", "", root, model.title).hidden = !model.title;
  const scroll = element("div", "scroll", root);
  const note = element("div", "note", root);
  const tip = element("div", "tip", root);
  tip.hidden = true;
  tip.setAttribute("role", "tooltip");
  let sortKey = null;
  let ascending = true;

  function explain(node, text) {
    if (!text) return;
    const show = () => {
      tip.textContent = text;
      tip.hidden = false;
      const at = node.getBoundingClientRect();
      const box = tip.getBoundingClientRect();
      const left = Math.min(at.left, window.innerWidth - box.width - 12);
      const above = at.top - box.height - 8;
      tip.style.left = `${Math.max(left, 8)}px`;
      tip.style.top = `${above > 0 ? above : at.bottom + 8}px`;
    };
    const hide = () => (tip.hidden = true);
    node.addEventListener("mouseenter", show);
    node.addEventListener("mouseleave", hide);
    node.addEventListener("focus", show);
    node.addEventListener("blur", hide);
    node.setAttribute("aria-description", text);
  }

  const startsGroup = (k) => k === 0 || model.columns[k].group !== model.columns[k - 1].group;

  function drawHead(table) {
    const head = element("thead", "", table);
    const groups = element("tr", "group", head);
    element("th", "", groups);
    model.columns.forEach((column, k) => {
      if (!startsGroup(k)) return;
      const cell = element("th", "", groups, column.group);
      cell.colSpan = model.columns.filter((other) => other.group === column.group).length;
    });
    const line = element("tr", "", head);
    element("th", "", line, model.head).scope = "col";
    model.columns.forEach((column, k) => {
      const cell = element("th", startsGroup(k) ? "first" : "", line);
      cell.scope = "col";
      if (sortKey === column.key) cell.setAttribute("aria-sort", ascending ? "ascending" : "descending");
      const sorter = button("", cell, column.label + (sortKey === column.key ? (ascending ? " ↑" : " ↓") : ""));
      if (column.unit) element("small", "", cell, column.unit);
      explain(sorter, column.tip);
      sorter.onclick = () => {
        ascending = sortKey === column.key ? !ascending : true;
        sortKey = column.key;
        draw();
      };
    });
  }

  function drawBody(table) {
    const rows = [...model.rows];
    if (sortKey !== null) {
      const value = (row) => row.cells[sortKey]?.value ?? null;
      rows.sort((a, b) => {
        if (value(a) === null || value(b) === null) return (value(a) === null) - (value(b) === null);
        return (value(a) - value(b)) * (ascending ? 1 : -1);
      });
    }
    const body = element("tbody", "", table);
    const marked = new Set(model.columns.map((c) => c.key).filter((key) => rows.some((row) => row.cells[key]?.mark)));
    for (const row of rows) {
      const line = element("tr", row.lit ? "lit" : "", body);
      if (row.lit) line.setAttribute("aria-current", "true");
      const name = element("th", "", line);
      name.scope = "row";
      const swatch = element("span", `swatch ${row.dash}`, name);
      swatch.style.borderColor = row.colour;
      name.append(row.name);
      explain(name, row.tip);
      model.columns.forEach((column, k) => {
        const cell = row.cells[column.key] ?? { text: "–", value: null, note: "" };
        const data = element(
          "td",
          (startsGroup(k) ? "first " : "") + (cell.value === null ? "none" : ""),
          line,
          cell.text,
        );
        if (cell.mark) {
          const mark = element("span", `mark ${cell.mark}`, data, cell.mark === "met" ? "✓" : "✗");
          mark.setAttribute("role", "img");
          mark.setAttribute("aria-label", cell.mark === "met" ? "aim met" : "aim missed");
        } else if (marked.has(column.key)) element("span", "mark", data); // numbers stay below each other
        if (cell.note) {
          data.tabIndex = 0;
          explain(data, cell.note);
        }
      });
    }
  }

  function draw() {
    tip.hidden = true;
    scroll.replaceChildren();
    const table = element("table", "", scroll);
    if (model.rows.length) {
      drawHead(table);
      drawBody(table);
    }
    root.hidden = !model.rows.length;
    note.replaceChildren(model.note);
    for (const text of model.notes) element("p", "", note, text);
  }

  model.on(["columns", "rows", "note", "notes"], draw);
  followFlags(model, root, ["dark", "dimmed"]);
  draw();
  el.append(root);
}
