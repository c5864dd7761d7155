import { inkOf } from './picture.js';

/** The field to draw in. Ink is black on white paper. */
export interface Pad {
  clear(): void;
  /** Draws into an empty field. */
  draw(paint: (context: CanvasRenderingContext2D, size: number) => void): void;
  /** The drawing as bright ink on black. */
  ink(): ImageData;
}

/** Width of the pen as a fraction of the field's side. */
const PEN = 0.075;

/** @param changed called after each stroke, and while one is drawn */
export function createPad(canvas: HTMLCanvasElement, changed: () => void): Pad {
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  const size = canvas.width;
  let last: { x: number; y: number } | undefined;
  const at = (event: PointerEvent): { x: number; y: number } => {
    const box = canvas.getBoundingClientRect();
    return {
      x: ((event.clientX - box.left) / box.width) * size,
      y: ((event.clientY - box.top) / box.height) * size,
    };
  };
  const stroke = (to: { x: number; y: number }): void => {
    pen(context, size);
    context.beginPath();
    if (last) {
      context.moveTo(last.x, last.y);
      context.lineTo(to.x, to.y);
      context.stroke();
    } else {
      // Browsers do not draw a line without a length, so draw a dot.
      context.arc(to.x, to.y, context.lineWidth / 2, 0, 2 * Math.PI);
      context.fill();
    }
    last = to;
    changed();
  };
  canvas.addEventListener('pointerdown', (event) => {
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    stroke(at(event));
  });
  canvas.addEventListener('pointermove', (event) => {
    if (last) for (const one of eventsOf(event)) stroke(at(one));
  });
  for (const end of ['pointerup', 'pointercancel'] as const)
    canvas.addEventListener(end, () => (last = undefined));
  const clear = (): void => {
    context.fillStyle = '#fff';
    context.fillRect(0, 0, size, size);
  };
  clear();
  return {
    clear,
    draw(paint) {
      clear();
      pen(context, size);
      paint(context, size);
      changed();
    },
    ink: () => inkOf(context.getImageData(0, 0, size, size)),
  };
}

/** All positions of a pointer, since a fast pen moves several times between two frames. */
function eventsOf(event: PointerEvent): readonly PointerEvent[] {
  const all = event.getCoalescedEvents?.() ?? [];
  return all.length > 0 ? all : [event];
}

function pen(context: CanvasRenderingContext2D, size: number): void {
  context.strokeStyle = '#000';
  context.fillStyle = '#000';
  context.lineWidth = PEN * size;
  context.lineCap = 'round';
  context.lineJoin = 'round';
}

/** Draws a filled shoe from the side, as those of Fashion-MNIST, and no digit. */
export function paintShoe(context: CanvasRenderingContext2D, size: number): void {
  const p = (x: number, y: number): [number, number] => [x * size, y * size];
  context.beginPath();
  context.moveTo(...p(0.08, 0.72));
  context.lineTo(...p(0.1, 0.36));
  context.quadraticCurveTo(...p(0.22, 0.42), ...p(0.34, 0.34));
  context.lineTo(...p(0.58, 0.52));
  context.quadraticCurveTo(...p(0.9, 0.56), ...p(0.93, 0.72));
  context.closePath();
  context.fill();
  context.fillRect(...p(0.06, 0.74), 0.88 * size, 0.06 * size);
}
