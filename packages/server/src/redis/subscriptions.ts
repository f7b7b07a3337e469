import type { Clock } from "../clock.ts";
import { Gatherer } from "./gatherer.ts";

/** What the topics are heard by. */
interface Line {
  /** Of one bucket each time. */
  subscribe(topics: readonly string[]): Promise<unknown>;
  unsubscribe(topics: readonly string[]): Promise<unknown>;
  /** Whether the line itself subscribes again to what it had, when it comes back. */
  readonly keepsTopics: boolean;
}

interface Subscription {
  listener: (message: string) => void;
  readonly made: Promise<void>;
}

interface Wanted {
  readonly topic: string;
  resolve(): void;
  reject(error: unknown): void;
}

/** As many topics go in one command. */
const atOnce = 500;

/** The topics that this node listens to. Those that are wanted at about the same time are asked for together, bucket by bucket. */
export class Subscriptions {
  readonly #line: Line;
  readonly #topics = new Map<string, Subscription>();
  readonly #resumed: ((away: number) => void)[] = [];
  readonly #clock: Clock;
  /** When it was last known that everything is heard. */
  #heardAt: number;
  #wanted: Wanted[] = [];
  #unwanted: string[] = [];
  readonly #gatherer: Gatherer;
  #wasThere = false;

  constructor(line: Line, clock: Clock) {
    this.#line = line;
    this.#clock = clock;
    this.#heardAt = clock.now();
    this.#gatherer = new Gatherer(clock, () => this.#flush());
  }

  /** A topic that is listened to already is from now on heard by this listener. @throws whatever the line says when it cannot subscribe */
  add(topic: string, listener: (message: string) => void): Promise<void> {
    const known = this.#topics.get(topic);
    if (known) {
      known.listener = listener;
      return known.made;
    }
    const made = new Promise<void>((resolve, reject) => {
      this.#wanted.push({ topic, resolve, reject });
      this.#gatherer.begin();
    });
    const subscription = { listener, made };
    this.#topics.set(topic, subscription);
    made.catch(() => {
      if (this.#topics.get(topic) === subscription) this.#topics.delete(topic);
    });
    return made;
  }

  async remove(topic: string): Promise<void> {
    if (!this.#topics.delete(topic)) return;
    this.#unwanted.push(topic);
    this.#gatherer.begin();
  }

  hear(topic: string, message: string): void {
    this.#topics.get(topic)?.listener(message);
  }

  /** Everything that was said until now has been heard. */
  confirm(): void {
    this.#heardAt = this.#clock.now();
  }

  onResumed(listener: (away: number) => void): void {
    this.#resumed.push(listener);
  }

  /** The line is there, for the first time or again. */
  async resume(): Promise<void> {
    if (this.#wasThere) {
      if (!this.#line.keepsTopics) await this.#again();
      const away = this.#clock.now() - this.#heardAt;
      for (const listener of this.#resumed) listener(away);
    }
    this.#wasThere = true;
  }

  close(): void {
    this.#topics.clear();
    this.#resumed.length = 0;
  }

  async #again(): Promise<void> {
    const topics = [...this.#topics.keys()];
    await Promise.all(byBucket(topics, (topic) => topic).map((some) => this.#line.subscribe(some))).catch(() => {
      // the line is gone again, and will come back
    });
  }

  /** What is not wanted any more goes first: it may be wanted again. */
  async #flush(): Promise<number> {
    const wanted = this.#wanted;
    const unwanted = this.#unwanted.filter((topic) => !this.#topics.has(topic));
    this.#wanted = [];
    this.#unwanted = [];
    const leaving = byBucket(unwanted, (topic) => topic).map((some) => this.#line.unsubscribe(some).catch(() => {}));
    const coming = byBucket(wanted, ({ topic }) => topic).map((some) => this.#subscribe(some));
    await Promise.all([...leaving, ...coming]);
    return wanted.length + unwanted.length;
  }

  async #subscribe(wanted: readonly Wanted[]): Promise<void> {
    try {
      await this.#line.subscribe(wanted.map(({ topic }) => topic));
      for (const { resolve } of wanted) resolve();
    } catch (error) {
      for (const { reject } of wanted) reject(error);
    }
  }
}

/** Those of one bucket together, so many at a time. */
function byBucket<T>(all: readonly T[], topicOf: (one: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const topic = topicOf(one);
    const bucket = topic.slice(0, topic.indexOf("}"));
    const group = groups.get(bucket);
    if (group) group.push(one);
    else groups.set(bucket, [one]);
  }
  return [...groups.values()].flatMap((group) =>
    Array.from({ length: Math.ceil(group.length / atOnce) }, (_, at) => group.slice(at * atOnce, (at + 1) * atOnce)),
  );
}
