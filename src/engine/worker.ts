import { serveParent } from "../core/peer.ts";
import { runTasks } from "./task-program.ts";

/** The program of a training thread. */
serveParent(runTasks);
