/**
 * Bundles `run-stages.ts` as the program is shipped, in a process of its own: what a process holds when it starts
 * another counts as the other's peak.
 *
 *   node bench/build/bundle.ts FOLDER
 */
import { bundle } from "../../scripts/bundle.ts";

const [folder = ""] = process.argv.slice(2);
await bundle(folder, { "run-stages": "bench/build/run-stages.ts" });
