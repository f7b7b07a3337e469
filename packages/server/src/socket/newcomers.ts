import { errors } from "@usher/protocol";
import type { Cancel, Clock } from "../clock.ts";
import type { Connection } from "./connection.ts";

/** How often those who have still to show something are looked at; milliseconds. */
const sweep = 1000;

/**
 * The connections of apps that require users, for as long as they have shown nothing that the app server signed: neither a
 * sign-in nor a subscription to a private or presence channel. Who has shown nothing when its time is over is sent away.
 *
 * @see docs/protocol.md, 4.5
 */
export class Newcomers {
  readonly #clock: Clock;
  readonly #deadlines = new Map<Connection, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A connection was opened. */
  expect(connection: Connection): void {
    const { required, timeoutSeconds } = connection.app.users;
    if (required) this.#deadlines.set(connection, this.#clock.now() + timeoutSeconds * 1000);
  }

  /** The connection has shown something, or is gone. */
  release(connection: Connection): void {
    this.#deadlines.delete(connection);
  }

  /** Sends those away whose time is over, until it is cancelled. */
  watch(): Cancel {
    return this.#clock.every(sweep, () => this.#sweep());
  }

  #sweep(): void {
    for (const [connection, deadline] of this.#deadlines) {
      if (deadline > this.#clock.now()) continue;
      this.#deadlines.delete(connection);
      const { timeoutSeconds } = connection.app.users;
      const message = `Sign in, or enter a private or presence channel, within ${timeoutSeconds} s of connecting`;
      connection.send({ event: "pusher:error", data: { code: errors.unauthorized.code, message } });
      connection.end("unauthorized", message);
    }
  }
}
