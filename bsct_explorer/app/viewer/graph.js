// The neighbours that a Transformer sees: edges by their weight, those that appear and vanish, the k-th neighbour.

import { asObject } from "../components/dom.js";
import { BOND_RADIUS, LIT_RADIUS, HALO, DASHES, asFloats, asIndices, mix, parseColor, rgb } from "./drawing.js";

// No element, potential or lit thing has this violet; faint edges on a dark page need it lighter.
const EDGE_COLOR = 0x7c5ce0;
const EDGE_COLOR_DARK = 0xa992ff;
const STRENGTHS = [0.2, 0.38, 0.56, 0.75]; // opacities: an NGL buffer has one, so weights fall into classes
const EDGE_RADIUS = [0.015, 0.06]; // Å at weight 0 and 1: a bond is thicker
const SLEEVE_OPACITY = 0.3; // of an edge around a bond, which would hide it
const SLEEVE_RADIUS = [0.02, 0.1]; // Å that it is thicker than the bond
const CHANGE_RADIUS = 0.06; // Å, of an edge that appears or vanishes
const BESIDE = { attachment: "bottom-left", xOffset: 0.4, yOffset: 0.4, zOffset: 3 }; // Å from an atom's centre
const PLATE_SIZE = 1;
const MOST_NAMES = 4; // edges that the caption names

const ordinal = (n) => {
  const ending = n % 100 > 10 && n % 100 < 14 ? "th" : (["th", "st", "nd", "rd"][n % 10] ?? "th");
  return `${n}${ending}`;
};

export class NeighbourGraph {
  // Null where there is none, or none of the frames that are drawn.
  static of(scene, options) {
    const { pairs, weights, nearest, attention, k } = asObject(options.graph);
    const { n_atoms: atoms, n_frames: frames } = scene.data;
    if (!pairs) return null;
    const [ends, shares] = [asIndices(nearest), asFloats(attention)];
    const values = asFloats(weights) ?? new Float32Array(0);
    if (values.length !== frames * pairs.length || ends.length !== 2 * frames * atoms) return null;
    return new NeighbourGraph(scene, options, { pairs, k, weights: values, nearest: ends, shares });
  }

  constructor(scene, options, packed) {
    Object.assign(this, packed);
    this.scene = scene;
    this.madeOf = [options.graph, options.graph_atom, options.dark, scene.data];
    this.atom = options.graph_atom in scene.data.labels ? options.graph_atom : null; // else maybe of another molecule
    this.words = ""; // the caption
    this.bonded = new Set(scene.data.bonds.map(([i, j]) => `${Math.min(i, j)}-${Math.max(i, j)}`));
    this.mostDashed = Math.max(
      1,
      ...Array.from({ length: scene.data.n_frames }, (_, f) => this.edgesAt(f).dashed.length),
    );
    this.mostAttention = this.atom === null || !this.shares ? 0 : this.largestShare();
    this.buffers = this.makeBuffers(
      rgb(options.dark ? EDGE_COLOR_DARK : EDGE_COLOR),
      rgb(parseColor(options.lit_color)),
    );
    scene.putOnStage(this.buffers);
  }

  // Whether it need not be made anew: texts and colours are fixed in their buffers.
  isOf({ graph, graph_atom: atom, dark }, data) {
    return [graph, atom, dark, data].every((value, n) => value === this.madeOf[n]);
  }

  makeBuffers(color, lit) {
    const { scene, k } = this;
    const places = Math.max(1, this.pairs.length);
    const edges = STRENGTHS.map((opacity, n) => [`edges${n}`, scene.makeCylinders(places, color, opacity)]);
    const buffers = {
      ...Object.fromEntries(edges),
      sleeves: scene.makeCylinders(places, color, SLEEVE_OPACITY),
      here: scene.makeCylinders(places, lit, 1),
      gone: scene.makeCylinders(this.mostDashed * DASHES, lit, 1),
    };
    return this.atom === null
      ? buffers
      : {
          ...buffers,
          kth: scene.makeSpheres(color, 0.5, 1),
          following: scene.makeSpheres(color, 0.2, 1),
          nameLabel: this.makeLabel(scene.data.labels[this.atom], { attachment: "middle-center", zOffset: 1 }),
          // On the same side of both, so that they are as far apart as their atoms.
          kthLabel: this.makeLabel(ordinal(k), BESIDE),
          followingLabel: this.makeLabel(ordinal(k + 1), BESIDE, true),
        };
  }

  // A small plate of the same size at every distance: it reads on both pages and over the edges.
  makeLabel(text, place, faint = false) {
    const [plate, ink] = faint
      ? [mix(EDGE_COLOR, 0xffffff, 0.85), 0x24203a]
      : [mix(EDGE_COLOR, 0xffffff, 0.15), 0xffffff];
    return new this.scene.NGL.TextBuffer(
      {
        position: new Float32Array(3),
        size: new Float32Array([PLATE_SIZE]),
        text: [text],
        color: new Float32Array(rgb(ink)),
      },
      { ...place, fixedSize: true, showBackground: true, backgroundColor: plate, backgroundMargin: 0.2 },
    );
  }

  draw(options) {
    const { scene, buffers, pairs } = this;
    const found = this.edgesAt(scene.frame);
    const strength = this.strengthOf(options);
    const free = STRENGTHS.map(() => []);
    const sleeves = [];
    found.plain.forEach((n) => {
      const share = Math.min(1, strength(n));
      const rod = this.rodOf(n, options);
      const [thin, thick] = rod ? SLEEVE_RADIUS : EDGE_RADIUS;
      const place = Math.max(0, Math.ceil(share * STRENGTHS.length) - 1);
      (rod ? sleeves : free[place]).push([...pairs[n], rod + thin + share * (thick - thin)]);
    });
    free.forEach((lines, n) => scene.drawLines(buffers[`edges${n}`], lines, pairs.length));
    scene.drawLines(buffers.sleeves, sleeves, pairs.length);
    const changed = (n) => [...pairs[n], this.rodOf(n, options) + CHANGE_RADIUS];
    scene.drawLines(buffers.here, found.solid.map(changed), pairs.length);
    scene.drawDashes(buffers.gone, found.dashed.map(changed), this.mostDashed);
    const ends = this.ends();
    if (this.atom !== null) this.drawMarks(ends);
    this.words = this.changeWords(found) || this.atomWords(found, ends, options);
  }

  drawMarks(ends) {
    const { scene, buffers, atom } = this;
    buffers.nameLabel.setAttributes({ position: new Float32Array(scene.at(atom)) });
    ["kth", "following"].forEach((name, n) => {
      const there = ends[n] === null ? [] : [ends[n]];
      scene.drawSpheres(buffers[name], there, HALO, 1);
      const label = buffers[`${name}Label`];
      label.setVisibility(there.length > 0);
      there.forEach((end) => label.setAttributes({ position: new Float32Array(scene.at(end)) }));
    });
  }

  // Places in `pairs` of the edges of a frame: unchanged ones, and those that appear or vanish at a step beside it.
  edgesAt(frame) {
    const found = {
      plain: [],
      solid: [],
      dashed: [],
      before: { appear: [], vanish: [] },
      after: { appear: [], vanish: [] },
    };
    // Beyond the first and the last frame this is undefined, which is neither 0 nor an edge.
    const weight = (at, n) => this.weights[at * this.pairs.length + n];
    const { least } = this.scene.settings;
    this.pairs.forEach((pair, n) => {
      if (this.atom !== null && !pair.includes(this.atom)) return;
      const [before, now, after] = [weight(frame - 1, n), weight(frame, n), weight(frame + 1, n)];
      if (before === 0 && now >= least) found.before.appear.push(n);
      if (before >= least && now === 0) found.before.vanish.push(n);
      if (now === 0 && after >= least) found.after.appear.push(n);
      if (now >= least && after === 0) found.after.vanish.push(n);
      const changes = now >= least ? before === 0 || after === 0 : now === 0 && (before >= least || after >= least);
      if (changes) found[now > 0 ? "solid" : "dashed"].push(n);
      else if (now >= least) found.plain.push(n);
    });
    return found;
  }

  // Edge → how strong it is, 0 to 1: attention is relative to the most that the atom gives a neighbour in any frame.
  strengthOf(options) {
    const start = this.scene.frame * this.pairs.length;
    if (!this.showsAttention(options)) return (n) => this.weights[start + n];
    return (n) => this.share(this.scene.frame, this.other(n)) / (this.mostAttention || 1);
  }

  showsAttention(options) {
    return options.graph_shows === "attention" && this.atom !== null && this.shares !== null;
  }

  // Of its attention, what the chosen atom gives another one.
  share(frame, other) {
    const { n_atoms: atoms } = this.scene.data;
    return this.shares[(frame * atoms + this.atom) * atoms + other];
  }

  largestShare() {
    let most = 0;
    for (let frame = 0; frame < this.scene.data.n_frames; frame++) {
      this.pairs.forEach((pair, n) => {
        if (pair.includes(this.atom)) most = Math.max(most, this.share(frame, this.other(n)));
      });
    }
    return most;
  }

  other(n) {
    const [i, j] = this.pairs[n];
    return i === this.atom ? j : i;
  }

  // Radius of the rod that stands where the edge does, and that the edge is drawn around; 0 for none.
  rodOf(n, { bond }) {
    const [i, j] = this.pairs[n];
    if (bond.some((a, k) => k > 0 && Math.min(a, bond[k - 1]) === i && Math.max(a, bond[k - 1]) === j))
      return LIT_RADIUS;
    return this.bonded.has(`${i}-${j}`) ? BOND_RADIUS : 0;
  }

  // The k-th and (k+1)-th neighbour of the chosen atom, null for none.
  ends() {
    if (this.atom === null) return [null, null];
    const start = 2 * (this.scene.frame * this.scene.data.n_atoms + this.atom);
    return [0, 1].map((place) => (this.nearest[start + place] < 0 ? null : this.nearest[start + place]));
  }

  // --- caption -----------------------------------------------------------------------------------------------------

  changeWords({ before, after }) {
    const { labels } = this.scene.data;
    const name = (n) =>
      (this.atom === null ? this.pairs[n] : [this.atom, this.other(n)]).map((i) => labels[i]).join("–");
    const list = (edges) => {
      const names = edges.slice(0, MOST_NAMES).map(name);
      if (edges.length > MOST_NAMES) names.push(`${edges.length - MOST_NAMES} more`);
      return names.length > 1 ? `${names.slice(0, -1).join(", ")} and ${names.at(-1)}` : names[0];
    };
    const verb = (word, edges) => (edges.length > 1 ? word : { appear: "appears", vanish: "vanishes" }[word]);
    const sentence = ({ appear, vanish }, when) => {
      const parts = [
        [appear, "appear"],
        [vanish, "vanish"],
      ].filter(([edges]) => edges.length);
      if (!parts.length) return "";
      const said = parts.map(([edges, word]) => `${list(edges)} ${verb(word, edges)}`);
      return `${parts[0][0].length > 1 ? "Edges" : "Edge"} ${said.join(", ")} in ${when} frame`;
    };
    return [sentence(before, "this"), sentence(after, "the next")].filter(Boolean).join(". ");
  }

  atomWords({ plain }, ends, options) {
    const { atom } = this;
    if (atom === null) return "";
    const { labels } = this.scene.data;
    const marked = ends.map((end, n) => (end === null ? "" : `${ordinal(this.k + n)} ${labels[end]}`)).filter(Boolean);
    const words = [`${labels[atom]}: ${plain.length} neighbour${plain.length === 1 ? "" : "s"}`];
    if (marked.length) words.push(marked.join(", "));
    if (this.showsAttention(options) && plain.length) {
      const shares = plain.map((n) => [this.share(this.scene.frame, this.other(n)), this.other(n)]);
      const [most, whom] = shares.reduce((best, next) => (next[0] > best[0] ? next : best));
      words.push(`most attention to ${labels[whom]}, ${Math.round(100 * most)} %`);
    }
    return words.join("; ");
  }
}
