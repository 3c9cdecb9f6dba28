// Findings, worst first. Sorting, filtering and opening the evidence need no server.

const SORTS = {
  "worst first": (a, b) => a.rank - b.rank,
  "by place": (a, b) => a.frame - b.frame || a.rank - b.rank,
  "by potential": (a, b) => a.potential.localeCompare(b.potential) || a.rank - b.rank,
};

function element(tag, className, parent, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  parent?.append(node);
  return node;
}

function chooser(parent, label, onChange) {
  const select = element("select", "", parent);
  select.setAttribute("aria-label", label);
  select.onchange = onChange;
  return select;
}

function setOptions(select, options) {
  const kept = select.value;
  select.replaceChildren(...options.map((text) => new Option(text)));
  if (options.includes(kept)) select.value = kept;
}

export function render({ model, el }) {
  const root = element("div", "root");
  const head = element("div", "head", root);
  element("h2", "", head, "Findings");
  const count = element("span", "count", head);
  count.setAttribute("aria-live", "polite");
  const filterPotential = chooser(head, "Show findings of", draw);
  const filterKind = chooser(head, "Show findings of kind", draw);
  const filterSeverity = chooser(head, "Show findings of severity", draw);
  const sort = chooser(head, "Sort findings", draw);
  setOptions(sort, Object.keys(SORTS));
  const body = element("div", "", root);

  function choose(item) {
    model.selected = item.key;
    model.clicks = model.clicks + 1;
    draw();
  }

  function drawEvidence(parent, item) {
    const more = element("div", "more", parent);
    if (item.why) element("p", "", more, item.why);
    if (item.status) element("p", "muted", more, item.status);
    const list = element("dl", "", more);
    for (const [label, text] of item.evidence) {
      element("dt", "", list, label);
      element("dd", "", list, text);
    }
  }

  function drawItem(list, item) {
    const open = item.key === model.selected;
    const line = element("li", open ? "selected" : "", list);
    line.dataset.key = item.key;
    const row = element("button", "row", line);
    row.type = "button";
    row.setAttribute("aria-expanded", String(open));
    const mark = element("span", `mark ${item.severity}`, row, item.mark);
    mark.title = item.severity;
    mark.setAttribute("aria-label", item.severity);
    const potential = element("span", "potential", row);
    const swatch = element("span", `swatch ${item.dash}`, potential);
    swatch.style.borderColor = item.colour;
    potential.append(item.potential);
    const sentence = element("span", "sentence", row);
    element("span", "kind", sentence, item.kind + " ");
    sentence.append(item.sentence);
    element("span", "place", row, item.place);
    element("span", "size", row, item.size);
    row.onclick = () => choose(item);
    if (open) drawEvidence(line, item);
  }

  function draw() {
    const items = model.items;
    setOptions(filterPotential, ["all potentials", ...new Set(items.map((item) => item.potential))]);
    setOptions(filterKind, ["all kinds", ...new Set(items.map((item) => item.kind))]);
    setOptions(filterSeverity, ["any severity", ...new Set(items.map((item) => item.severity))]);
    for (const select of [filterPotential, filterKind, filterSeverity, sort]) select.hidden = items.length < 2;
    const wanted = items.filter(
      (item) =>
        (filterPotential.selectedIndex <= 0 || item.potential === filterPotential.value) &&
        (filterKind.selectedIndex <= 0 || item.kind === filterKind.value) &&
        (filterSeverity.selectedIndex <= 0 || item.severity === filterSeverity.value),
    );
    wanted.sort(SORTS[sort.value] ?? SORTS["worst first"]);
    count.textContent = !items.length ? "" : wanted.length === items.length ? `${items.length}` : `${wanted.length} of ${items.length}`;
    const scrolled = body.firstChild?.scrollTop ?? 0;
    const focused = root.getRootNode().activeElement?.closest?.("li")?.dataset.key;
    body.replaceChildren();
    if (!wanted.length) {
      element("div", "empty", body, items.length ? "No finding passes the filters." : model.message);
      return;
    }
    const list = element("ul", "", body);
    for (const item of wanted) drawItem(list, item);
    list.scrollTop = scrolled;
    if (focused) [...list.children].find((line) => line.dataset.key === focused)?.firstChild.focus({ preventScroll: true });
  }

  function showSelected() {
    draw();
    const list = body.firstChild;
    const line = [...(list?.children ?? [])].find((item) => item.dataset?.key === model.selected);
    // Scroll the list alone: scrollIntoView would move the whole page under the person's hands.
    if (line) {
      if (line.offsetTop - list.offsetTop < list.scrollTop) list.scrollTop = line.offsetTop - list.offsetTop;
      const bottom = line.offsetTop - list.offsetTop + line.offsetHeight;
      if (bottom > list.scrollTop + list.clientHeight) list.scrollTop = bottom - list.clientHeight;
    }
  }

  const drawTheme = () => {
    root.classList.toggle("dark", model.dark);
    root.classList.toggle("dimmed", model.dimmed);
  };
  model.on(["items", "message"], draw);
  model.on("selected", showSelected);
  model.on(["dark", "dimmed"], drawTheme);
  drawTheme();
  draw();
  el.append(root);
}
