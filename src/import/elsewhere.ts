interface Move {
  readonly from: RegExp;
  /** Ids as on Hugging Face. */
  readonly first: string;
  readonly also: string;
}

/**
 * Where a tune of one of OpenAI's bases may be trained next, by size and use. A judgement of 2026-11, from what other
 * providers offered then; what they offer changes.
 */
const moves: readonly Move[] = [
  {
    from: /^o\d/,
    first: "Qwen/Qwen3-8B",
    also: "by reinforcement at Fireworks, or with TRL's GRPO on GPUs of your own",
  },
  { from: /^gpt-4\.1-mini/, first: "openai/gpt-oss-20b", also: "Qwen/Qwen3-14B, Qwen/Qwen3-32B" },
  {
    from: /^gpt-(4o-mini|4\.1-nano|3\.5)|^(babbage|davinci)/,
    first: "Qwen/Qwen3-8B",
    also: "meta-llama/Llama-3.1-8B-Instruct",
  },
  { from: /^gpt-4/, first: "meta-llama/Llama-3.3-70B-Instruct", also: "openai/gpt-oss-120b" },
];

const visual: Omit<Move, "from"> = { first: "Qwen/Qwen3-VL-8B-Instruct", also: "another model that sees images" };

/** A base model to go on with elsewhere. */
export function moveFrom(base: string, { images }: { readonly images: boolean }): Omit<Move, "from"> {
  if (images) return visual;
  const bare = base.replace(/^ft:/, "");
  return (
    moves.find(({ from }) => from.test(bare)) ?? { first: "Qwen/Qwen3-8B", also: "meta-llama/Llama-3.1-8B-Instruct" }
  );
}
