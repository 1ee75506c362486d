import { invalid } from "./api-error.ts";
import { integer } from "./checks.ts";
import type { Collection, Item, Page, PageQuery } from "./collection.ts";

/** Largest page of any list. */
const largestPage = 10_000;

/**
 * One page of a collection, as `limit`, `after` and `order` of the query ask.
 * @param rest What else chooses the items; `limit` is the list's default.
 * @throws ApiError 400 for a limit, cursor or order that can't be.
 */
export function readPage<T extends Item>(
  collection: Collection<T>,
  query: URLSearchParams,
  rest: PageQuery<T>,
): Page<T> {
  const limit = query.get("limit");
  const after = query.get("after") ?? undefined;
  const order = query.get("order") ?? rest.order ?? "desc";
  if (order !== "asc" && order !== "desc") {
    throw invalid(`Invalid value: '${order}'. Supported values are: 'asc' and 'desc'.`, "order", "invalid_value");
  }
  const page = collection.page({
    ...rest,
    order,
    after,
    limit: limit === null ? rest.limit : integer(toNumber(limit), "limit", { minimum: 1, maximum: largestPage }),
  });
  if (page === undefined) throw invalid(`Invalid 'after': there is no '${after}' in this list.`, "after");
  return page;
}

/** A query's text as the number that it spells, else as it is, for the check to refuse. */
const toNumber = (text: string): number | string => (/^-?\d+$/.test(text) ? Number(text) : text);
