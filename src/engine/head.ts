import { eachSequence, type Runner } from "./forward.ts";
import type { CopyHead } from "./kernels/kernels.ts";
import { matrix, transposed } from "./kernels/matrix.ts";
import type { Pack } from "./pack.ts";
import type { Parameters } from "./parameters.ts";
import { point, pointBackward } from "./pointer.ts";

/** Sums over the trained tokens of a sequence. */
export interface LossSums {
  /** Cross-entropy in nats: minus the logarithm of the answer's probability. */
  readonly loss: number;
  /** How often the likeliest token was the right one. */
  readonly correct: number;
  readonly trained: number;
}

/** What a loss adds its gradient to. */
export interface LossGradient {
  readonly gradient: Parameters;
  /** For each sequence: what each of its tokens' losses counts in the gradient. */
  readonly scales: readonly number[];
}

/**
 * Loss of `workspace.final`: (N,C) against the targets. Logits are computed only where loss is taken.
 * With a gradient it adds to the head's part of it and leaves the gradient of `final` in `workspace.dRows`.
 * @returns Sums of each sequence of the pack.
 */
export function takeLoss(runner: Runner, pack: Pack, into?: LossGradient): readonly LossSums[] {
  const { shape, parameters, kernels, workspace } = runner;
  const { vocabulary: V, width: C } = shape;
  const { final, picked, logits, positions, targets, scales, losses, correct } = workspace;
  const rowsOf = pickRows(runner, pack, into?.scales);
  const M = rowsOf.at(-1)!;
  kernels.gatherRows(picked, final, positions.subarray(0, M), C);
  const scores = matrix(logits, M, V);
  const states = matrix(picked, M, C);
  const embedding = matrix(parameters.embedding, V, C);
  kernels.multiply(scores, states, transposed(embedding));
  eachCopyHead(runner, pack, (head) => kernels.copyLogits(logits, head));
  point(runner, pack, rowsOf);
  kernels.crossEntropy(logits, { targets, scales, losses, correct, rows: M, columns: V });
  if (into !== undefined) {
    const { gradient } = into;
    const { dPicked, dRows } = workspace;
    kernels.multiply(matrix(gradient.embedding, V, C), transposed(scores), states, true);
    kernels.multiply(matrix(dPicked, M, C), scores, embedding);
    const slopes = {
      dLogits: logits,
      dStates: dPicked,
      dWeights: gradient.copyWeights,
      dBias: gradient.copyBias,
    };
    eachCopyHead(runner, pack, (head) => kernels.copyLogitsBackward(slopes, head));
    pointBackward(runner, pack, rowsOf, gradient);
    kernels.scatterRows(dRows, dPicked, positions.subarray(0, M), C);
  }
  return pack.sequences.map((_, index) => {
    const [from, to] = [rowsOf[index]!, rowsOf[index + 1]!];
    return { loss: sum(losses, from, to), correct: sum(correct, from, to), trained: to - from };
  });
}

/**
 * Fills positions, targets, scales and rowOf of the workspace.
 * @returns First row of each sequence; one more at the end.
 */
function pickRows({ workspace }: Runner, pack: Pack, weights: readonly number[] | undefined): readonly number[] {
  const { positions, targets, scales, rowOf } = workspace;
  const first = [0];
  let row = 0;
  eachSequence(pack, ({ index, start }) => {
    pack.sequences[index]!.targets.forEach((target, offset) => {
      const position = start + offset;
      rowOf[position] = target < 0 ? -1 : row;
      if (target < 0) return;
      positions[row] = position;
      targets[row] = target;
      scales[row] = weights?.[index] ?? 0;
      row++;
    });
    first.push(row);
  });
  return first;
}

function eachCopyHead({ parameters, workspace }: Runner, pack: Pack, act: (head: CopyHead) => void): void {
  const { tokens, rowOf, picked, marks, lists } = workspace;
  eachSequence(pack, ({ start, rows }) => {
    act({
      tokens: tokens.subarray(start, start + rows),
      rowOf: rowOf.subarray(start, start + rows),
      states: picked,
      weights: parameters.copyWeights,
      bias: parameters.copyBias,
      marks,
      lists,
    });
  });
}

function sum(numbers: ArrayLike<number>, from: number, to: number): number {
  let total = 0;
  for (let i = from; i < to; i++) total += numbers[i]!;
  return total;
}
