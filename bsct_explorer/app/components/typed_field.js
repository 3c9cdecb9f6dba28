// A field for text or for a number, with its label on the frame. The help stands in the tooltip and for screen readers in
// the description.

import { asObject, button, element, followFlags } from "./dom.js";
import { guardTyping } from "./typing.js";

const STEPS = { ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 };

export function render({ model, el }) {
  const root = element("div", "root");
  const frame = element("fieldset", "", root);
  const label = element("legend", "", frame);
  const less = button("step", frame, "−");
  const input = element("input", "", frame);
  const more = button("step", frame, "+");
  input.maxLength = 5000;
  input.autocomplete = "off";
  input.spellcheck = false;
  input.inputMode = model.numeric ? "decimal" : "text";
  input.value = asObject(model.shown).text;
  label.onclick = () => input.focus();

  const sent = () => asObject(model.typed).count ?? 0;
  const guard = guardTyping(input, sent(), (text) => {
    const count = sent() + 1;
    model.typed = { text, count };
    return count;
  });

  function step(steps) {
    const now = Number(input.value.replace("−", "-").replace(",", "."));
    if (input.disabled || Number.isNaN(now)) return;
    const next = Math.round((now + steps * model.step) * 1e9) / 1e9;
    input.value = Math.min(model.end ?? Infinity, Math.max(model.start ?? -Infinity, next));
    guard.commit();
  }

  // What was refused is marked as long as it stands there.
  function drawRefusal() {
    const refused = model.refused !== "" && input.value === model.refused;
    input.setAttribute("aria-invalid", String(refused));
    frame.classList.toggle("refused", refused);
  }

  function drawWords() {
    label.textContent = model.label;
    input.setAttribute("aria-label", model.label);
    input.placeholder = model.placeholder;
    root.title = model.help;
    input.setAttribute("aria-description", model.help);
  }

  function drawUse() {
    for (const control of [input, less, more]) control.disabled = model.disabled;
    less.hidden = more.hidden = !(model.numeric && model.buttons);
  }

  for (const [control, word, sign] of [
    [less, "Less", -1],
    [more, "More", 1],
  ]) {
    control.tabIndex = -1; // the arrow keys do the same
    control.setAttribute("aria-label", word);
    control.onclick = () => step(sign);
  }
  input.addEventListener("input", () => {
    if (!model.numeric) model.draft = input.value;
    drawRefusal();
  });
  input.addEventListener("keydown", (event) => {
    if (!model.numeric || !(event.key in STEPS)) return;
    event.preventDefault();
    step(STEPS[event.key]);
  });
  model.on("shown", () => {
    const { text, heard } = asObject(model.shown);
    guard.show(text, heard);
    drawRefusal();
  });
  model.on("refused", drawRefusal);
  model.on(["label", "placeholder", "help"], drawWords);
  model.on(["disabled", "buttons"], drawUse);
  followFlags(model, root, ["dark"]);
  drawWords();
  drawUse();
  drawRefusal();
  el.append(root);
}
