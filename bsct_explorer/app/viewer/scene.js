// What stands on the stage: the molecule, the lit bond, force arrows, labels. The graph's edges: graph.js.

import { BOND_RADIUS, DASHES, HALO, LIT_RADIUS, asColors, asFloats, mix, parseColor, repeat, rgb } from "./drawing.js";
import { NeighbourGraph } from "./graph.js";
import { MoleculeStage } from "./stage.js";

const ATOM_SCALE = 0.23; // of the van der Waals radius
const ARROW_RADIUS = 0.13; // Å, the head's
const LABEL_SIZE = 0.55;
const MOST_LIT = 3; // lines of a coordinate: a torsion has three
const MOST_PAIRS = 6; // lit pairs
const DASH_RADIUS = 0.05; // Å
const GROUP_COLORS = [0x5f83a8, 0xcf9a52];
const NO_FORCE_COLOR = 0x9a9a9a; // a frame that failed has no forces
const NOWHERE = [0, 0, 0];

export class MoleculeScene extends MoleculeStage {
  constructor(NGL, box, settings) {
    super(NGL, box, settings);
    this.palette = settings.palette.map(parseColor);
    this.component = null;
    this.buffers = {};
    this.graph = null; // the neighbours that are drawn
    this.drawn = 0; // frames drawn since the page was opened (for tests)
    this.loading = 0;
    const scene = this;
    this.scheme = NGL.ColormakerRegistry.addScheme(function () {
      this.atomColor = (atom) => scene.colors?.[atom.index] ?? 0x808080;
    });
  }

  dispose() {
    this.loading += 1;
    this.stage.removeAllComponents();
    this.removeBuffers();
    this.NGL.ColormakerRegistry.removeScheme(this.scheme);
    const renderer = this.stage.viewer.renderer;
    this.stage.dispose();
    renderer.forceContextLoss();
  }

  // --- structure ---------------------------------------------------------------------------------------------------

  // Resolves to true when `data` is on the stage, to false when a newer scene overtook it.
  async load(data, options) {
    const turn = ++this.loading;
    const sameMolecule = this.data?.structure === data.structure;
    const positions = new Float32Array(data.positions);
    if (!sameMolecule) {
      const file = new Blob([data.structure], { type: "text/plain" });
      const structure = await this.NGL.autoLoad(file, { ext: "sdf" });
      if (turn !== this.loading) return false;
      this.stage.removeAllComponents();
      this.removeBuffers();
      this.component = this.stage.addComponentFromObject(structure);
    }
    this.data = data;
    this.positions = positions;
    this.pickableBonds = data.bonds;
    if (!sameMolecule) {
      this.elementColors = this.readElements();
      this.component.addRepresentation("ball+stick", {
        color: this.scheme,
        cylinderOnly: true,
        multipleBond: "symmetric",
        radiusSize: BOND_RADIUS,
        bondScale: 0.62,
        bondSpacing: 1.75,
      });
      this.component.addRepresentation("spacefill", { color: this.scheme, radiusType: "vdw", radiusScale: ATOM_SCALE });
      this.addBuffers(options);
      this.zoomedByHand = false;
      this.resetView();
    } else if (!this.zoomedByHand) {
      this.fit();
    }
    return true;
  }

  clear() {
    this.loading += 1;
    this.stage.removeAllComponents();
    this.removeBuffers();
    this.data = this.component = null;
  }

  readElements() {
    const colors = [];
    this.radii = [];
    const byElement = this.NGL.ColormakerRegistry.getScheme({ scheme: "element" });
    // NGL's white hydrogens vanish on a white page and its grey carbons are flat: a little darker, both.
    const ours = { H: 0xe4e7ea, C: 0x5d6670 };
    this.component.structure.eachAtom((atom) => {
      colors.push(ours[atom.element] ?? byElement.atomColor(atom));
      this.radii.push(atom.vdw * ATOM_SCALE);
    });
    return colors;
  }

  // Where the rod from atom i to atom j leaves the ball of i: drawn from the centre it would shine through the ball.
  surface(i, j) {
    const [a, b, length] = [this.at(i), this.at(j), this.distance(i, j)];
    const share = Math.min(0.45, (0.8 * this.radii[i]) / Math.max(length, 1e-3));
    return [0, 1, 2].map((axis) => a[axis] + share * (b[axis] - a[axis]));
  }

  force(i) {
    if (!this.forces) return null;
    const start = 3 * (this.frame * this.data.n_atoms + i);
    const size = Math.hypot(this.forces[start], this.forces[start + 1], this.forces[start + 2]);
    return Number.isFinite(size) ? size : null;
  }

  // --- what changes with the frame and the options -----------------------------------------------------------------

  draw(options) {
    if (!this.component) return;
    const { n_atoms: atoms, n_frames: frames } = this.data;
    this.frame = Math.max(0, Math.min(options.frame, frames - 1));
    const forces = asFloats(options.forces);
    // Forces of another scan may be here a moment before or after their positions.
    this.forces = forces?.length === 3 * atoms * frames ? forces : null;
    const shown = this.positions.subarray(3 * this.frame * atoms, 3 * (this.frame + 1) * atoms);
    this.component.structure.updatePosition(shown, false);
    const recolored = this.recolor(options);
    this.component.updateRepresentations({ position: true, color: recolored });
    this.drawArrows(options);
    this.drawLit(options);
    this.drawGraph(options);
    this.buffers.labels?.setAttributes({ position: shown });
    this.drawn += 1;
    this.stage.viewer.requestRender();
  }

  // Returns whether a colour changed since the last frame.
  recolor(options) {
    const { n_atoms: atoms, n_frames: frames, groups } = this.data;
    const custom = asColors(options.colors);
    const ofFrame = custom?.length === atoms * frames && frames > 1 ? this.frame * atoms : 0;
    const base = (i) => {
      if (options.color_by === "fragment") return GROUP_COLORS[groups[i] % GROUP_COLORS.length];
      if (options.color_by === "force") {
        const size = this.force(i);
        if (size === null) return NO_FORCE_COLOR;
        const share = Math.min(1, size / options.color_maximum);
        return this.palette[Math.round(share * (this.palette.length - 1))];
      }
      if (options.color_by === "custom" && custom && ofFrame + i < custom.length) return custom[ofFrame + i];
      return this.elementColors[i];
    };
    const colors = this.elementColors.map((_, i) => {
      const color = base(i);
      return options.tint ? mix(color, GROUP_COLORS[groups[i] % GROUP_COLORS.length], 0.5) : color;
    });
    const changed = !this.colors || colors.some((color, i) => color !== this.colors[i]);
    this.colors = colors;
    return changed;
  }

  drawArrows(options) {
    const { arrows } = this.buffers;
    const { n_atoms: atoms } = this.data;
    const { arrowLinear, arrowLongest } = this.settings;
    arrows.setVisibility(options.arrows && this.forces !== null);
    if (!options.arrows || !this.forces) return;
    const [from, to] = [new Float32Array(3 * atoms), new Float32Array(3 * atoms)];
    const radius = new Float32Array(atoms);
    for (let i = 0; i < atoms; i++) {
      const [p, size] = [this.at(i), this.force(i)];
      const linear = ((size ?? 0) / options.arrow_reference) * arrowLinear;
      const length = Math.min(
        arrowLongest,
        linear <= arrowLinear ? linear : arrowLinear * (1 + Math.log(linear / arrowLinear)),
      );
      const hidden = length < 0.02;
      radius[i] = hidden ? 0 : Math.min(ARROW_RADIUS, 0.22 * length); // a shaft is left however short
      for (let axis = 0; axis < 3; axis++) {
        const direction = hidden ? 0 : this.forces[3 * (this.frame * atoms + i) + axis] / size;
        // From the atom's surface, so that the whole length is seen.
        from[3 * i + axis] = p[axis] + direction * this.radii[i] * 0.9;
        to[3 * i + axis] = from[3 * i + axis] + (hidden ? (axis === 0 ? 1e-4 : 0) : direction * length);
      }
    }
    const color = new Float32Array(Array.from({ length: atoms }, () => rgb(parseColor(options.arrow_color))).flat());
    arrows.setAttributes({ position1: from, position2: to, radius, color });
  }

  // The pulled coordinate, what is picked and what is under the pointer.
  drawLit(options) {
    const atoms = this.data.n_atoms;
    const exists = (list) => list.filter((i) => i >= 0 && i < atoms);
    const chain = exists(options.bond);
    const lines = chain
      .slice(1)
      .map((atom, k) => [chain[k], atom])
      .slice(0, MOST_LIT);
    this.drawLines(this.buffers.chain, lines, MOST_LIT, LIT_RADIUS);

    const picked = exists(options.picked);
    const hovered = exists(this.hovered?.atoms ?? []);
    this.drawLines(this.buffers.picked, picked.length === 2 ? [picked] : [], 1, LIT_RADIUS);
    this.drawLines(this.buffers.hovered, hovered.length === 2 ? [hovered] : [], 1, LIT_RADIUS);
    this.drawSpheres(this.buffers.pickedAtoms, picked, 0.1);
    this.drawSpheres(this.buffers.hoveredAtoms, hovered.length === 1 ? hovered : [], 0.07);

    const pairs = options.lit_pairs.filter((pair) => exists(pair).length === 2).slice(0, MOST_PAIRS);
    this.drawSpheres(this.buffers.litAtoms, [...new Set(exists([...options.lit, ...pairs.flat()]))], HALO, atoms);
    this.drawDashes(this.buffers.litPairs, pairs);
  }

  // Made anew for another graph or scan, one of which may be here a moment before the other: then there is none.
  drawGraph(options) {
    if (!this.graph?.isOf(options, this.data)) {
      this.removeGraph();
      this.graph = NeighbourGraph.of(this, options);
    }
    this.graph?.draw(options);
  }

  // Dashed lines from ball to ball, through whatever lies between; a pair may name a radius of its own.
  drawDashes(buffer, pairs, most = MOST_PAIRS) {
    buffer.setVisibility(pairs.length > 0);
    if (!pairs.length) return;
    const places = most * DASHES;
    const [from, to, radius] = [new Float32Array(3 * places), new Float32Array(3 * places), new Float32Array(places)];
    for (let k = 0; k < places; k++) to[3 * k] = 1e-4;
    pairs.forEach(([i, j, width = DASH_RADIUS], n) => {
      const [a, b] = [this.surface(i, j), this.surface(j, i)];
      for (let dash = 0; dash < DASHES; dash++) {
        const k = n * DASHES + dash;
        radius[k] = width;
        for (let axis = 0; axis < 3; axis++) {
          const along = (share) => a[axis] + share * (b[axis] - a[axis]);
          from[3 * k + axis] = along((dash + 0.2) / DASHES);
          to[3 * k + axis] = along((dash + 0.8) / DASHES);
        }
      }
    });
    buffer.setAttributes({ position1: from, position2: to, radius });
  }

  // Solid ones; a line may name a radius of its own.
  drawLines(buffer, lines, places, width) {
    buffer.setVisibility(lines.length > 0);
    if (!lines.length) return;
    const [from, to, radius] = [new Float32Array(3 * places), new Float32Array(3 * places), new Float32Array(places)];
    for (let k = 0; k < places; k++) to[3 * k] = 1e-4;
    lines.forEach(([i, j, own = width], k) => {
      from.set(this.surface(i, j), 3 * k);
      to.set(this.surface(j, i), 3 * k);
      radius[k] = own;
    });
    buffer.setAttributes({ position1: from, position2: to, radius });
  }

  drawSpheres(buffer, atoms, halo, places = 2) {
    const [position, radius] = [new Float32Array(3 * places), new Float32Array(places)];
    atoms.slice(0, places).forEach((atom, k) => {
      position.set(this.at(atom), 3 * k);
      radius[k] = this.radii[atom] + halo;
    });
    buffer.setAttributes({ position, radius });
    buffer.setVisibility(atoms.length > 0);
  }

  // --- buffers that NGL draws beside its representations -----------------------------------------------------------

  addBuffers(options) {
    const atoms = this.data.n_atoms;
    const [highlight, lit] = [rgb(parseColor(options.highlight_color)), rgb(parseColor(options.lit_color))];
    this.buffers = {
      arrows: new this.NGL.ArrowBuffer(
        {
          position1: repeat(NOWHERE, atoms),
          position2: repeat([1e-4, 0, 0], atoms),
          radius: repeat([0.01], atoms),
          color: repeat([0.8, 0.4, 0], atoms),
        },
        { aspectRatio: 2, radialSegments: 24 },
      ),
      chain: this.makeCylinders(MOST_LIT, highlight, 1),
      picked: this.makeCylinders(1, highlight, 0.5),
      hovered: this.makeCylinders(1, highlight, 0.35),
      pickedAtoms: this.makeSpheres(highlight, 0.45),
      hoveredAtoms: this.makeSpheres(highlight, 0.3),
      litAtoms: this.makeSpheres(lit, 0.45, atoms),
      litPairs: this.makeCylinders(MOST_PAIRS * DASHES, lit, 1),
    };
    if (options.atom_labels) this.buffers.labels = this.makeLabels();
    this.putOnStage(this.buffers);
  }

  removeBuffers() {
    this.removeGraph();
    this.takeOffStage(this.buffers);
    this.buffers = {};
  }

  removeGraph() {
    if (this.graph) this.takeOffStage(this.graph.buffers);
    this.graph = null;
  }

  putOnStage(buffers) {
    Object.values(buffers).forEach((buffer) => this.stage.viewer.add(buffer));
  }

  takeOffStage(buffers) {
    Object.values(buffers).forEach((buffer) => {
      this.stage.viewer.remove(buffer);
      buffer.dispose();
    });
  }

  makeCylinders(n, color, opacity) {
    return new this.NGL.CylinderBuffer(
      {
        position1: repeat(NOWHERE, n),
        position2: repeat([1e-4, 0, 0], n),
        radius: repeat([0], n),
        color: repeat(color, n),
        color2: repeat(color, n),
      },
      { opacity, depthWrite: opacity === 1 },
    );
  }

  makeSpheres(color, opacity, n = 2) {
    return new this.NGL.SphereBuffer(
      {
        position: repeat(NOWHERE, n),
        radius: repeat([0], n),
        color: repeat(color, n),
      },
      { opacity, depthWrite: false },
    );
  }

  // Colours and labels are fixed in their buffers: make them anew.
  remakeBuffers(options) {
    if (!this.component) return;
    this.removeBuffers();
    this.addBuffers(options);
    this.draw(options);
  }

  makeLabels() {
    const { labels } = this.data;
    // Dark ink with a white rim reads on every atom and on both pages.
    return new this.NGL.TextBuffer(
      {
        position: new Float32Array(3 * labels.length),
        size: new Float32Array(labels.length).fill(LABEL_SIZE),
        text: labels,
        color: new Float32Array(labels.flatMap(() => [0.07, 0.08, 0.1])),
      },
      {
        attachment: "middle-center",
        zOffset: 1,
        fontWeight: "bold",
        showBorder: true,
        borderWidth: 0.25,
        borderColor: 0xffffff,
      },
    );
  }
}
