/** A tyre with its visible tread: the ellipse of its face, swept towards the end of the car that is nearer. */
import { type Ellipse, halfWidth, lowerEdge } from './ellipse.ts';

/** Width of a tyre over its outer radius (205 mm over 0.335 m). */
const WIDTH = 0.62;

/** What is seen of a tyre: in pixels of the picture that its face is given in. */
export class Tread {
  readonly face: Ellipse;
  /** Where the face's middle goes, in pixels: negative to the left. */
  readonly sweep: number;

  constructor(face: Ellipse, towards: -1 | 1) {
    this.face = face;
    this.sweep = towards * WIDTH * face.radius * Math.sqrt(Math.max(0, 1 - face.aspect ** 2));
  }

  /** Both treads of the near side: each shows the side that looks at the larger wheel's end. */
  static of([left, right]: readonly [Ellipse, Ellipse]): [Tread, Tread] {
    const towards = right.radius >= left.radius ? 1 : -1;
    return [new Tread(left, towards), new Tread(right, towards)];
  }

  get left(): number {
    return this.face.x - halfWidth(this.face) + Math.min(0, this.sweep);
  }

  get right(): number {
    return this.face.x + halfWidth(this.face) + Math.max(0, this.sweep);
  }

  /** Row of its lower end at a column; null beside it. */
  lowerEdge(column: number): number | null {
    return lowerEdge({ ...this.face, x: this.#nearestMiddle(column) }, column);
  }

  /** How far a point lies inside, in pixels, about: negative outside. */
  depth(x: number, y: number): number {
    const upright = x - this.face.lean * (y - this.face.y);
    return this.#depthFrom(this.#nearestMiddle(upright), upright, y);
  }

  /** The same for its face alone. */
  faceDepth(x: number, y: number): number {
    return this.#depthFrom(this.face.x, x - this.face.lean * (y - this.face.y), y);
  }

  #depthFrom(middle: number, upright: number, y: number): number {
    const half = this.face.aspect * this.face.radius;
    const dy = (y - this.face.y) / this.face.radius;
    const dx = (upright - middle) / half;
    const away = Math.hypot(dx, dy);
    // Along a ray from the hub the distance to the rim shrinks by the ellipse's radius there.
    return away < 1e-6 ? half : ((1 - away) / away) * Math.hypot(dx * half, dy * this.face.radius);
  }

  #nearestMiddle(column: number): number {
    const [from, to] = this.sweep < 0 ? [this.face.x + this.sweep, this.face.x] : [this.face.x, this.face.x + this.sweep];
    return Math.min(to, Math.max(from, column));
  }
}
