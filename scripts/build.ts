/** Bundles the program into `dist/`: what `npm pack` packs and `npx ftpipe` runs. */
import { fileURLToPath } from "node:url";
import { bundle } from "./bundle.ts";

await bundle(fileURLToPath(new URL("../dist", import.meta.url)));
