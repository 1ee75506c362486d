import type { LossPoint, ReportData } from "./data.ts";
import { html, type Markup } from "./markup.ts";

/** Units of the drawing; it scales with the page. */
const size = { width: 720, height: 280, left: 52, right: 124, top: 16, bottom: 40 };
/** More points than this are averaged: a screen has no room for them. */
const maxPoints = 400;

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Round values from 0 to at least `max`, about that many, 1, 2 or 5 times a power of ten apart. */
export function ticks(max: number, wanted: number): readonly number[] {
  if (!(max > 0)) return [0, 1];
  const rough = max / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough * 0.999) ?? 10) * power;
  const count = Math.ceil(max / step - 1e-9);
  return Array.from({ length: count + 1 }, (_, index) => Number((index * step).toPrecision(12)));
}

/** The loss over the steps, training and validation, as one drawing; undefined with fewer than two points. */
export function lossChart(points: readonly LossPoint[], per: ReportData["lossPer"]): Markup | undefined {
  const training = thin(series(points, "training"));
  const validation = thin(series(points, "validation"));
  const all = [...training, ...validation];
  const lastStep = Math.max(...all.map(({ x }) => x));
  const firstStep = Math.min(...all.map(({ x }) => x));
  if (all.length < 2 || lastStep === firstStep) return undefined;
  const yTicks = ticks(Math.max(...all.map(({ y }) => y)), 4);
  const xTicks = ticks(lastStep, 8).filter((step) => step <= lastStep);
  const yTop = yTicks.at(-1) ?? 1;
  const x = (step: number) => round(size.left + (step / lastStep) * (size.width - size.left - size.right));
  const y = (loss: number) => round(size.top + (1 - loss / yTop) * (size.height - size.top - size.bottom));
  const line = (list: readonly Point[]) =>
    list.map((point, index) => `${index === 0 ? "M" : "L"}${x(point.x)} ${y(point.y)}`).join("");
  const [lastTraining, lastValidation] = [training.at(-1), validation.at(-1)];
  const described = [
    lastTraining === undefined ? "" : `training ends at ${lastTraining.y.toFixed(2)}`,
    lastValidation === undefined ? "" : `validation at ${lastValidation.y.toFixed(2)}`,
  ].filter(Boolean);
  const labels = endLabels(lastTraining && y(lastTraining.y), lastValidation && y(lastValidation.y));
  return html`<svg class="chart" viewBox="0 0 ${size.width} ${size.height}" role="img" aria-label="Loss over steps: ${described.join(", ")}">
${yTicks.map((tick) => html`<line class="grid" x1="${size.left}" x2="${size.width - size.right}" y1="${y(tick)}" y2="${y(tick)}"/><text class="tick" x="${size.left - 8}" y="${y(tick) + 4}" text-anchor="end">${tick}</text>`)}
${xTicks.map((tick) => html`<text class="tick" x="${x(tick)}" y="${size.height - size.bottom + 18}" text-anchor="middle">${tick}</text>`)}
<text class="axis" x="${x(lastStep / 2)}" y="${size.height - 4}" text-anchor="middle">step</text>
<text class="axis" transform="translate(12 ${y(yTop / 2)}) rotate(-90)" text-anchor="middle">loss, nats per ${per}</text>
<path class="training" d="${line(training)}"/>
<path class="validation" d="${line(validation)}"/>
${validation.length <= 60 ? validation.map((point) => html`<circle class="validation" cx="${x(point.x)}" cy="${y(point.y)}" r="3"/>`) : []}
${lastTraining && html`<text class="series training" x="${x(lastTraining.x) + 8}" y="${labels.training + 4}">training ${lastTraining.y.toFixed(2)}</text>`}
${lastValidation && html`<text class="series validation" x="${x(lastValidation.x) + 8}" y="${labels.validation + 4}">validation ${lastValidation.y.toFixed(2)}</text>`}
</svg>`;
}

/** Heights of the two labels, moved apart where they would overlap. */
function endLabels(training = 0, validation = 0): { readonly training: number; readonly validation: number } {
  const gap = 16;
  if (training === 0 || validation === 0 || Math.abs(training - validation) >= gap) return { training, validation };
  const middle = Math.min((training + validation) / 2, size.height - size.bottom - gap);
  const above = training <= validation;
  return { training: middle + (above ? -gap : gap) / 2, validation: middle + (above ? gap : -gap) / 2 };
}

function series(points: readonly LossPoint[], key: "training" | "validation"): readonly Point[] {
  return points.flatMap((point) => {
    const y = point[key];
    return y === undefined || !Number.isFinite(y) ? [] : [{ x: point.step, y }];
  });
}

/** Averages neighbours until there are few enough. */
function thin(points: readonly Point[]): readonly Point[] {
  if (points.length <= maxPoints) return points;
  const width = Math.ceil(points.length / maxPoints);
  const mean = (list: readonly number[]) => list.reduce((sum, value) => sum + value, 0) / list.length;
  return Array.from({ length: Math.ceil(points.length / width) }, (_, index) => {
    const part = points.slice(index * width, (index + 1) * width);
    return { x: mean(part.map(({ x }) => x)), y: mean(part.map(({ y }) => y)) };
  });
}

/** An interval on a scale from -100 to +100 points. */
export function intervalChart({ low, high, difference }: { low: number; high: number; difference: number }): Markup {
  const x = (value: number) => round(100 + value * 96);
  return html`<svg class="interval" viewBox="0 0 200 20" aria-hidden="true"><line class="grid" x1="4" x2="196" y1="10" y2="10"/><line class="zero" x1="100" x2="100" y1="2" y2="18"/><line class="range" x1="${x(low)}" x2="${x(high)}" y1="10" y2="10"/><circle class="point" cx="${x(difference)}" cy="10" r="4"/></svg>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
