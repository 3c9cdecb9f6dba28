// One line a threshold: label, number, unit; the help stands in the tooltip and for screen readers in the description.

import { button, element, followFlags } from "./dom.js";
import { guardTyping } from "./typing.js";

export function render({ model, el }) {
  const root = element("div", "root");
  const main = element("div", "fields", root);
  const more = element("details", "", root);
  element("summary", "", more, "Against noise and grid");
  const rest = element("div", "fields", more);
  const reset = button("reset", root, "Usual thresholds");
  reset.onclick = () => (model.resets = model.resets + 1);
  let edits = model.heard;
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
    input.value = String(row.value);
    const guard = guardTyping(input, edits, (text) => {
      edits += 1;
      model.edit = { name: row.name, value: text, count: edits };
      return edits;
    });
    return { line, guard };
  }

  function draw() {
    for (const row of model.rows) {
      if (!fields.has(row.name)) {
        const field = makeField(row);
        fields.set(row.name, field);
        (row.main ? main : rest).append(field.line);
      }
      const { line, guard } = fields.get(row.name);
      guard.show(String(row.value), model.heard);
      line.classList.toggle("changed", row.value !== row.usual);
    }
    reset.disabled = model.rows.every((row) => row.value === row.usual);
  }

  model.on("rows", draw);
  followFlags(model, root, ["dark"]);
  draw();
  el.append(root);
}
