// One line a threshold: label, number, unit; the help stands in the tooltip and for screen readers in the description.

import { button, element, followFlags } from "./dom.js";

export function render({ model, el }) {
  const root = element("div", "root");
  const main = element("div", "fields", root);
  const more = element("details", "", root);
  element("summary", "", more, "Against noise and grid");
  const rest = element("div", "fields", more);
  const reset = button("reset", root, "Usual thresholds");
  reset.onclick = () => (model.resets = model.resets + 1);
  let edits = 0;
  const fields = new Map();

  function makeField(row) {
    const line = element("label", "field");
    line.title = row.help;
    element("span", "name", line, row.label);
    const input = element("input", "", line);
    input.inputMode = "decimal";
    input.setAttribute("aria-label", `${row.label}${row.unit ? ` in ${row.unit}` : ""}`);
    input.setAttribute("aria-description", row.help);
    element("span", "unit", line, row.unit);
    input.onchange = () => {
      edits += 1;
      model.edit = { name: row.name, value: input.value, count: edits };
    };
    return { line, input };
  }

  function draw() {
    for (const row of model.rows) {
      if (!fields.has(row.name)) {
        const field = makeField(row);
        fields.set(row.name, field);
        (row.main ? main : rest).append(field.line);
      }
      const { line, input } = fields.get(row.name);
      input.value = String(row.value);
      line.classList.toggle("changed", row.value !== row.usual);
    }
    reset.disabled = model.rows.every((row) => row.value === row.usual);
  }

  model.on("rows", draw);
  followFlags(model, root, ["dark"]);
  draw();
  el.append(root);
}
