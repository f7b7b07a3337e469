import type { App } from "./apps/app.ts";
import type { Core } from "./core.ts";
import { settle } from "./edges.ts";

/** How long the other nodes have to answer, in milliseconds. */
const answerWithin = 2000;

type Needs = Pick<Core, "hub" | "broker" | "roster" | "claims" | "counts" | "log">;

/** What came of ending a user's connections. */
export interface Terminated {
  /** Connections that were closed. */
  readonly connections: number;
  /** Nodes on which they were. */
  readonly nodes: number;
  /** Whether every node that holds the user has answered. */
  readonly complete: boolean;
}

/**
 * THE path of ending a user's connections: those who signed in as the user, on every node, and nobody else.
 *
 * @see docs/protocol.md, 4.4
 */
export async function terminate(core: Needs, app: App, userId: string): Promise<Terminated> {
  const ended = terminateHere(core, app, userId); // before anything is awaited: who is slow to sign in comes too late
  const elsewhere = await terminateElsewhere(core, app, userId);
  const here = await ended;
  return {
    connections: here + elsewhere.connections,
    nodes: elsewhere.nodes + (here > 0 ? 1 : 0),
    complete: elsewhere.complete,
  };
}

/** Asks the nodes that hold the user; and tells all, since on any of them may be a socket for which a sign-in was signed before. */
async function terminateElsewhere({ broker, roster, log }: Needs, app: App, userId: string): Promise<Terminated> {
  try {
    await broker.record({ kind: "terminate", app: app.id, userId });
    const holders = await roster.holders({ kind: "user", app: app.id, userId });
    const others = holders.filter((node) => node !== broker.node);
    const answers = await broker.ask(others, { kind: "terminate", app: app.id, userId }, answerWithin);
    const connections = answers.reduce((sum, answer) => sum + answer.connections, 0);
    return { connections, nodes: answers.length, complete: answers.length === others.length };
  } catch (error) {
    log.warn({ err: error, app: app.id }, "a user's connections could be ended on this node alone");
    return { connections: 0, nodes: 0, complete: false };
  }
}

/**
 * Ends the user's connections on this node. A socket that is open now cannot sign in as the user any more, whatever was signed for
 * it before; the next one can.
 *
 * @param when the time for which it holds, if that is not now; milliseconds
 * @returns how many there were
 */
export async function terminateHere(
  core: Pick<Core, "hub" | "roster" | "claims" | "counts">,
  app: App,
  userId: string,
  when?: number,
): Promise<number> {
  const connections = core.hub.endUser(app, userId, when);
  const edges = connections.flatMap((connection) => {
    const left = core.hub.remove(connection);
    connection.end("unauthorized", "The app has ended the connections of this user");
    return left;
  });
  await settle(core, edges);
  return connections.length;
}
