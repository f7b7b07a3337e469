import type { EventMessage, TerminateMessage } from "../broker/broker.ts";
import { MemoryCache } from "../cache/memory.ts";
import type { Cancel, Clock } from "../clock.ts";
import type { Key, NodeId } from "../key.ts";
import { Ledger } from "../roster/ledger.ts";
import type { Change } from "../roster/roster.ts";
import type { WebhookEvent } from "../webhooks/event.ts";
import type { Line, MemberList, Orders, Questions, Remarks } from "./line.ts";
import type { Heard, Said } from "./link.ts";

type Asked = {
  [Act in keyof Questions]: (node: NodeId, ...args: Parameters<Questions[Act]>) => ReturnType<Questions[Act]>;
};
type Remarked = { [Act in keyof Remarks]: (node: NodeId, ...args: Parameters<Remarks[Act]>) => void };

/** An answer that is waited for. */
interface Awaited {
  readonly of: Set<NodeId>;
  readonly answers: { node: NodeId; connections: number }[];
  finish(): void;
}

/** What a host needs. */
interface Needs {
  readonly clock: Clock;
  /** A worker has something to tell an app's backend. */
  webhook(app: string, event: WebhookEvent): void;
}

/**
 * What the workers of one parent share, kept by the parent: the roster, the cache, and who listens to what. Everything is done in the
 * turn in which it is asked for, so what a worker hears is in the order in which it happened.
 */
export class Host {
  readonly #clock: Clock;
  readonly #ledger = new Ledger();
  readonly #cache: MemoryCache;
  readonly #workers = new Map<NodeId, Line>();
  /** Topic -> the workers that listen to it. */
  readonly #listening = new Map<string, Set<NodeId>>();
  readonly #awaited = new Map<number, Awaited>();
  #questions = 0;
  readonly #asked: Asked;
  readonly #remarked: Remarked;

  constructor({ clock, webhook }: Needs) {
    const ledger = this.#ledger;
    const cache = new MemoryCache(clock);
    this.#clock = clock;
    this.#cache = cache;
    ledger.changes((change) => this.#announce(change));
    this.#asked = {
      hold: (node, key, options) => ledger.hold(node, key, options),
      release: (node, key) => nothing(ledger.release(node, key)),
      holders: (_, key) => ledger.holders(key),
      follow: (node, key) => this.#follow(node, key),
      unfollow: (node, key) => nothing(ledger.unfollow(node, key)),
      channels: (_, app, prefix) => ledger.channels(app, prefix),
      channel: (_, app, channel) => ledger.channel(app, channel),
      count: (node, app, channel, own) => ledger.count(node, app, channel, own),
      members: (_, app, channel) => listOf(ledger.members(app, channel)),
      listen: (node, topic) => this.#listen(node, topic),
      unlisten: (node, topic) => this.#unlisten(node, topic),
      publish: (node, topic, message) => this.#publish(node, topic, message),
      terminate: (node, of, message, ms) => this.#terminate(node, of, message, ms),
      remember: (_, app, channel, frame, seconds) => nothing(cache.remember(app, channel, frame, seconds)),
      recall: (_, app, channel) => cache.last(app, channel) ?? null,
    };
    this.#remarked = {
      webhook: (_, app, event) => webhook(app, event),
      answer: (node, question, connections) => this.#collect(node, question, connections),
    };
  }

  /** @param listener is told of every change that any worker makes */
  news(listener: (change: Change) => void): void {
    this.#ledger.changes(listener);
  }

  /** Lets go what is over, until it is cancelled. */
  watch(): Cancel {
    return this.#cache.watch();
  }

  /** A worker is there. */
  connect(node: NodeId, line: Line): void {
    this.#workers.set(node, line);
    line.hear((message) => void this.#hear(node, message as Said));
  }

  /** A worker is gone: what it held is given back, and nobody waits for its answers. */
  disconnect(node: NodeId): void {
    if (!this.#workers.delete(node)) return;
    for (const topic of [...this.#listening.keys()]) this.#unlisten(node, topic);
    this.#ledger.leave(node);
    for (const awaited of [...this.#awaited.values()]) {
      awaited.of.delete(node);
      if (awaited.of.size === 0) awaited.finish();
    }
  }

  async #hear(node: NodeId, { act, args, question }: Said): Promise<void> {
    if (question === undefined) {
      (this.#remarked[act as keyof Remarked] as (...args: unknown[]) => void)(node, ...args);
      return;
    }
    const is = (this.#asked[act as keyof Asked] as (...args: unknown[]) => unknown)(node, ...args);
    this.#tell(node, { answer: question, is: is instanceof Promise ? await is : is });
  }

  #tell(node: NodeId, heard: Heard): void {
    this.#workers.get(node)?.say(heard);
  }

  #order<Act extends keyof Orders>(node: NodeId, act: Act, ...args: Parameters<Orders[Act]>): void {
    this.#tell(node, { act, args });
  }

  #announce(change: Change): void {
    for (const node of this.#ledger.followers(change.key)) this.#order(node, "change", change);
  }

  #follow(node: NodeId, key: Key): { held: boolean; members: MemberList } {
    const { held, members } = this.#ledger.follow(node, key);
    return { held, members: listOf(members) };
  }

  #listen(node: NodeId, topic: string): null {
    const listening = this.#listening.get(topic);
    if (listening) listening.add(node);
    else this.#listening.set(topic, new Set([node]));
    return null;
  }

  #unlisten(node: NodeId, topic: string): null {
    const listening = this.#listening.get(topic);
    if (listening?.delete(node) && listening.size === 0) this.#listening.delete(topic);
    return null;
  }

  #publish(from: NodeId, topic: string, message: EventMessage): null {
    for (const node of this.#listening.get(topic) ?? []) if (node !== from) this.#order(node, "event", message);
    return null;
  }

  #terminate(
    from: NodeId,
    of: readonly NodeId[],
    message: TerminateMessage,
    ms: number,
  ): Promise<{ node: NodeId; connections: number }[]> {
    const question = ++this.#questions;
    const there = of.filter((node) => this.#workers.has(node));
    const answered = new Promise<Awaited["answers"]>((resolve) => {
      const answers: Awaited["answers"] = [];
      const cancel = this.#clock.after(ms, () => awaited.finish());
      const awaited: Awaited = {
        of: new Set(there),
        answers,
        finish: () => {
          cancel();
          this.#awaited.delete(question);
          resolve(answers);
        },
      };
      this.#awaited.set(question, awaited);
      if (there.length === 0) awaited.finish();
    });
    for (const node of this.#workers.keys()) if (node !== from) this.#order(node, "terminate", question, message);
    return answered;
  }

  #collect(node: NodeId, question: number, connections: number): void {
    const awaited = this.#awaited.get(question);
    if (!awaited?.of.delete(node)) return;
    awaited.answers.push({ node, connections });
    if (awaited.of.size === 0) awaited.finish();
  }
}

function nothing(_done: unknown): null {
  return null;
}

function listOf(members: ReadonlyMap<string, string | undefined>): MemberList {
  return Array.from(members, ([userId, info]) => (info === undefined ? [userId] : [userId, info]));
}
