// The deformation slider. Everything that moves with the frame happens here or through links to other models in the
// browser; the server hears of the frame, but nothing waits for it.

import { button, element, followFlags, trueMinus } from "./dom.js";

const FRAMES_PER_SECOND = 25;
const NARROW = 700; // px
const ICONS = {
  play: '<svg viewBox="0 0 16 16" aria-hidden="true"><path d="M3 1.5v13l11-6.5z"/></svg>',
  pause: '<svg viewBox="0 0 16 16" aria-hidden="true"><path d="M3 1.5h3.5v13H3zM9.5 1.5H13v13H9.5z"/></svg>',
};

function format(value, digits) {
  return value === null || value === undefined || Number.isNaN(value) ? "–" : trueMinus(value.toFixed(digits));
}

// Keys belong to the player unless the person is writing or choosing somewhere else.
function keysAreTaken(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return true;
  const target = event.composedPath()[0];
  if (!(target instanceof Element)) return false;
  if (target.closest('[role="dialog"], [role="listbox"], [role="menu"], [role="slider"], [role="tab"]')) return true;
  if (target.matches("input[type=range][data-frames]")) return false;
  if (event.key === " " && target.closest("button, a, summary, [role=button]")) return true;
  return target.matches("input, textarea, select, [contenteditable=true]");
}

export function render({ model, el }) {
  const root = element("div", "root");
  const bar = element("div", "bar", root);
  const play = button("play", bar);
  const track = element("div", "track", bar);
  const ticks = element("div", "ticks", track);
  const range = element("input", "", track);
  range.type = "range";
  range.min = 0;
  range.step = 1;
  range.dataset.frames = "";
  const value = element("div", "value", bar);
  const table = element("table", "", root);
  let cells = [];
  let shown = [];
  let timer = null;
  let direction = 1;

  const last = () => Math.max(model.values.length - 1, 0);
  const goTo = (frame) => {
    const next = Math.min(Math.max(frame, 0), last());
    if (next !== model.frame) model.frame = next;
  };

  function drawFrame() {
    const frame = Math.min(model.frame, last());
    range.value = frame;
    const q = model.values[frame];
    if (q === undefined) return;
    const text = `${format(q, model.unit === "Å" ? 3 : 1)} ${model.unit}`;
    value.firstChild.textContent = text;
    value.lastChild.textContent = `frame ${frame + 1} of ${model.values.length}`;
    range.setAttribute("aria-valuetext", `${text}, frame ${frame + 1} of ${model.values.length}`);
    // Per degree a force is some fifty times smaller than per Å.
    const digits = model.unit === "Å" ? model.places : model.places + 2;
    // One list of cells a row of `shown`: rows that are not drawn yet are drawn by drawRows.
    cells.forEach(([energy, force], k) => {
      energy.textContent = format(shown[k].energies[frame], model.places);
      force.textContent = format(shown[k].forces[frame], digits);
    });
    for (const tick of ticks.children) tick.classList.toggle("now", Number(tick.dataset.frame) === frame);
  }

  function drawScan() {
    range.max = last();
    range.disabled = play.disabled = model.values.length < 2;
    range.setAttribute("aria-label", model.label);
    value.replaceChildren(document.createElement("span"), document.createElement("small"));
    drawFrame();
  }

  function drawRows() {
    table.replaceChildren();
    cells = [];
    shown = model.rows;
    if (model.rows.length) {
      const head = element("tr", "", element("thead", "", table));
      element("th", "", head, "At this frame");
      const energy = element("th", "", head, `energy / ${model.energy_unit}`);
      energy.title = `Energy ${model.energy_note}`;
      const force = element("th", "", head, `force / ${model.energy_unit}/${model.unit}`);
      force.title =
        model.unit === "Å"
          ? "Generalized force along the coordinate; positive pushes the fragments apart"
          : "Generalized force along the coordinate; positive drives it up";
    }
    const body = element("tbody", "", table);
    for (const row of model.rows) {
      const line = element("tr", row.dimmed ? "dimmed" : "", body);
      const name = element("td", "", line);
      const swatch = element("span", `swatch ${row.dash}`, name);
      swatch.style.borderColor = row.colour;
      name.append(row.name);
      cells.push([element("td", "", line), element("td", "", line)]);
    }
    drawFrame();
  }

  function drawStops() {
    ticks.replaceChildren();
    for (const stop of model.stops) {
      const tick = button("tick", ticks);
      tick.tabIndex = -1;
      tick.dataset.frame = stop.frame;
      tick.style.left = `${(100 * stop.frame) / Math.max(last(), 1)}%`;
      tick.style.setProperty("--c", stop.colour);
      tick.title = stop.text;
      tick.setAttribute("aria-label", stop.text);
      tick.onclick = () => visit(stop);
    }
    drawFrame();
  }

  function visit(stop) {
    goTo(stop.frame);
    model.stop = stop.key;
  }

  function step(sign) {
    if (!model.stops.length) return;
    const order = [...model.stops].sort((a, b) => a.frame - b.frame || (a.key < b.key ? -1 : 1));
    const at = order.findIndex((stop) => stop.key === model.stop && stop.frame === model.frame);
    let next;
    if (at >= 0) next = order[(at + sign + order.length) % order.length];
    else if (sign > 0) next = order.find((stop) => stop.frame > model.frame) ?? order[0];
    else next = order.findLast((stop) => stop.frame < model.frame) ?? order[order.length - 1];
    visit(next);
  }

  function setPlaying(on) {
    clearInterval(timer);
    timer = null;
    if (on) {
      if (model.frame >= last()) direction = -1;
      if (model.frame <= 0) direction = 1;
      timer = setInterval(() => {
        if (model.frame + direction > last() || model.frame + direction < 0) direction = -direction;
        goTo(model.frame + direction);
      }, 1000 / FRAMES_PER_SECOND);
    }
    play.innerHTML = on ? ICONS.pause : ICONS.play;
    play.setAttribute("aria-label", on ? "Pause" : "Play the deformation");
    play.title = on ? "Pause (space)" : "Play (space)";
  }

  function onKey(event) {
    if (keysAreTaken(event) || !model.values.length) return;
    const far = event.shiftKey ? 10 : 1;
    const actions = {
      ArrowLeft: () => goTo(model.frame - far),
      ArrowRight: () => goTo(model.frame + far),
      Home: () => goTo(0),
      End: () => goTo(last()),
      " ": () => setPlaying(timer === null),
      n: () => step(1),
      p: () => step(-1),
    };
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    if (event.key !== " ") setPlaying(false);
    action();
  }

  // On a narrow screen the controls lie over the page: it starts with them put away.
  // (Said a moment later: who listens is connected only when the page is built.)
  if (window.innerWidth < NARROW) setTimeout(() => (model.narrow = true), 300);
  play.onclick = () => setPlaying(timer === null);
  range.oninput = () => {
    setPlaying(false);
    goTo(Number(range.value));
  };
  document.addEventListener("keydown", onKey);
  model.on("frame", drawFrame);
  model.on(["values", "unit", "label"], () => {
    drawScan();
    drawStops();
  });
  model.on(["rows", "energy_note", "energy_unit", "places"], drawRows);
  model.on("stops", drawStops);
  model.on("remove", () => {
    setPlaying(false);
    document.removeEventListener("keydown", onKey);
  });

  setPlaying(false);
  followFlags(model, root, ["dark"]);
  drawScan();
  drawRows();
  drawStops();
  el.append(root);
}
