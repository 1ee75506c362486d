/**
 * The flat options of an extension, declared once as a JSON Schema literal; `OptionsOf` derives the
 * TypeScript type. Keys under `required`, or with a `default`, are there; the others may be undefined.
 */
export interface OptionsSchema {
  readonly type: "object";
  readonly properties: Readonly<Record<string, PropertySchema>>;
  readonly required?: readonly string[];
}

export interface PropertySchema {
  readonly type?: "string" | "number" | "integer" | "boolean" | "array" | "object" | readonly string[];
  readonly description: string;
  readonly default?: unknown;
  readonly enum?: readonly (string | number)[];
  readonly items?: {
    readonly type?: string | readonly string[];
    readonly enum?: readonly string[];
    readonly [keyword: string]: unknown;
  };
  readonly [keyword: string]: unknown;
}

type ValueOf<S> = S extends { enum: readonly (infer E)[] }
  ? E
  : S extends { type: "string" }
    ? string
    : S extends { type: "number" | "integer" }
      ? number
      : S extends { type: "boolean" }
        ? boolean
        : S extends { type: "array"; items: { type: "string" } }
          ? readonly string[]
          : unknown;

type PresentKey<S extends OptionsSchema> = {
  [K in keyof S["properties"]]: S["properties"][K] extends { default: unknown }
    ? K
    : S extends { required: readonly (infer R)[] }
      ? K extends R
        ? K
        : never
      : never;
}[keyof S["properties"]];

/** The type of options that meet the schema after its defaults are filled in. */
export type OptionsOf<S extends OptionsSchema> = {
  readonly [K in PresentKey<S>]: ValueOf<S["properties"][K]>;
} & {
  readonly [K in Exclude<keyof S["properties"], PresentKey<S>>]?: ValueOf<S["properties"][K]> | undefined;
};
