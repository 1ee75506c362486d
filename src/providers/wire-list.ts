import { badAnswer } from "./wire-errors.ts";

/** A page of a list, as the wire has it. Nothing of it is sure before it is checked. */
export interface ListAnswer<T> {
  readonly data?: readonly T[];
  readonly has_more?: boolean;
}

/**
 * All items of a list, page by page.
 * @param page Asks for the page after the item with that id; for the first one without.
 * @throws FtpipeError PROVIDER_ANSWER for a page without data: taken for an empty list, it would let a job be created twice.
 */
export async function* everyItem<T extends { readonly id: string }>(
  page: (after: string | undefined) => PromiseLike<ListAnswer<T> | null | undefined>,
  host: string,
): AsyncGenerator<T> {
  let after: string | undefined;
  for (;;) {
    const answer = await page(after);
    const items = answer?.data;
    if (!Array.isArray(items) || items.some((item) => typeof item?.id !== "string")) {
      throw badAnswer(host, "a list without data");
    }
    yield* items as readonly T[];
    const last = (items as readonly T[]).at(-1)?.id;
    // A server that does not know `after` gives the same page for ever.
    if (answer?.has_more !== true || last === undefined || last === after) return;
    after = last;
  }
}
