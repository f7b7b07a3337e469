import { randomUUID } from "node:crypto";
import { ClusterAway } from "../away.ts";
import type { Clock } from "../clock.ts";
import type { NodeId } from "../key.ts";
import type { Log } from "../log.ts";
import { bucketOf, bucketPrefix, entryOfTarget, nodesPrefix } from "../redis/layout.ts";
import type { Membership } from "../redis/membership.ts";
import { type Script, script } from "../redis/script.ts";
import type { Store } from "../redis/store.ts";
import type { Answer, Broker, EventMessage, Receiver, TerminateMessage, Topic } from "./broker.ts";

/** For how long a node that was cut off can learn whose connections were ended; milliseconds. */
const recordedFor = 3_600_000;

/** How much longer than it knows a node may have been deaf; milliseconds. */
const slack = 2000;

/** What a broker on a store needs. */
interface Needs {
  readonly store: Store;
  readonly membership: Membership;
  readonly clock: Clock;
  readonly log: Log;
  /** The name of the cluster. */
  readonly cluster: string;
}

/** What a node asks of the others. */
interface Question {
  readonly id: string;
  readonly from: NodeId;
  /** Those that are to answer. */
  readonly of: readonly NodeId[];
  readonly message: TerminateMessage;
}

/** An answer on its way. */
interface Reply extends Answer {
  readonly id: string;
}

/** Answers that are waited for. */
interface Awaited {
  readonly answers: Answer[];
  readonly count: number;
  readonly done: () => void;
}

/**
 * The broker of nodes that share a store: a topic for each channel and user, which only those nodes listen to that have somebody to tell.
 * What the store cannot take now is refused now; nothing is kept for later.
 */
export class RedisBroker implements Broker {
  readonly node: NodeId;
  readonly #needs: Needs;
  readonly #awaited = new Map<string, Awaited>();
  /** Whose connections were ended, and when this node heard of it: only of the last while. */
  readonly #ended = new Map<string, number>();
  #receiver: Receiver | undefined;

  constructor(needs: Needs) {
    this.#needs = needs;
    this.node = needs.membership.node;
  }

  async start(receiver: Receiver): Promise<void> {
    this.#receiver = receiver;
    this.#needs.membership.onReturn((away) => void this.#comeBack(away));
    this.#needs.store.onResumed((away) => void this.#comeBack(away));
    await this.#listen();
  }

  async follow({ app, to }: Topic): Promise<void> {
    await this.#needs.store.subscribe(this.#topicOf(app, to), (message) => this.#hear(app, to, message));
  }

  unfollow({ app, to }: Topic): Promise<void> {
    return this.#needs.store.unsubscribe(this.#topicOf(app, to));
  }

  async publish({ app, to, frame, except = "", keptSeconds = 0 }: EventMessage): Promise<void> {
    this.#requireStore();
    await this.#needs.store.publish(this.#topicOf(app, to), `${this.node} ${keptSeconds} ${except}\n${frame}`);
  }

  async record({ app, userId }: TerminateMessage): Promise<void> {
    const { store, cluster } = this.#needs;
    this.#note(app, userId);
    await store.run(recordScript, `${nodesPrefix(cluster)}ended`, [`${app} ${userId}`, recordedFor]);
  }

  async ask(nodes: readonly NodeId[], message: TerminateMessage, ms: number): Promise<Answer[]> {
    this.#requireStore();
    const question: Question = { id: randomUUID(), from: this.node, of: nodes, message };
    const answered = new Promise<Answer[]>((resolve) => {
      const answers: Answer[] = [];
      const finish = (): void => {
        this.#awaited.delete(question.id);
        cancel();
        resolve(answers);
      };
      const cancel = this.#needs.clock.after(ms, finish);
      this.#awaited.set(question.id, { answers, count: nodes.length, done: finish });
      if (nodes.length === 0) finish();
    });
    try {
      await this.#needs.store.publish(this.#topicOfAll, JSON.stringify(question));
    } catch (error) {
      this.#awaited.get(question.id)?.done();
      throw error;
    }
    return answered;
  }

  async close(): Promise<void> {
    for (const { done } of this.#awaited.values()) done();
    this.#receiver = undefined;
  }

  /** Where every node listens, and where this one gets its answers. What fails is tried again when the store is there. */
  async #listen(): Promise<void> {
    const { store } = this.#needs;
    const both = [
      store.subscribe(this.#topicOfAll, (message) => void this.#answer(JSON.parse(message) as Question)),
      store.subscribe(this.#topicOfAnswers(this.node), (message) => this.#collect(JSON.parse(message) as Reply)),
    ];
    await Promise.allSettled(both);
  }

  /** Learns what was said while this node could not hear. What fails is tried again when the store is there. */
  async #comeBack(away: number): Promise<void> {
    const { store, cluster, log } = this.#needs;
    await this.#listen();
    if (away > recordedFor) this.#receiver?.outdated();
    const rows = await store
      .run(missedScript, `${nodesPrefix(cluster)}ended`, [away + slack])
      .catch((error: unknown) => {
        if (!(error instanceof ClusterAway))
          log.error({ err: error }, "it cannot be learnt whose connections were ended");
        return [];
      });
    for (const [user, ago] of rows as [string, number][]) {
      if ((this.#ended.get(user) ?? 0) > this.#needs.clock.now() - ago - slack) continue; // it was heard
      const [app = "", ...userId] = user.split(" ");
      void this.#receiver?.terminate({ kind: "terminate", app, userId: userId.join(" "), ago });
    }
  }

  #hear(app: string, to: Topic["to"], message: string): void {
    const end = message.indexOf("\n");
    const [sender, kept, except] = message.slice(0, end).split(" ");
    if (sender === this.node) return;
    const frame = message.slice(end + 1);
    this.#receiver?.event({
      kind: "event",
      app,
      to,
      frame,
      except: except || undefined,
      keptSeconds: Number(kept) || undefined,
    });
  }

  #note(app: string, userId: string): void {
    const now = this.#needs.clock.now();
    this.#ended.delete(`${app} ${userId}`);
    this.#ended.set(`${app} ${userId}`, now);
    for (const [user, at] of this.#ended) {
      if (at > now - recordedFor) break;
      this.#ended.delete(user);
    }
  }

  async #answer({ id, from, of, message }: Question): Promise<void> {
    if (from === this.node) return;
    this.#note(message.app, message.userId);
    const connections = (await this.#receiver?.terminate(message)) ?? 0;
    if (!of.includes(this.node)) return;
    const reply: Reply = { id, node: this.node, connections };
    await this.#needs.store.publish(this.#topicOfAnswers(from), JSON.stringify(reply)).catch(() => {}); // then it has no answer
  }

  #collect({ id, node, connections }: Reply): void {
    const awaited = this.#awaited.get(id);
    if (!awaited) return;
    awaited.answers.push({ node, connections });
    if (awaited.answers.length === awaited.count) awaited.done();
  }

  #requireStore(): void {
    const { standing } = this.#needs.membership;
    if (standing !== "joined") throw new ClusterAway(`this node is ${standing}`);
  }

  #topicOf(app: string, to: Topic["to"]): string {
    const entry = entryOfTarget(to);
    return `${bucketPrefix(this.#needs.cluster, app, bucketOf(entry))}e:${entry}`;
  }

  get #topicOfAll(): string {
    return `${nodesPrefix(this.#needs.cluster)}all`;
  }

  #topicOfAnswers(node: NodeId): string {
    return `${nodesPrefix(this.#needs.cluster)}answers:${node}`;
  }
}

/** Users whose connections were ended, by the time when. ARGV: app and user, for how long. */
const recordScript: Script = script(`
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 0`);

/** Those of the last while, and how long ago it was. ARGV: how far back; milliseconds. */
const missedScript: Script = script(`
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local ended, users = redis.call('ZRANGEBYSCORE', KEYS[1], now - ARGV[1], '+inf', 'WITHSCORES'), {}
for at = 1, #ended, 2 do users[#users + 1] = {ended[at], now - tonumber(ended[at + 1])} end
return users`);
