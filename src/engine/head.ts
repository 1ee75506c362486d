import type { Workspace } from "./activations.ts";
import { createCopyContext, type Suggestion } from "./copying.ts";
import { exponential } from "./kernels/elementary.ts";
import { type Floats, matrix, transposed } from "./kernels/matrix.ts";
import type { ModelShape, Parameters } from "./parameters.ts";

/** One example ready for training. Both arrays: (N). */
export interface Sequence {
  readonly tokens: Int32Array;
  /** The token that should come next; -1 where no loss is taken. */
  readonly targets: Int32Array;
}

/** Sums over the trained tokens of a sequence. */
export interface LossSums {
  /** Cross-entropy in nats. */
  readonly loss: number;
  /** How often the likeliest token was the right one. */
  readonly correct: number;
  readonly trained: number;
}

/** A position on which loss is taken. */
interface Row {
  readonly position: number;
  readonly suggestions: readonly Suggestion[];
}

/**
 * Loss of `workspace.final`: (N,C) against the targets. Logits are computed only where loss is taken.
 * With a gradient it adds to the head's part of it and leaves the gradient of `final` in `workspace.dRows`.
 * @param scale What each token's loss counts in the gradient: 1 / trained tokens of the batch for the mean.
 */
export function takeLoss(
  shape: ModelShape,
  { parameters, gradient, scale }: { parameters: Parameters; gradient?: Parameters | undefined; scale: number },
  { sequence, workspace }: { sequence: Sequence; workspace: Workspace },
): LossSums {
  const { vocabulary: V, width: C } = shape;
  const { multiply, final, picked, logits, dRows } = workspace;
  const { tokens, targets } = sequence;
  const rows: Row[] = [];
  const copying = createCopyContext(tokens.length);
  for (let position = 0; position < targets.length; position++) {
    copying.push(tokens[position]!);
    if (targets[position]! < 0) continue;
    for (let c = 0; c < C; c++) picked[rows.length * C + c] = final[position * C + c]!;
    rows.push({ position, suggestions: copying.suggestions() });
  }
  const M = rows.length;
  const scores = matrix(logits, M, V);
  const embedding = matrix(parameters.embedding, V, C);
  multiply(scores, matrix(picked, M, C), transposed(embedding));
  let loss = 0;
  let correct = 0;
  rows.forEach(({ position, suggestions }, row) => {
    const rowLogits = logits.subarray(row * V, (row + 1) * V);
    addCopyLogits(rowLogits, parameters, { state: picked.subarray(row * C, (row + 1) * C), suggestions });
    const result = crossEntropy(rowLogits, targets[position]!, scale);
    loss += result.loss;
    if (result.correct) correct++;
  });
  if (gradient !== undefined) {
    const dEmbedding = matrix(gradient.embedding, V, C);
    multiply(dEmbedding, transposed(scores), matrix(picked, M, C), true);
    const dPicked = matrix(workspace.dStream, M, C); // free until the layers' gradients begin
    multiply(dPicked, scores, embedding);
    dRows.fill(0, 0, tokens.length * C);
    rows.forEach(({ position, suggestions }, row) => {
      const dState = dPicked.data.subarray(row * C, (row + 1) * C);
      copyBackward(dState, gradient, {
        dLogits: logits.subarray(row * V, (row + 1) * V),
        parameters,
        state: picked.subarray(row * C, (row + 1) * C),
        suggestions,
      });
      for (let c = 0; c < C; c++) dRows[position * C + c] = dState[c]!;
    });
  }
  return { loss, correct, trained: M };
}

interface CopyInput {
  /** (C): the final state of the position that predicts. */
  readonly state: Floats;
  readonly suggestions: readonly Suggestion[];
}

/**
 * The copy head: raises the logits of suggested tokens, each kind of suggestion by a learnt linear function of
 * the state. Without it a small model learns the style of its answers, but not to name what it was asked about.
 */
export function addCopyLogits(logits: Floats, parameters: Parameters, { state, suggestions }: CopyInput): void {
  const C = state.length;
  for (const { kind, tokens } of suggestions) {
    let raise = parameters.copyBias[kind]!;
    for (let c = 0; c < C; c++) raise += parameters.copyWeights[kind * C + c]! * state[c]!;
    for (const token of tokens) logits[token] = logits[token]! + raise;
  }
}

/** Adds the copy head's gradient to the parameters' and to dState: (C). */
function copyBackward(
  dState: Floats,
  gradient: Parameters,
  { dLogits, parameters, state, suggestions }: CopyInput & { dLogits: Floats; parameters: Parameters },
): void {
  const C = state.length;
  for (const { kind, tokens } of suggestions) {
    let slope = 0;
    for (const token of tokens) slope += dLogits[token]!;
    gradient.copyBias[kind] = gradient.copyBias[kind]! + slope;
    for (let c = 0; c < C; c++) {
      const at = kind * C + c;
      gradient.copyWeights[at] = gradient.copyWeights[at]! + slope * state[c]!;
      dState[c] = dState[c]! + slope * parameters.copyWeights[at]!;
    }
  }
}

/** Cross-entropy of one row, whose logits: (V) become scale * (softmax - onehot(target)). */
function crossEntropy(logits: Floats, target: number, scale: number): { loss: number; correct: boolean } {
  let best = 0;
  for (let v = 1; v < logits.length; v++) if (logits[v]! > logits[best]!) best = v;
  const most = logits[best]!;
  const targetLogit = logits[target]!;
  let sum = 0;
  for (let v = 0; v < logits.length; v++) {
    const weight = exponential(logits[v]! - most);
    logits[v] = weight;
    sum += weight;
  }
  for (let v = 0; v < logits.length; v++) logits[v] = (logits[v]! / sum) * scale;
  logits[target] = logits[target]! - scale;
  return { loss: Math.log(sum) - (targetLogit - most), correct: best === target };
}
