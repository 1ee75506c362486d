/** The engine's kernels. Pointers are byte addresses, counts and strides count numbers; nothing is allocated here. */
export { attendStep } from "./decode";
export { addScaled, exponential, logarithm } from "./elementary";
export { copyLogits, copyLogitsBackward, crossEntropy } from "./head";
export {
  attend,
  attendBackward,
  gatherRows,
  normalize,
  normalizeBackward,
  rectify,
  rectifyBackward,
  rotate,
  scatterRows,
  shiftKeys,
  shiftKeysBackward,
} from "./layers";
export { pointerGates, pointerGatesBackward, pointLogits, pointLogitsBackward, pointStep } from "./pointer";
export { multiply, multiplyPacked, packWeights } from "./multiply";
export { adam, sumShards } from "./optimizer";
