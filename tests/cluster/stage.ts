import { Client } from "./client.ts";
import type { Ledger } from "./ledger.ts";
import type { Model } from "./model.ts";
import { memberLimit, type Nodes } from "./nodes.ts";
import type { AppServer } from "./signed.ts";

/** What all that happens in a run has in common. */
export class Stage {
  readonly nodes: Nodes;
  readonly app: AppServer;
  readonly model: Model;
  readonly ledger: Ledger;
  /** Who sits where; a place whose client was closed is empty. */
  readonly places = new Map<number, Client>();
  /** Everybody who ever came. */
  readonly everybody: Client[] = [];
  /** When nodes died or stood still. */
  readonly deaths: number[] = [];
  /** What was found wrong. */
  readonly faults: string[] = [];
  #events = 0;
  #clients = 0;

  constructor(nodes: Nodes, app: AppServer, model: Model, ledger: Ledger) {
    this.nodes = nodes;
    this.app = app;
    this.model = model;
    this.ledger = ledger;
  }

  readonly fault = (sentence: string): void => {
    this.faults.push(sentence);
  };

  /** A number that no other event of this run has. */
  eventNumber(): number {
    return ++this.#events;
  }

  port(node: number): number {
    return this.nodes.each[node]?.port ?? 0;
  }

  /** A new client, whom the model knows from the handshake on. */
  async open(place: number, node: number): Promise<Client> {
    const connection = this.model.open(node);
    const name = `client ${place} (node ${node}, the ${++this.#clients}th to come)`;
    try {
      const client = await Client.open(name, connection, this.port(node), this.app, memberLimit, this.fault);
      this.everybody.push(client);
      return client;
    } catch (error) {
      this.model.close(connection);
      throw error;
    }
  }
}
