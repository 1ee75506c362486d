import { serveParent } from "../core/peer.ts";
import { countTokens } from "./token-thread.ts";

/** The program of a thread that counts tokens. */
serveParent(countTokens);
