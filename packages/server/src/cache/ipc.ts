import type { Clock } from "../clock.ts";
import type { Link } from "../ipc/link.ts";
import type { Cache, Remembered } from "./cache.ts";
import { Recalls } from "./recalls.ts";

/** The cache of a worker: its parent keeps it. */
export class IpcCache implements Cache {
  readonly #link: Link;
  readonly #clock: Clock;
  readonly #recalls = new Recalls();

  constructor(link: Link, clock: Clock) {
    this.#link = link;
    this.#clock = clock;
  }

  async remember(app: string, channel: string, frame: string, seconds: number): Promise<void> {
    this.heard(app, channel, frame, seconds);
    await this.#link.ask("remember", app, channel, frame, seconds);
  }

  async recall(app: string, channel: string): Promise<Remembered | undefined> {
    const answer = this.#link.ask("recall", app, channel).then((last) => last ?? undefined);
    return this.#recalls.ask(`${app}/${channel}`, answer);
  }

  heard(app: string, channel: string, frame: string, seconds: number): void {
    this.#recalls.sent(`${app}/${channel}`, { frame, until: this.#clock.now() + seconds * 1000 });
  }
}
