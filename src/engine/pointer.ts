import { eachSequence, type Runner } from "./forward.ts";
import type { GateSource, PointerRows } from "./kernels/kernels.ts";
import { type Matrix, matrix, transposed } from "./kernels/matrix.ts";
import { type Pack, rowCount } from "./pack.ts";
import { type Parameters, pointerScale, pointerWidth } from "./parameters.ts";

/**
 * The pointer head: an attention head whose values are the tokens themselves. The query of a state that predicts meets
 * the keys of all tokens so far; each token's share, times a gate, raises its logit. It finds where a span begins; the
 * copy head only goes on with what was begun. After the pointer networks of Vinyals et al. 2015 and See et al. 2017,
 * with shares added to logits instead of mixed with probabilities.
 *
 * Fills the pointer's parts of the workspace and raises `logits`.
 * @param rowsOf First row of each sequence; one more at the end.
 */
export function point(runner: Runner, pack: Pack, rowsOf: readonly number[]): void {
  const { shape, parameters, kernels, workspace } = runner;
  const { width: C, vocabulary: V } = shape;
  const { final, picked, logits, pointerQueries, pointerKeys, pointerGates } = workspace;
  const D = pointerWidth(shape);
  const N = rowCount(pack);
  const M = rowsOf.at(-1)!;
  kernels.multiply(matrix(pointerKeys, N, D), matrix(final, N, C), matrix(parameters.pointerKey, C, D));
  kernels.multiply(matrix(pointerQueries, M, D), matrix(picked, M, C), matrix(parameters.pointerQuery, C, D));
  kernels.pointerGates(pointerGates, gateSource(runner, M));
  eachPointer(runner, pack, rowsOf, ({ from, rows, queries, keys, shares }) => {
    kernels.multiply(shares, queries, transposed(keys));
    kernels.pointLogits(logits.subarray(from * V), rows);
  });
}

/** Adds to `dPicked` and to the pointer's part of the gradient, and fills `dRows` with the keys' part of its own. */
export function pointBackward(runner: Runner, pack: Pack, rowsOf: readonly number[], gradient: Parameters): void {
  const { shape, parameters, kernels, workspace } = runner;
  const { width: C, vocabulary: V } = shape;
  const { final, picked, logits, dPicked, dRows, dPointerQueries, dPointerKeys, dPointerGates } = workspace;
  const D = pointerWidth(shape);
  const N = rowCount(pack);
  const M = rowsOf.at(-1)!;
  dPointerKeys.fill(0, 0, N * D);
  eachPointer(runner, pack, rowsOf, ({ from, rows, queries, keys, shares, dQueries, dKeys }) => {
    kernels.pointLogitsBackward({ dLogits: logits.subarray(from * V), dGates: dPointerGates.subarray(from) }, rows);
    kernels.multiply(dQueries, shares, keys);
    kernels.multiply(dKeys, transposed(shares), queries);
  });
  kernels.pointerGatesBackward(
    { dGates: dPointerGates, dStates: dPicked, dWeights: gradient.pointerGate, dBias: gradient.pointerGateBias },
    gateSource(runner, M),
  );
  const queries = matrix(dPointerQueries, M, D);
  const keys = matrix(dPointerKeys, N, D);
  kernels.multiply(matrix(gradient.pointerQuery, C, D), transposed(matrix(picked, M, C)), queries, true);
  kernels.multiply(matrix(gradient.pointerKey, C, D), transposed(matrix(final, N, C)), keys, true);
  kernels.multiply(matrix(dPicked, M, C), queries, transposed(matrix(parameters.pointerQuery, C, D)), true);
  kernels.multiply(matrix(dRows, N, C), keys, transposed(matrix(parameters.pointerKey, C, D)));
}

function gateSource({ parameters, workspace }: Runner, rows: number): GateSource {
  return { states: workspace.picked, weights: parameters.pointerGate, bias: parameters.pointerGateBias, rows };
}

interface SequencePointer {
  /** Its first row of logits. */
  readonly from: number;
  readonly rows: PointerRows;
  readonly queries: Matrix;
  readonly keys: Matrix;
  readonly shares: Matrix;
  readonly dQueries: Matrix;
  readonly dKeys: Matrix;
}

/** The pointer of each sequence that has rows to predict. */
function eachPointer(
  { shape, workspace }: Runner,
  pack: Pack,
  rowsOf: readonly number[],
  act: (pointer: SequencePointer) => void,
): void {
  const { tokens, positions, pointerQueries, pointerKeys, pointerGates, pointerShares } = workspace;
  const { dPointerQueries, dPointerKeys } = workspace;
  const D = pointerWidth(shape);
  let used = 0;
  eachSequence(pack, ({ index, start, rows: N }) => {
    const [from, to] = [rowsOf[index]!, rowsOf[index + 1]!];
    const R = to - from;
    if (R === 0) return;
    const scores = pointerShares.subarray(used, used + R * N);
    used += R * N;
    act({
      from,
      rows: {
        tokens: tokens.subarray(start, start + N),
        positions: positions.subarray(from, to),
        start,
        scores,
        gates: pointerGates.subarray(from, to),
        scale: pointerScale(shape),
        columns: shape.vocabulary,
      },
      queries: matrix(pointerQueries.subarray(from * D), R, D),
      keys: matrix(pointerKeys.subarray(start * D), N, D),
      shares: matrix(scores, R, N),
      dQueries: matrix(dPointerQueries.subarray(from * D), R, D),
      dKeys: matrix(dPointerKeys.subarray(start * D), N, D),
    });
  });
}
