import { createRequire } from "node:module";
import process from "node:process";

type Sqlite = typeof import("node:sqlite");

/**
 * Node's own SQLite. Node 22 calls it experimental and says so on stderr at every start; that one warning is
 * kept from users, who can do nothing about it. Its interface is the same in Node 24.
 */
export function loadSqlite(): Sqlite {
  const { emitWarning } = process;
  process.emitWarning = ((warning: string | Error, ...rest: never[]) => {
    if (/SQLite is an experimental feature/.test(String(warning))) return;
    emitWarning.call(process, warning, ...rest);
  }) as typeof process.emitWarning;
  try {
    return createRequire(import.meta.url)("node:sqlite") as Sqlite;
  } finally {
    process.emitWarning = emitWarning;
  }
}
