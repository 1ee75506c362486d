import { type Leaf, measure, type Place, type Repeat, type Rule, type Sequence } from "./rule.ts";

/** A rule under way, and what is to come after it. Equal ones are one object. */
export interface Path {
  readonly id: number;
  readonly rule: Leaf | Sequence | Repeat;
  /** A leaf's place; a sequence's next part; how many times a repetition has begun. */
  readonly place: Place;
  readonly rest: Path | End;
  /** Bytes of the shortest text from here to the end. */
  readonly least: number;
}

/** After the last byte. */
export interface End {
  readonly id: 0;
  readonly least: 0;
}

const end: End = { id: 0, least: 0 };

/** Where a text stands: all ways in which it can have been read. Equal ones are one object. */
export interface State {
  /** Each at a leaf that can take a byte. */
  readonly paths: readonly Path[];
  /** Whether the text is whole. */
  readonly whole: boolean;
  /** Bytes of the shortest text from here to the end. */
  readonly least: number;
  /** Whether a string of free text is being written. */
  readonly quotes: boolean;
  /** By byte: the state after it, null if it may not come, nothing yet if nobody has asked. Filled by `step` alone. */
  readonly next: (State | null)[];
}

export interface Machine {
  readonly start: State;
  /** @returns undefined if the byte may not come. From every state there is a way to the end. */
  step(state: State, byte: number): State | null;
  /** The bytes, U+0000 to U+00FF, of the shortest text up to the path's rest; see `Leaf.shortest`. */
  shortest(path: Path): string;
  /** How many states have been made; they are kept. */
  readonly size: number;
}

/**
 * Reads texts of a grammar byte by byte. States are made when they are first reached and kept, so that texts with
 * much in common cost little: Antimirov's partial derivatives (1996), with a stack for rules inside rules.
 * @throws Error for a rule without any text.
 */
export function createMachine(root: Rule): Machine {
  const least = measure(root);
  const leastOf = (rule: Rule): number => least.get(rule) ?? Number.POSITIVE_INFINITY;
  const ruleIds = new Map([...least.keys()].map((rule, index) => [rule, index]));
  const paths = new Map<string, Path>();
  const states = new Map<string, State>();
  const texts = new Map<Rule, string>();

  const pathLeast = (rule: Path["rule"], place: Place): number => {
    if (rule.kind === "leaf") return rule.shortestLength(place);
    if (rule.kind === "sequence")
      return rule.parts.slice(place as number).reduce((sum, part) => sum + leastOf(part), 0);
    const missing = Math.max(0, rule.minimum - (place as number));
    return missing === 0 ? 0 : missing * leastOf(rule.rule);
  };

  const pathTo = (rule: Path["rule"], place: Place, rest: Path | End): Path => {
    const key = `${ruleIds.get(rule)} ${rest.id} ${typeof place === "string" ? `"${place}` : place}`;
    const known = paths.get(key);
    if (known !== undefined) return known;
    const path: Path = { id: paths.size + 1, rule, place, rest, least: pathLeast(rule, place) + rest.least };
    paths.set(key, path);
    return path;
  };

  /** Adds the leaves at which the rule begins, and what follows it where it may be empty. */
  const enter = (rule: Rule, rest: Path | End, found: Set<Path | End>): void => {
    if (leastOf(rule) === Number.POSITIVE_INFINITY) return;
    if (rule.kind === "choice") for (const option of rule.options) enter(option, rest, found);
    else if (rule.kind === "later") enter(rule.get(), rest, found);
    else follow(pathTo(rule, rule.kind === "leaf" ? rule.start : 0, rest), found);
  };

  const follow = (path: Path | End, found: Set<Path | End>): void => {
    if (found.has(path)) return;
    found.add(path);
    if (path.id === 0) return;
    const { rule, place, rest } = path as Path;
    if (rule.kind === "leaf") {
      if (rule.status(place) !== "open") follow(rest, found);
      return;
    }
    const count = place as number;
    if (rule.kind === "sequence") {
      const part = rule.parts[count];
      if (part === undefined) follow(rest, found);
      else enter(part, count + 1 === rule.parts.length ? rest : pathTo(rule, count + 1, rest), found);
      return;
    }
    const most = rule.maximum === Number.POSITIVE_INFINITY ? rule.minimum : rule.maximum;
    if (count < rule.maximum) enter(rule.rule, pathTo(rule, Math.min(count + 1, most), rest), found);
    if (count >= rule.minimum) follow(rest, found);
  };

  const stateOf = (found: ReadonlySet<Path | End>): State | null => {
    const leaves = [...found]
      .filter((path): path is Path => path.id !== 0 && (path as Path).rule.kind === "leaf")
      .filter(({ rule, place }) => (rule as Leaf).status(place) !== "closed")
      .sort((a, b) => a.id - b.id);
    const whole = found.has(end);
    if (leaves.length === 0 && !whole) return null;
    const key = `${whole} ${leaves.map(({ id }) => id).join(" ")}`;
    const known = states.get(key);
    if (known !== undefined) return known;
    const state: State = {
      paths: leaves,
      whole,
      least: whole ? 0 : leaves.reduce((smallest, path) => Math.min(smallest, path.least), Number.POSITIVE_INFINITY),
      quotes: leaves.some(({ rule }) => (rule as Leaf).quotes === true),
      next: [],
    };
    states.set(key, state);
    return state;
  };

  const derive = (state: State, byte: number): State | null => {
    const found = new Set<Path | End>();
    for (const { rule, place, rest } of state.paths) {
      const next = (rule as Leaf).step(place, byte);
      if (next !== undefined) follow(pathTo(rule, next, rest), found);
    }
    return stateOf(found);
  };

  const textOf = (rule: Rule): string => {
    const known = texts.get(rule);
    if (known !== undefined) return known;
    const text = makeText(rule);
    texts.set(rule, text);
    return text;
  };

  const makeText = (rule: Rule): string => {
    switch (rule.kind) {
      case "leaf":
        return rule.shortest(rule.start);
      case "sequence":
        return rule.parts.map(textOf).join("");
      case "choice":
        return textOf(rule.options.find((option) => leastOf(option) === leastOf(rule)) as Rule);
      case "repeat":
        return rule.minimum === 0 ? "" : textOf(rule.rule).repeat(rule.minimum);
      case "later":
        return textOf(rule.get());
    }
  };

  const begun = new Set<Path | End>();
  enter(root, end, begun);
  const start = stateOf(begun);
  if (start === null) throw new Error("no text meets the rule");

  return {
    start,
    step(state, byte) {
      const known = state.next[byte];
      if (known !== undefined) return known;
      const next = derive(state, byte);
      state.next[byte] = next;
      return next;
    },
    shortest({ rule, place }) {
      if (rule.kind === "leaf") return rule.shortest(place);
      const done = place as number;
      if (rule.kind === "sequence") return rule.parts.slice(done).map(textOf).join("");
      return done >= rule.minimum ? "" : textOf(rule.rule).repeat(rule.minimum - done);
    },
    get size() {
      return states.size;
    },
  };
}
