import { fileURLToPath } from "node:url";

/** The path of a bundled file; the same from `src/` and from `dist/`. @param name Relative to the package's root, such as `assets/prices.json`. */
export function packageFile(name: string): string {
  return fileURLToPath(new URL(`../../${name}`, import.meta.url));
}
