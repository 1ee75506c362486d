import { nodePorts } from "../core/node-ports.ts";
import { serveParent } from "../core/peer.ts";
import { createAnswering } from "./answering.ts";

/** The program of the thread that answers chats. */
serveParent(createAnswering(nodePorts({}).files));
