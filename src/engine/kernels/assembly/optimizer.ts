/** Adds `shards` arrays that lie `stride` numbers apart into the first, in order, and clears the others. @returns Sum of squares. */
export function sumShards(first: usize, stride: i32, shards: i32, count: i32): f64 {
  const step = (<usize>stride) << 2;
  let squares: f64 = 0;
  for (let i = 0; i < count; i++) {
    let sum = load<f32>(first);
    let other = first + step;
    for (let shard = 1; shard < shards; shard++) {
      sum += load<f32>(other);
      store<f32>(other, 0);
      other += step;
    }
    store<f32>(first, sum);
    squares += <f64>sum * <f64>sum;
    first += 4;
  }
  return squares;
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
  for (let i = 0; i < count; i++) {
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
