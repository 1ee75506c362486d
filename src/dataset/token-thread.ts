import { moduleBeside, type Peer, type PeerProgram, startHere, startPeer } from "../core/peer.ts";
import { contentOf, type TrainingLine } from "./example.ts";
import { addTokens, noTokens, type TokenTally } from "./token-tally.ts";
import { type EncodingName, exampleTokenCounter, loadTokenCounter } from "./tokens.ts";

/** Whole lines of a file of examples, or texts. */
type Question = { readonly encoding: EncodingName } & (
  | { readonly lines: Uint8Array }
  | { readonly texts: readonly string[] }
);

type Counted = { readonly tally: TokenTally } | { readonly counts: readonly number[] };

type Answer = Counted | { readonly fault: string };

/** A thread that counts, or this one. */
export interface TokenThread {
  ask(question: Question): Promise<Counted>;
  /** Questions that it has not answered yet. */
  readonly open: () => number;
  end(): Promise<void>;
}

/** @param elsewhere Whether to start a thread. */
export function startTokenThread(elsewhere: boolean): TokenThread {
  const open: PromiseWithResolvers<Counted>[] = [];
  let ended = false;
  const fail = (error: Error): void => {
    if (!ended) for (const question of open.splice(0)) question.reject(error);
  };
  const events = {
    onReply: (answer: Answer) =>
      "fault" in answer ? open.shift()?.reject(new Error(answer.fault)) : open.shift()?.resolve(answer),
    onError: (cause: Error) => fail(new Error(`A thread that counts tokens failed: ${cause.message}`, { cause })),
    onExit: (code: number) => fail(new Error(`A thread that counts tokens ended (exit code ${code}).`)),
  };
  const peer: Peer<Question> = elsewhere
    ? startPeer({ module: moduleBeside("token-worker", import.meta.url), program: countTokens }, events)
    : startHere(countTokens, events);
  return {
    open: () => open.length,
    ask(question) {
      const answer = Promise.withResolvers<Counted>();
      open.push(answer);
      peer.ref();
      peer.post(question);
      return answer.promise.finally(() => {
        if (open.length === 0) peer.unref();
      });
    },
    end() {
      ended = true;
      return peer.end();
    },
  };
}

/** The program of a thread that counts. It answers in the order of the questions. */
export const countTokens: PeerProgram<Question, Answer> = (post) => (question) => {
  answerTo(question).then(post, (error: unknown) =>
    post({ fault: error instanceof Error ? error.message : String(error) }),
  );
};

async function answerTo(question: Question): Promise<Answer> {
  if ("lines" in question) return { tally: await tallyOf(question) };
  const countText = await loadTokenCounter(question.encoding);
  return { counts: question.texts.map(countText) };
}

export async function tallyOf({
  encoding,
  lines,
}: Extract<Question, { readonly lines: Uint8Array }>): Promise<TokenTally> {
  const countExample = exampleTokenCounter(await loadTokenCounter(encoding));
  const sum = { ...noTokens };
  for (const line of new TextDecoder().decode(lines).split("\n")) {
    if (line === "") continue;
    addTokens(sum, countExample(contentOf(JSON.parse(line) as TrainingLine)));
  }
  return sum;
}
