import { cosine, wholePower } from "./kernels/elementary.ts";
import type { Floats } from "./kernels/matrix.ts";

/** Adam (Kingma and Ba 2015) with decoupled weight decay (Loshchilov and Hutter 2019). */
const beta1 = 0.9;
const beta2 = 0.98;
const epsilon = 1e-8;
const weightDecay = 0.02;

/** Share of the steps over which the learning rate rises from 0, and where it ends, relative to its peak. */
const warmUp = 0.05;
const finalRate = 0.05;

/** Largest length of a batch's gradient; longer ones are scaled down to it. */
export const gradientClip = 1;

/** The learning rate of a step, relative to its peak: linear rise, then half a cosine. @param step From 1. */
export function rateAt(step: number, totalSteps: number): number {
  const rising = Math.max(1, totalSteps * warmUp);
  if (step <= rising) return step / rising;
  const progress = (step - rising) / (totalSteps - rising);
  return finalRate + (1 - finalRate) * 0.5 * (1 + cosine(Math.PI * progress));
}

/** A run of neighbouring parameters with all that a step needs; the arrays have equal length. */
export interface ParameterRange {
  readonly parameters: Floats;
  /** Cleared by the step. */
  readonly gradient: Floats;
  readonly firstMoment: Floats;
  readonly secondMoment: Floats;
}

/** @param rate Learning rate of this step. @param clip What the gradient is multiplied by. @param step From 1. */
export function adamStep(
  { parameters, gradient, firstMoment, secondMoment }: ParameterRange,
  { rate, clip, step }: { rate: number; clip: number; step: number },
): void {
  const correction1 = 1 / (1 - wholePower(beta1, step));
  const correction2 = 1 / (1 - wholePower(beta2, step));
  for (let i = 0; i < parameters.length; i++) {
    const slope = gradient[i]! * clip;
    const first = beta1 * firstMoment[i]! + (1 - beta1) * slope;
    const second = beta2 * secondMoment[i]! + (1 - beta2) * slope * slope;
    firstMoment[i] = first;
    secondMoment[i] = second;
    gradient[i] = 0;
    const value = parameters[i]!;
    const direction = (first * correction1) / (Math.sqrt(second * correction2) + epsilon);
    parameters[i] = value - rate * (direction + weightDecay * value);
  }
}
