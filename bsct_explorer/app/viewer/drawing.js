// What the scene and the graph of neighbours draw with: sizes, colours, packed arrays.

export const BOND_RADIUS = 0.1; // Å
export const LIT_RADIUS = 0.17; // Å, the rod of the pulled bond
export const HALO = 0.15; // Å around a lit atom
export const DASHES = 9; // of a lit pair's line

export const rgb = (color) => [((color >> 16) & 255) / 255, ((color >> 8) & 255) / 255, (color & 255) / 255];
export const parseColor = (text) => parseInt(text.slice(1), 16);
export const repeat = (values, n) => new Float32Array(Array.from({ length: n }, () => values).flat());
export const mix = (a, b, share) => {
  const channel = (shift) => Math.round(((a >> shift) & 255) * (1 - share) + ((b >> shift) & 255) * share) << shift;
  return channel(16) | channel(8) | channel(0);
};

// Bokeh hands bytes over as an ArrayBuffer, or as a view of one.
const bytesOf = (value) => value?.buffer ?? value;
export const asFloats = (value) => (bytesOf(value)?.byteLength ? new Float32Array(bytesOf(value)) : null);
export const asIndices = (value) => new Int16Array(bytesOf(value));
export const asColors = (value) => (bytesOf(value)?.byteLength ? new Uint32Array(bytesOf(value)) : null);
