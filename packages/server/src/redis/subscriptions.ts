import { atEndOfTurn } from "../clock.ts";

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

/** The topics that this node listens to. Those that are wanted in one turn of the event loop are asked for together, bucket by bucket. */
export class Subscriptions {
  readonly #line: Line;
  readonly #topics = new Map<string, Subscription>();
  readonly #resumed: (() => void)[] = [];
  #wanted: Wanted[] = [];
  #unwanted: string[] = [];
  #wasThere = false;

  constructor(line: Line) {
    this.#line = line;
  }

  /** A topic that is listened to already is from now on heard by this listener. @throws whatever the line says when it cannot subscribe */
  add(topic: string, listener: (message: string) => void): Promise<void> {
    const known = this.#topics.get(topic);
    if (known) {
      known.listener = listener;
      return known.made;
    }
    const made = new Promise<void>((resolve, reject) => {
      this.#soon();
      this.#wanted.push({ topic, resolve, reject });
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
    this.#soon();
    this.#unwanted.push(topic);
  }

  hear(topic: string, message: string): void {
    this.#topics.get(topic)?.listener(message);
  }

  onResumed(listener: () => void): void {
    this.#resumed.push(listener);
  }

  /** The line is there, for the first time or again. */
  async resume(): Promise<void> {
    if (this.#wasThere) {
      if (!this.#line.keepsTopics) await this.#again();
      for (const listener of this.#resumed) listener();
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

  /** Begins what is gathered in this turn. What is not wanted any more goes first: it may be wanted again. */
  #soon(): void {
    if (this.#wanted.length > 0 || this.#unwanted.length > 0) return;
    atEndOfTurn(() => this.#flush());
  }

  #flush(): void {
    const wanted = this.#wanted;
    const unwanted = this.#unwanted.filter((topic) => !this.#topics.has(topic));
    this.#wanted = [];
    this.#unwanted = [];
    for (const topics of byBucket(unwanted, (topic) => topic)) this.#line.unsubscribe(topics).catch(() => {});
    for (const some of byBucket(wanted, ({ topic }) => topic)) {
      this.#line.subscribe(some.map(({ topic }) => topic)).then(
        () => {
          for (const { resolve } of some) resolve();
        },
        (error: unknown) => {
          for (const { reject } of some) reject(error);
        },
      );
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
