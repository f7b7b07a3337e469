import type { Link } from "../ipc/link.ts";
import type { NodeId } from "../key.ts";
import type { Answer, Broker, EventMessage, Receiver, TerminateMessage, Topic } from "./broker.ts";

/** The broker of a worker: its parent passes on what the workers say to each other. */
export class IpcBroker implements Broker {
  readonly node: NodeId;
  readonly #link: Link;

  constructor(node: NodeId, link: Link) {
    this.node = node;
    this.#link = link;
  }

  async start(receiver: Receiver): Promise<void> {
    this.#link.on("event", (message) => receiver.event(message));
    this.#link.on("terminate", async (question, message) => {
      this.#link.say("answer", question, await receiver.terminate(message));
    });
  }

  async follow(topic: Topic): Promise<void> {
    await this.#link.ask("listen", nameOf(topic));
  }

  async unfollow(topic: Topic): Promise<void> {
    await this.#link.ask("unlisten", nameOf(topic));
  }

  async publish(message: EventMessage): Promise<void> {
    await this.#link.ask("publish", nameOf(message), message);
  }

  async record(): Promise<void> {} // no worker is ever cut off from its parent

  ask(nodes: readonly NodeId[], message: TerminateMessage, ms: number): Promise<Answer[]> {
    return this.#link.ask("terminate", nodes, message, ms);
  }

  async close(): Promise<void> {}
}

function nameOf({ app, to }: Topic): string {
  return "user" in to ? `${app} user ${to.user}` : `${app} channel ${to.channel}`;
}
