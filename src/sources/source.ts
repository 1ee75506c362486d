import type { Problem } from "../core/errors.ts";
import type { Location } from "../core/location.ts";
import type { OptionsOf, OptionsSchema } from "../core/options-schema.ts";
import type { FileSystem } from "../core/ports.ts";

/** One record of the source. */
export interface Row {
  /** Columns by name; nothing is inherited. CSV cells are strings; JSON values are what they are. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Where the record begins. */
  readonly location: Location;
}

export interface SourceContext {
  /** Absolute path, already known to lie inside the root. */
  readonly path: string;
  /** The path as messages show it. */
  readonly displayPath: string;
  readonly files: FileSystem;
  /** Takes what is odd but can be read. */
  readonly warn?: (problem: Problem) => void;
}

/** A kind of source: one file in this folder and one line in `index.ts`. */
export interface SourceDefinition<Options extends OptionsSchema = OptionsSchema> {
  readonly type: string;
  /** One line for editors and docs. */
  readonly summary: string;
  /** Options beside `type` and the keys that all sources have (`path`, `key`, `schema`). */
  readonly options: Options;
  /** `rows` go through the templates; `examples` are ready-made training lines. */
  readonly yields: "rows" | "examples";
  /** Whether all cells are texts, so that a row schema's check reads them as its types. */
  readonly textCells?: boolean;
  /**
   * Reads the file from its beginning, some rows at a time, in its order.
   * @throws FtpipeError with every problem of the file: SOURCE_EMPTY, SOURCE_ENCODING, SOURCE_INVALID, ROW_RAGGED.
   */
  read(options: OptionsOf<Options>, context: SourceContext): AsyncGenerator<readonly Row[], void, undefined>;
}

export function defineSource<const Options extends OptionsSchema>(
  definition: SourceDefinition<Options>,
): SourceDefinition<Options> {
  return definition;
}
