import { createInterface } from "node:readline/promises";
import type { Session } from "../../compose.ts";
import { isReadyMade } from "../../config/ready-made.ts";
import type { ChatMessage, ToolSettings } from "../../core/chat.ts";
import { FtpipeError } from "../../core/errors.ts";
import { servedModel } from "../../stages/foreign-model.ts";
import { openPromptRenderer } from "../../stages/prompts.ts";
import { samplingOf } from "../../stages/sampling.ts";
import { parseNumber } from "../arguments.ts";
import type { CommandContext } from "../commands.ts";
import { sessionFor } from "../pipeline-command.ts";
import { printable } from "../terminal.ts";
import { tunedModel } from "./eval.ts";

export async function run(context: CommandContext): Promise<number> {
  const { arguments: given, terminal, signal } = context;
  const session = await sessionFor(context, { trains: false });
  try {
    const { world } = session;
    const model =
      given.text("model") ?? (world.target.capabilities.trains ? tunedModel(session) : servedModel(world.target));
    const temperature = parseNumber("temperature", given.text("temperature"));
    const defaults = await samplingOf({ loaded: world.loaded, files: world.ports.files });
    const sampling = { ...defaults, ...(temperature === undefined ? {} : { temperature }) };
    const { system, tools } = await trainedWith(session);
    const connection = await world.connection();
    const ask = async (messages: readonly ChatMessage[]) => {
      const sent = [...system, ...messages];
      return (await connection.complete({ model, messages: sent, sampling, ...tools }, signal)).content;
    };
    const message = given.positionals[1];
    if (message !== undefined) {
      const answer = await ask([{ role: "user", content: message }]);
      terminal.result(given.has("json") ? JSON.stringify({ model, answer }) : printable(answer));
      return 0;
    }
    if (!terminal.asks) {
      throw new FtpipeError("USAGE", "There is nobody to talk to: standard input is no terminal.", {
        hint: 'Give the message: ftpipe chat PIPELINE "…"',
      });
    }
    terminal.note(`${model}. An empty line ends the chat.\n`);
    await converse(context, ask);
    return 0;
  } finally {
    await session.close();
  }
}

/** Ctrl-C and Ctrl-D end a chat as an empty line does. */
function unlessClosed(error: unknown): string {
  if (error instanceof Error && error.name === "AbortError") return "";
  throw error;
}

async function converse(
  { terminal, signal }: CommandContext,
  ask: (messages: readonly ChatMessage[]) => Promise<string>,
): Promise<void> {
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  const messages: ChatMessage[] = [];
  try {
    for (;;) {
      const content = (await prompt.question("you  ", { signal }).catch(unlessClosed)).trim();
      if (content === "") return;
      messages.push({ role: "user", content });
      const answer = await ask(messages);
      messages.push({ role: "assistant", content: answer });
      terminal.result(`     ${printable(answer)}`);
    }
  } finally {
    prompt.close();
  }
}

/** What the model was trained to see: the data's system messages, if they are the same for every row, and its tools. */
async function trainedWith({
  world,
}: Session): Promise<{ readonly system: readonly ChatMessage[]; readonly tools: ToolSettings }> {
  if (isReadyMade(world.pipeline.source)) return { system: [], tools: {} };
  const { renderSystem, tools } = await openPromptRenderer({ loaded: world.loaded, files: world.ports.files });
  try {
    return { system: renderSystem({}), tools };
  } catch (error) {
    // They depend on the row, and there is none here.
    if (error instanceof FtpipeError) return { system: [], tools };
    throw error;
  }
}
