import type { DatabaseSync } from "node:sqlite";

/** What a collection holds: JSON with an id, and the job, or for parts the upload, that it belongs to where there is one. */
export interface Item {
  readonly id: string;
}

export interface PageQuery<T> {
  readonly limit: number;
  /** Id of the last item seen; the page starts behind it. */
  readonly after?: string | undefined;
  /** Default `desc`: newest first. */
  readonly order?: "asc" | "desc";
  readonly job?: string;
  readonly keep?: (item: T) => boolean;
}

export interface Page<T> {
  readonly data: readonly T[];
  readonly hasMore: boolean;
}

/** A table of JSON documents in the order of their making. */
export interface Collection<T extends Item> {
  /** @returns False, and changes nothing, if the id is taken: that is how a resumed job repeats itself without a trace. */
  insert(item: T, job?: string): boolean;
  get(id: string): T | undefined;
  update(item: T): void;
  remove(id: string): boolean;
  /** @returns Undefined if `after` names nothing. */
  page(query: PageQuery<T>): Page<T> | undefined;
  /** All items, oldest first. */
  all(job?: string): readonly T[];
}

export function openCollection<T extends Item>(database: DatabaseSync, table: string): Collection<T> {
  database.exec(`
    CREATE TABLE IF NOT EXISTS ${table} (
      seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, job TEXT, body TEXT NOT NULL) STRICT;
    CREATE INDEX IF NOT EXISTS ${table}_by_job ON ${table} (job, seq);`);
  const insert = database.prepare(`INSERT OR IGNORE INTO ${table} (id, job, body) VALUES (?, ?, ?)`);
  const one = database.prepare(`SELECT seq, body FROM ${table} WHERE id = ?`);
  const update = database.prepare(`UPDATE ${table} SET body = ? WHERE id = ?`);
  const remove = database.prepare(`DELETE FROM ${table} WHERE id = ?`);
  const ofJob = "(:job IS NULL OR job = :job)";
  const behind = {
    asc: database.prepare(`SELECT body FROM ${table} WHERE seq > :seq AND ${ofJob} ORDER BY seq`),
    desc: database.prepare(`SELECT body FROM ${table} WHERE seq < :seq AND ${ofJob} ORDER BY seq DESC`),
  };
  // The table holds what `insert` and `update` wrote, so its documents have the type of the collection.
  const parse = (row: unknown): T => JSON.parse((row as { readonly body: string }).body) as T;

  const start = (order: "asc" | "desc", after: string | undefined): number | undefined => {
    if (after === undefined) return order === "asc" ? 0 : Number.MAX_SAFE_INTEGER;
    return (one.get(after) as { readonly seq: number } | undefined)?.seq;
  };

  return {
    insert: (item, job) => insert.run(item.id, job ?? null, JSON.stringify(item)).changes === 1,
    get: (id) => {
      const row = one.get(id);
      return row === undefined ? undefined : parse(row);
    },
    update: (item) => void update.run(JSON.stringify(item), item.id),
    remove: (id) => remove.run(id).changes === 1,
    page: ({ limit, after, order = "desc", job, keep = () => true }) => {
      const seq = start(order, after);
      if (seq === undefined) return undefined;
      const data: T[] = [];
      for (const row of behind[order].iterate({ seq, job: job ?? null })) {
        const item = parse(row);
        if (!keep(item)) continue;
        if (data.length === limit) return { data, hasMore: true };
        data.push(item);
      }
      return { data, hasMore: false };
    },
    all: (job) => behind.asc.all({ seq: 0, job: job ?? null }).map(parse),
  };
}
