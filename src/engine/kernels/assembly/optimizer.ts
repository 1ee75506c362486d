/** Adds `shards` arrays that lie `stride` numbers apart into the first, in order, and clears the others. @returns Sum of squares. */
export function sumShards(first: usize, stride: i32, shards: i32, count: i32): f64 {
  const step = (<usize>stride) << 2;
  let squares: f64 = 0;
  const end = first + (<usize>count << 2);
  const zero = f32x4.splat(0);
  while (first + 16 <= end) {
    let sum = v128.load(first);
    let other = first + step;
    for (let shard = 1; shard < shards; shard++) {
      sum = f32x4.add(sum, v128.load(other));
      v128.store(other, zero);
      other += step;
    }
    v128.store(first, sum);
    squares = addSquare(squares, f32x4.extract_lane(sum, 0));
    squares = addSquare(squares, f32x4.extract_lane(sum, 1));
    squares = addSquare(squares, f32x4.extract_lane(sum, 2));
    squares = addSquare(squares, f32x4.extract_lane(sum, 3));
    first += 16;
  }
  for (; first < end; first += 4) {
    let sum = load<f32>(first);
    let other = first + step;
    for (let shard = 1; shard < shards; shard++) {
      sum += load<f32>(other);
      store<f32>(other, 0);
      other += step;
    }
    store<f32>(first, sum);
    squares = addSquare(squares, sum);
  }
  return squares;
}

// @ts-expect-error: decorator
@inline
function addSquare(squares: f64, value: f32): f64 {
  return squares + <f64>value * <f64>value;
}

/**
 * Adam (Kingma and Ba 2015) with decoupled weight decay, element by element; clears the gradient.
 * @param correction1 1 / (1 - beta1^step), correction2 likewise. @param clip What the gradient is multiplied by.
 */
export function adam(
  parameters: usize,
  gradient: usize,
  firstMoment: usize,
  secondMoment: usize,
  count: i32,
  rate: f32,
  beta1: f32,
  beta2: f32,
  correction1: f32,
  correction2: f32,
  epsilon: f32,
  weightDecay: f32,
  clip: f32,
): void {
  const end = parameters + (<usize>count << 2);
  while (parameters + 16 <= end) {
    const slope = f32x4.mul(v128.load(gradient), f32x4.splat(clip));
    const kept1 = f32x4.mul(f32x4.splat(beta1), v128.load(firstMoment));
    const kept2 = f32x4.mul(f32x4.splat(beta2), v128.load(secondMoment));
    const first = f32x4.add(kept1, f32x4.mul(f32x4.splat(<f32>1 - beta1), slope));
    const second = f32x4.add(kept2, f32x4.mul(f32x4.mul(f32x4.splat(<f32>1 - beta2), slope), slope));
    v128.store(firstMoment, first);
    v128.store(secondMoment, second);
    v128.store(gradient, f32x4.splat(0));
    const value = v128.load(parameters);
    const spread = f32x4.add(f32x4.sqrt(f32x4.mul(second, f32x4.splat(correction2))), f32x4.splat(epsilon));
    const direction = f32x4.div(f32x4.mul(first, f32x4.splat(correction1)), spread);
    const change = f32x4.add(direction, f32x4.mul(f32x4.splat(weightDecay), value));
    v128.store(parameters, f32x4.sub(value, f32x4.mul(f32x4.splat(rate), change)));
    parameters += 16;
    gradient += 16;
    firstMoment += 16;
    secondMoment += 16;
  }
  // What is left, by the same arithmetic.
  while (parameters < end) {
    const slope = load<f32>(gradient) * clip;
    const first: f32 = beta1 * load<f32>(firstMoment) + (<f32>1 - beta1) * slope;
    const second: f32 = beta2 * load<f32>(secondMoment) + (<f32>1 - beta2) * slope * slope;
    store<f32>(firstMoment, first);
    store<f32>(secondMoment, second);
    store<f32>(gradient, 0);
    const value = load<f32>(parameters);
    const direction = (first * correction1) / (sqrt<f32>(second * correction2) + epsilon);
    store<f32>(parameters, value - rate * (direction + weightDecay * value));
    parameters += 4;
    gradient += 4;
    firstMoment += 4;
    secondMoment += 4;
  }
}
