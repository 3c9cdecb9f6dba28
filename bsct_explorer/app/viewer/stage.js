// One NGL stage: its camera, and where the atoms stand in space and on the canvas.

import { BOND_RADIUS } from "./drawing.js";
import { ignoreNglEvents, pick } from "./pointer.js";

const FIELD_OF_VIEW = 28; // degrees: little perspective, so that lengths can be compared
const MARGIN = 0.5; // Å around the outermost atoms

export class MoleculeStage {
  constructor(NGL, box, settings) {
    this.NGL = NGL;
    this.settings = settings;
    this.stage = new NGL.Stage(box, {
      tooltip: false,
      hoverTimeout: -1,
      sampleLevel: settings.software ? -1 : 0,
      cameraFov: FIELD_OF_VIEW,
      clipMode: "camera",
      clipNear: 0.5,
      clipFar: 1000,
      fogNear: 500,
      fogFar: 1000,
      ambientIntensity: 0.4,
      lightIntensity: 1.1,
    });
    this.canvas = ignoreNglEvents(this.stage);
    this.controls = this.stage.viewerControls;
    this.data = null; // the scene that is drawn, as Python made it
    this.frame = 0;
    this.zoomedByHand = false;
  }

  at(i) {
    const start = 3 * (this.frame * this.data.n_atoms + i);
    return this.positions.subarray(start, start + 3);
  }

  distance(i, j) {
    const [a, b] = [this.at(i), this.at(j)];
    return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
  }

  resetView() {
    const [xx, xy, xz, yx, yy, yz, zx, zy, zz] = this.data.rotation;
    // NGL looks along +z: half a turn about y puts the first atom of the coordinate on the left.
    const matrix = new this.NGL.Matrix4().set(-xx, -xy, -xz, 0, yx, yy, yz, 0, -zx, -zy, -zz, 0, 0, 0, 0, 1);
    this.controls.rotate(new this.NGL.Quaternion().setFromRotationMatrix(matrix));
    this.zoomedByHand = false;
    this.fit();
  }

  // Centre and distance at which every frame of the scan is in sight, in the present orientation.
  fit() {
    const { width, height, rotationGroup, perspectiveCamera } = this.stage.viewer;
    if (!this.data || width < 2 || height < 2) return;
    const turned = new this.NGL.Vector3();
    const [low, high] = [
      [Infinity, Infinity, Infinity],
      [-Infinity, -Infinity, -Infinity],
    ];
    const each = (visit) => {
      for (let k = 0; k < this.positions.length; k += 3) {
        visit(turned.fromArray(this.positions, k).applyQuaternion(rotationGroup.quaternion).toArray());
      }
    };
    each((p) =>
      p.forEach((value, axis) => {
        low[axis] = Math.min(low[axis], value);
        high[axis] = Math.max(high[axis], value);
      }),
    );
    const centre = low.map((value, axis) => (value + high[axis]) / 2);
    const tangent = Math.tan((perspectiveCamera.fov * Math.PI) / 360);
    let distance = 0;
    each((p) => {
      const [x, y, z] = p.map((value, axis) => Math.abs(value - centre[axis]) + MARGIN);
      distance = Math.max(distance, z + Math.max(y, (x * height) / width) / tangent);
    });
    const inverse = rotationGroup.quaternion.clone().invert();
    this.controls.center(turned.fromArray(centre).applyQuaternion(inverse));
    this.controls.distance(distance);
  }

  // How the camera stands, for another scene of the same molecule; its place only where somebody has chosen it.
  camera() {
    return {
      rotation: this.stage.viewer.rotationGroup.quaternion.toArray(),
      place: this.zoomedByHand ? this.controls.getOrientation().toArray() : null,
    };
  }

  standAs({ rotation, place }) {
    this.controls.rotate(new this.NGL.Quaternion().fromArray(rotation));
    if (place) this.controls.orient(new this.NGL.Matrix4().fromArray(place));
    if (!place && this.zoomedByHand) this.fit();
    this.zoomedByHand = place !== null;
  }

  rotate(dx, dy) {
    this.stage.trackballControls.rotate(-dx, -dy);
  }

  pan(dx, dy) {
    this.zoomedByHand = true;
    this.stage.trackballControls.pan(-dx, -dy);
  }

  zoom(factor) {
    this.zoomedByHand = true;
    this.controls.distance(Math.max(3, Math.min(400, this.controls.getCameraDistance() / factor)));
  }

  resize() {
    this.stage.handleResize();
    if (!this.zoomedByHand) this.fit();
  }

  // The atoms as they stand on the canvas: place and radius in CSS px, depth in Å from the eye.
  project() {
    const { viewer } = this.stage;
    const { camera, width, height } = viewer;
    viewer.rotationGroup.updateMatrixWorld(true);
    camera.updateMatrixWorld(true);
    const point = new this.NGL.Vector3();
    const focal = height / 2 / Math.tan((camera.fov * Math.PI) / 360);
    return this.radii.map((radius, i) => {
      point.fromArray(this.at(i)).add(viewer.translationGroup.position).applyMatrix4(viewer.rotationGroup.matrix);
      point.applyMatrix4(camera.matrixWorldInverse);
      const scale = focal / Math.max(-point.z, 0.1);
      return {
        x: width / 2 + point.x * scale,
        y: height / 2 - point.y * scale,
        depth: -point.z,
        scale,
        radius: radius * scale,
        bulge: radius,
      };
    });
  }

  under(x, y, slop) {
    return this.component ? pick(x, y, slop, this.project(), this.pickableBonds, BOND_RADIUS) : null;
  }
}
