import type { Turns } from "../config/pipeline.gen.ts";
import type { ChatMessage, ChatRole } from "../core/chat.ts";
import { FtpipeError } from "../core/errors.ts";
import type { Location } from "../core/location.ts";
import { quote } from "../core/quote.ts";
import { didYouMean } from "../core/suggest.ts";
import { isEmptyCell, scalarText } from "./template-values.ts";

type Values = Readonly<Record<string, unknown>>;

const roles: Readonly<Record<ChatRole, ChatRole>> = { system: "system", user: "user", assistant: "assistant" };

/**
 * The messages of a list, one for each item.
 * @param location Where the setting stands.
 * @returns Of a row, its messages. It throws FtpipeError TEMPLATE_EMPTY_CELL, or TEMPLATE_INVALID for what is no list of turns.
 */
export function turnsReader(settings: Turns, location: Location): (values: Values) => readonly ChatMessage[] {
  const { column, role: roleField, content: contentField, map, learn, end } = settings;
  const known: Readonly<Record<string, ChatRole>> = { ...roles, ...map };
  const fault = (message: string, hint: string): FtpipeError =>
    new FtpipeError("TEMPLATE_INVALID", message, { hint, location });

  const fieldOf = (item: unknown, field: string, place: string): string => {
    if (item === null || typeof item !== "object" || Array.isArray(item)) {
      throw fault(
        `${place} is no object.`,
        `Each item of "${column}" has a field for the speaker and one for the text.`,
      );
    }
    const value = (item as Values)[field];
    if (!Object.hasOwn(item, field)) {
      throw fault(`${place} has no field "${field}".`, didYouMean(field, Object.keys(item), "Fields"));
    }
    if (isEmptyCell(value)) {
      throw new FtpipeError("TEMPLATE_EMPTY_CELL", `"${field}" of ${place} is empty.`, {
        hint: "Fill it, or leave such rows out with source.where.",
        location,
      });
    }
    const text = scalarText(value);
    if (text === undefined) throw fault(`"${field}" of ${place} has no text.`, "It is a list or an object.");
    return text;
  };
  const messageOf = (item: unknown, index: number): ChatMessage => {
    const place = `turn ${index + 1} of "${column}"`;
    const word = fieldOf(item, roleField, place);
    const role = Object.hasOwn(known, word) ? known[word] : undefined;
    if (role === undefined) {
      const hint = `Say what it means in map. ${didYouMean(word, Object.keys(known), "Known")}`;
      throw fault(`The speaker of ${place} is ${quote(word)}.`, hint);
    }
    return { role, content: fieldOf(item, contentField, place) };
  };
  return (values) => {
    const list = values[column];
    if (!Array.isArray(list)) {
      const hint = "Rows with one turn each are gathered by source.group; in JSON Lines a column may hold a list.";
      throw fault(`"${column}" is no list of turns.`, hint);
    }
    const all = list.map(messageOf);
    const last = all.findLastIndex(({ role }) => role === "assistant");
    const kept = end === "at_assistant" ? all.slice(0, last + 1) : all;
    if (learn === "all") return kept;
    return kept.map((message, index) =>
      message.role === "assistant" && index < last ? { ...message, weight: 0 as const } : message,
    );
  };
}
