import { cosine, wholePower } from "./kernels/elementary.ts";
import type { AdamSettings } from "./kernels/kernels.ts";

/** Adam (Kingma and Ba 2015) with decoupled weight decay (Loshchilov and Hutter 2019). */
const beta1 = 0.9;
const beta2 = 0.98;
const usualEpsilon = 1e-8;
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

/**
 * Settings of a step for the kernels.
 * @param rate Learning rate. @param clip What the gradient is multiplied by. @param step From 1.
 * @param epsilon Weights whose slopes are usually smaller move by less than others.
 */
export function adamSettings({
  rate,
  clip,
  step,
  epsilon = usualEpsilon,
}: {
  readonly rate: number;
  readonly clip: number;
  readonly step: number;
  readonly epsilon?: number | undefined;
}): AdamSettings {
  return {
    rate,
    beta1,
    beta2,
    correction1: 1 / (1 - wholePower(beta1, step)),
    correction2: 1 / (1 - wholePower(beta2, step)),
    epsilon,
    weightDecay,
    clip,
  };
}
