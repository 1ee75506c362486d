import type { AssertionDefinition } from "./assertion.ts";
import { contains } from "./contains.ts";
import { containsAll } from "./contains-all.ts";
import { containsAny } from "./contains-any.ts";
import { containsJson } from "./contains-json.ts";
import { equals } from "./equals.ts";
import { equalsJson } from "./equals-json.ts";
import { icontains } from "./icontains.ts";
import { icontainsAll } from "./icontains-all.ts";
import { icontainsAny } from "./icontains-any.ts";
import { isJson } from "./is-json.ts";
import { levenshtein } from "./levenshtein.ts";
import { regex } from "./regex.ts";
import { rougeN } from "./rouge-n.ts";
import { startsWith } from "./starts-with.ts";
import { wordCount } from "./word-count.ts";

/** By type. A new one is a file in this folder and a line here; then `npm run generate`. */
export const assertions = {
  equals,
  contains,
  icontains,
  "contains-any": containsAny,
  "contains-all": containsAll,
  "icontains-any": icontainsAny,
  "icontains-all": icontainsAll,
  "starts-with": startsWith,
  regex,
  "is-json": isJson,
  "contains-json": containsJson,
  "equals-json": equalsJson,
  "word-count": wordCount,
  levenshtein,
  "rouge-n": rougeN,
} as const;

export const assertionsByType: Readonly<Record<string, AssertionDefinition>> = assertions;
