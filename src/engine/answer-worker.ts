import { nodePorts } from "../core/node-ports.ts";
import { createAnswering } from "./answering.ts";
import { serveParent } from "./peer.ts";

/** The program of the thread that answers chats. */
serveParent(createAnswering(nodePorts({}).files));
