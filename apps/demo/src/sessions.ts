import { randomBytes, randomUUID } from "node:crypto";
import type { Device, Person } from "./wire.ts";

/** Somebody who is logged in on one device. */
export interface Session {
  /** What the cookie holds, and nobody else may know. */
  readonly token: string;
  readonly person: Person;
  readonly device: Device;
}

/** Who is logged in where, in memory. */
export class Sessions {
  readonly #byToken = new Map<string, Session>();

  begin(person: Person, deviceName: string): Session {
    const device: Device = { id: randomUUID(), name: deviceName, since: new Date().toISOString() };
    const session: Session = { token: randomBytes(24).toString("base64url"), person, device };
    this.#byToken.set(session.token, session);
    return session;
  }

  /** @param cookies the header of a request */
  find(cookies: string | null | undefined): Session | undefined {
    const pairs = (cookies ?? "").split(";").map((pair) => pair.trim().split("="));
    const token = pairs.find(([name]) => name === sessionCookie)?.[1];
    return token === undefined ? undefined : this.#byToken.get(token);
  }

  end({ token }: Session): void {
    this.#byToken.delete(token);
  }

  endAllOf({ id }: Person): void {
    for (const session of this.#byToken.values()) if (session.person.id === id) this.end(session);
  }

  /** The oldest first. */
  devicesOf({ id }: Person): Device[] {
    return [...this.#byToken.values()].filter(({ person }) => person.id === id).map(({ device }) => device);
  }
}

/** The name of the cookie that holds the token. */
export const sessionCookie = "usher-demo-session";
