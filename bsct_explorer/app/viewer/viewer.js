// The Panel component: an element with the stage, a tooltip and a message, kept in step with the Python parameters.

import { asObject } from "../components/dom.js";
import { followWhatIsLit, turnTogether } from "./companions.js";
import { isSoftware, loadLibrary, webGLRenderer } from "./library.js";
import { listenToPointers } from "./pointer.js";
import { MoleculeScene } from "./scene.js";

const STYLE = `
  .bsct-viewer { position: relative; width: 100%; height: 100%; min-height: 220px; overflow: hidden; outline: none; }
  .bsct-viewer:focus-visible { box-shadow: inset 0 0 0 2px #2f7ed8; border-radius: 4px; }
  .bsct-stage { position: absolute; inset: 0; }   /* out of the flow, so that the canvas does not hold its width open */
  .bsct-captioned .bsct-stage { bottom: 32px; }   /* a caption hides no atom */
  .bsct-stage canvas { display: block; }
  .bsct-tooltip { position: absolute; left: 0; top: 0; max-width: 240px; padding: 5px 9px; border-radius: 5px;
    pointer-events: none; visibility: hidden; font: 13px/1.4 system-ui, sans-serif; font-variant-numeric: tabular-nums;
    background: rgba(24, 28, 34, 0.92); color: #fff; box-shadow: 0 1px 4px rgba(0, 0, 0, 0.35); z-index: 1; }
  .bsct-dark .bsct-tooltip { background: rgba(238, 240, 243, 0.95); color: #14171b; }
  .bsct-tooltip small { display: block; font-size: 12px; opacity: 0.8; }
  .bsct-caption { position: absolute; left: 50%; bottom: 8px; transform: translateX(-50%); width: max-content;
    max-width: calc(100% - 24px); box-sizing: border-box; padding: 4px 10px; border-radius: 5px; pointer-events: none;
    font: 13px/1.4 system-ui, sans-serif; text-align: center; background: rgba(255, 255, 255, 0.85); color: #1f2328; }
  .bsct-dark .bsct-caption { background: rgba(18, 18, 18, 0.85); color: #eceff2; }
  .bsct-caption:empty { visibility: hidden; }
  .bsct-title { position: absolute; left: 4px; top: 4px; padding: 1px 7px; border-left: 4px solid; pointer-events: none;
    font: 600 13px/1.4 system-ui, sans-serif; background: rgba(255, 255, 255, 0.85); }
  .bsct-title span { color: #1f2328; }
  .bsct-dark .bsct-title { background: rgba(18, 18, 18, 0.85); }
  .bsct-dark .bsct-title span { color: #eceff2; }
  .bsct-title[hidden] { display: none; }
  .bsct-message { position: absolute; inset: 0; display: flex; flex-direction: column; align-items: center;
    justify-content: center; gap: 6px; padding: 24px; text-align: center; pointer-events: none;
    font: 14px/1.5 system-ui, sans-serif; color: #57606a; }
  .bsct-message[hidden] { display: none; }
  .bsct-message strong { font-weight: 600; color: #1f2328; }
  .bsct-message span { max-width: 46ch; }
  .bsct-dark .bsct-message { color: #a4adb8; }
  .bsct-dark .bsct-message strong { color: #eceff2; }
  .bsct-viewer.bsct-inset { position: fixed; z-index: 1050; top: 62px; right: 22px; width: 270px; height: 210px;
    min-height: 0; border: 1px solid #c5cbd3; border-radius: 8px; box-shadow: 0 4px 16px rgba(0, 0, 0, 0.22); }
  .bsct-dark.bsct-inset { border-color: #4a5058; }
  .bsct-away { display: none; position: absolute; z-index: 2; top: 2px; right: 2px; width: 28px; height: 28px; padding: 0;
    border: 0; border-radius: 14px; background: transparent; color: #57606a; font: 16px/1 system-ui, sans-serif; cursor: pointer; }
  .bsct-inset .bsct-away { display: block; }
  .bsct-away:hover, .bsct-away:focus-visible { background: rgba(127, 127, 127, 0.2); }
  .bsct-dark .bsct-away { color: #a4adb8; }
`;
const BACKGROUNDS = { light: "#ffffff", dark: "#121212" };
const KEYS_HELP = "W A S D rotate, plus and minus zoom, R resets the view.";
const NO_WEBGL = [
  "3D needs WebGL, which this browser has switched off or does not have.",
  "The curves and tables work without it. To see the structure, allow hardware acceleration in the browser's settings, " +
    "or open this page in another browser.",
];
const OPTIONS = [
  "frame",
  "bond",
  "picked",
  "lit",
  "lit_pairs",
  "lit_color",
  "color_by",
  "tint",
  "atom_labels",
  "arrows",
  "arrow_color",
  "highlight_color",
  "arrow_reference",
  "color_maximum",
  "forces",
  "colors",
  "graph",
  "graph_atom",
  "graph_shows",
  "dark",
];
const REMADE = ["atom_labels", "highlight_color", "lit_color"]; // what the buffers are made of

// Panel renders again without saying so to the old rendering; what it left behind is disposed of here.
const disposers = new WeakMap();

function makeElements() {
  const host = document.createElement("div");
  host.className = "bsct-viewer";
  host.tabIndex = 0;
  host.setAttribute("role", "group");
  host.setAttribute("aria-roledescription", "3D structure");
  const style = document.createElement("style");
  style.textContent = STYLE;
  const box = document.createElement("div");
  box.className = "bsct-stage";
  const tooltip = document.createElement("div");
  tooltip.className = "bsct-tooltip";
  tooltip.setAttribute("role", "tooltip");
  const message = document.createElement("div");
  message.className = "bsct-message";
  message.setAttribute("role", "status");
  const caption = document.createElement("div");
  caption.className = "bsct-caption";
  caption.setAttribute("aria-live", "polite");
  const title = document.createElement("div");
  title.className = "bsct-title";
  title.append(document.createElement("span"));
  const away = document.createElement("button");
  away.className = "bsct-away";
  away.type = "button";
  away.textContent = "✕";
  away.title = "Put the small picture away";
  away.setAttribute("aria-label", away.title);
  host.append(style, box, title, caption, message, tooltip, away);
  return { host, box, title, tooltip, caption, message, away };
}

function say(message, title, text = "") {
  const strong = document.createElement("strong");
  strong.textContent = title;
  const span = document.createElement("span");
  span.textContent = text;
  message.replaceChildren(strong, span);
  message.hidden = !title;
}

// What the tooltip says of an atom or a bond: text nodes only, names are the user's.
function describe(hit, scene, model) {
  const names = hit.atoms.map((i) => scene.data.labels[i]).join("–");
  if (hit.atoms.length === 1) {
    const force = scene.force(hit.atoms[0]);
    if (force === null) return [names, ""];
    return [`${names}, |F| ${(force * model.energy_unit.perEv).toPrecision(3)} ${model.energy_unit.name}/Å`, ""];
  }
  const [i, j] = hit.atoms;
  return [`${names}, ${scene.distance(i, j).toFixed(2)} Å`, reasonOf(hit, model) ?? ""];
}

function reasonOf(hit, model) {
  const [i, j] = [...hit.atoms].sort((a, b) => a - b);
  return asObject(model.reasons)[`${i}-${j}`] ?? null;
}

function isCandidate(hit, model) {
  return hit.atoms.length === 1 || model.candidates.some(([i, j]) => hit.atoms.includes(i) && hit.atoms.includes(j));
}

function placeTooltip(tooltip, host, x, y) {
  const { offsetWidth: width, offsetHeight: height } = tooltip;
  const left = Math.max(4, Math.min(x + 14, host.clientWidth - width - 4));
  const top = y - height - 12 > 4 ? y - height - 12 : y + 18;
  tooltip.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
  tooltip.style.visibility = "visible";
}

// The page waits for what `render` returns, and NGL takes seconds to compile on a slow machine: the curves come first.
export function render(context) {
  void show(context);
}

const whenIdle = () =>
  new Promise((resolve) => {
    if (globalThis.requestIdleCallback) requestIdleCallback(resolve, { timeout: 3000 });
    else setTimeout(resolve, 300);
  });

async function show({ model, el, view }) {
  disposers.get(view)?.();
  const { host, box, title, tooltip, caption, message, away } = makeElements();
  el.replaceChildren(host);

  let removed = false;
  let scene = null;
  const cleanups = [];
  const dispose = () => {
    removed = true;
    cleanups.splice(0).forEach((cleanup) => cleanup());
    scene?.dispose();
    scene = null;
    host.__stage = null;
  };
  disposers.set(view, dispose);
  model.on("remove", dispose);

  const paint = () => {
    const color = model.background || (model.dark ? BACKGROUNDS.dark : BACKGROUNDS.light);
    host.classList.toggle("bsct-dark", model.dark);
    host.style.backgroundColor = color;
    scene?.stage.setParameters({ backgroundColor: color });
  };
  paint();
  model.on(["background", "dark"], paint);
  // Panel gives its element a height once, and not again where the height changes.
  model.on("height", () => {
    el.style.height = `${model.height}px`;
  });
  const entitle = () => {
    title.firstChild.textContent = model.title;
    title.style.borderColor = model.title_color;
    title.hidden = !model.title;
  };
  entitle();
  model.on(["title", "title_color"], entitle);

  say(message, "Loading the 3D view…");
  await whenIdle();
  if (removed) return;
  const renderer = webGLRenderer();
  if (renderer === null) {
    say(message, ...NO_WEBGL);
    model.status = "no-webgl";
    return;
  }
  let NGL = null;
  try {
    NGL = await loadLibrary(model.library_url, asObject(model.settings).missing);
  } catch (error) {
    if (removed) return;
    say(
      message,
      "The 3D view could not be loaded.",
      `${error.message}. In a notebook this view needs JupyterLab, or Notebook 7, with nglview's extension; ` +
        "in the app, reload the page.",
    );
    model.status = "error";
    return;
  }
  if (removed) return;

  scene = new MoleculeScene(NGL, box, { ...asObject(model.settings), software: isSoftware(renderer) });
  host.__stage = scene.stage; // for tests and for the curious: nothing is global
  host.__scene = scene;
  paint();

  const twins = turnTogether(model, scene);
  cleanups.push(twins.leave);

  // --- structure, frame and options --------------------------------------------------------------------------------
  const options = () => Object.fromEntries(OPTIONS.map((name) => [name, model[name]]));
  const draw = () => {
    scene?.draw(options());
    const captioned = Boolean(scene?.graph); // not whether it has words: those come and go with the frames
    if (host.classList.contains("bsct-captioned") !== captioned) {
      host.classList.toggle("bsct-captioned", captioned);
      scene?.resize();
    }
    const words = scene?.graph?.words ?? "";
    if (caption.textContent !== words) caption.textContent = words; // said aloud where it changes
  };
  const load = async () => {
    const data = asObject(model.scene);
    hover(null, null);
    if (!data.structure) {
      scene.clear();
      caption.textContent = "";
      say(message, "No molecule yet.", "Choose one to see it here.");
      host.setAttribute("aria-label", "3D structure: none");
      model.status = "empty";
      return;
    }
    host.setAttribute("aria-label", `3D structure of ${data.name}. ${KEYS_HELP}`);
    try {
      if (!(await scene.load(data, options()))) return;
    } catch (error) {
      if (removed) return;
      say(message, "This structure could not be drawn.", String(error?.message ?? error));
      model.status = "error";
      return;
    }
    draw();
    twins.ask();
    say(message, "");
    model.status = "ready";
  };
  model.on("scene", load);
  model.on(
    OPTIONS.filter((name) => !REMADE.includes(name)),
    draw,
  );
  model.on(REMADE, () => scene?.remakeBuffers(options()));
  model.on("msg:custom", (data) => {
    const { kind, filename } = asObject(data);
    if (kind === "reset") reset();
    if (kind === "image") {
      scene?.stage
        .makeImage({ factor: 2, antialias: true, trim: false, transparent: false })
        .then((image) => NGL.download(image, filename));
    }
  });

  // --- pointer and keyboard ----------------------------------------------------------------------------------------
  function hover(x, y) {
    if (!scene?.data) return;
    const hit = x === null ? null : scene.under(x, y, 3);
    const before = scene.hovered?.atoms.join() ?? "";
    scene.hovered = hit;
    if ((hit?.atoms.join() ?? "") !== before) {
      scene.drawLit(options());
      scene.stage.viewer.requestRender();
    }
    scene.canvas.style.cursor = hit ? (isCandidate(hit, model) ? "pointer" : "not-allowed") : "grab";
    if (!hit) {
      tooltip.style.visibility = "hidden";
      return;
    }
    const [name, text] = describe(hit, scene, model);
    const small = document.createElement("small");
    small.textContent = text;
    tooltip.replaceChildren(name, ...(text ? [small] : []));
    placeTooltip(tooltip, host, x, y);
  }

  const turning =
    (action) =>
    (...args) => {
      action(...args);
      twins.tell();
    };
  const rotate = turning((dx, dy) => scene.rotate(dx, dy));
  const pan = turning((dx, dy) => scene.pan(dx, dy));
  const zoom = turning((factor) => scene.zoom(factor));
  const reset = turning(() => scene?.data && scene.resetView());
  const detach = listenToPointers(scene.canvas, {
    rotate,
    pan,
    zoom,
    hover,
    focus: () => host.focus({ preventScroll: true }),
    click: (x, y, coarse) => {
      model.picked = scene.under(x, y, coarse ? 14 : 6)?.atoms ?? [];
    },
  });
  const keys = {
    w: () => rotate(0, -12),
    s: () => rotate(0, 12),
    a: () => rotate(-12, 0),
    d: () => rotate(12, 0),
    "+": () => zoom(1.12),
    "=": () => zoom(1.12),
    "-": () => zoom(1 / 1.12),
    "−": () => zoom(1 / 1.12),
    r: reset,
  };
  const onKey = (event) => {
    const action = keys[event.key.toLowerCase()];
    if (!action || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  };
  host.addEventListener("keydown", onKey);

  // A hidden tab has width 0; NGL has to be told when it is shown.
  const observer = new ResizeObserver(() => {
    if (host.clientWidth > 0 && host.clientHeight > 0) scene?.resize();
  });
  observer.observe(host);
  cleanups.push(detach, () => observer.disconnect(), followWhatIsLit(model, el, host, away));

  await load();
}
