import type { BaseName } from "../engine/engine.ts";

/** The bases that are served, known without starting the engine. */
const bases: Readonly<Record<BaseName, true>> = { "ftpipe-mini": true, "ftpipe-nano": true };

export const baseNames = Object.keys(bases) as readonly BaseName[];

export const isBase = (model: string): model is BaseName => Object.hasOwn(bases, model);
