import { WebSocket } from "ws";
import type { Connection, Member } from "./model.ts";
import type { AppServer } from "./signed.ts";
import { within } from "./until.ts";
import { Views } from "./views.ts";

interface Frame {
  readonly event: string;
  readonly channel?: string;
  // biome-ignore lint/suspicious/noExplicitAny: each event has its own
  readonly data?: any;
}

/** What became of a subscription. */
export type Entry =
  | { readonly entered: true; readonly infos: Map<string, string> }
  | { readonly entered: false; readonly type: string };

/** A socket that remembers what it heard, and holds it against what may be heard. */
export class Client {
  readonly name: string;
  readonly connection: Connection;
  socketId = "";
  /** The code with which the server, or the test, ended it. */
  closedWith: number | undefined;
  readonly closed: Promise<void>;
  /** Published events by their number: how often each was heard. */
  readonly heard = new Map<number, number>();
  readonly views: Views;
  /** Answers to the latest subscriptions. */
  readonly entries = new Map<string, Entry>();
  signin: "none" | "asked" | "succeeded" | "refused" = "none";
  /** The last frames, for whoever must find out why. */
  readonly tail: string[] = [];
  readonly #app: AppServer;
  readonly #socket: WebSocket;
  readonly #fault: (sentence: string) => void;
  /** The channels it has asked to be in, as whom. */
  readonly #wanted = new Map<string, Member | undefined>();
  /** Those whose answer is still to come. */
  readonly #asked = new Set<string>();
  /** Those that it has left before there was one. */
  #perhaps: string[] = [];
  /** Channels that it has left, until the server must have heard of it. */
  readonly #leaving = new Set<string>();
  readonly #waiting: { readonly event: string; readonly heard: () => void }[] = [];
  #user: string | undefined;

  private constructor(
    name: string,
    connection: Connection,
    url: string,
    app: AppServer,
    limit: number,
    fault: (sentence: string) => void,
  ) {
    this.name = name;
    this.connection = connection;
    this.#app = app;
    this.#fault = (sentence) => fault(`${name} heard: ${sentence}`);
    this.views = new Views(limit, this.#fault);
    this.#socket = new WebSocket(url);
    this.#socket.on("message", (bytes: Buffer) => this.#hear(bytes.toString()));
    this.#socket.on("error", () => {});
    this.closed = new Promise((resolve) => {
      this.#socket.on("close", (code) => {
        this.closedWith = code;
        resolve();
      });
    });
  }

  /** Rejects if the socket ends before the handshake. */
  static async open(
    name: string,
    connection: Connection,
    port: number,
    app: AppServer,
    limit: number,
    fault: (sentence: string) => void,
  ): Promise<Client> {
    const client = new Client(name, connection, app.socketUrl(port), app, limit, fault);
    await client.next("pusher:connection_established", 10);
    return client;
  }

  get open(): boolean {
    return this.closedWith === undefined;
  }

  /** Resolves with the next such event. */
  async next(event: string, seconds: number): Promise<void> {
    const heard = new Promise<void>((resolve) => this.#waiting.push({ event, heard: resolve }));
    const ended = this.closed.then(() => Promise.reject(new Error(`${this.name} was closed with ${this.closedWith}`)));
    await within(seconds, `${event} of ${this.name}`, Promise.race([heard, ended]));
  }

  enter(channel: string, member: Member | undefined): void {
    this.#wanted.set(channel, member);
    if (this.#asked.has(channel)) this.#perhaps.push(channel);
    this.#asked.add(channel);
    this.entries.delete(channel);
    this.#say(this.#app.subscribe(this.socketId, channel, member));
  }

  leave(channel: string): void {
    this.#wanted.delete(channel);
    if (this.#asked.delete(channel)) this.#perhaps.push(channel);
    this.entries.delete(channel);
    this.#leaving.add(channel);
    this.#say({ event: "pusher:unsubscribe", data: { channel } });
  }

  signIn(user: string, watchlist: readonly string[]): void {
    this.signInWith(this.signedFor(user, watchlist));
  }

  signedFor(user: string, watchlist: readonly string[]): object {
    return this.#app.signin(this.socketId, user, watchlist);
  }

  signInWith(signed: object): void {
    this.signin = "asked";
    this.#say(signed);
  }

  hangUp(rudely: boolean): void {
    if (rudely) this.#socket.terminate();
    else this.#socket.close();
  }

  /** What it waits for, if anything. */
  get unanswered(): string | undefined {
    if (!this.open) return undefined;
    const waits = [...this.#asked, ...(this.signin === "asked" ? ["a sign-in"] : [])];
    return waits.length === 0 ? undefined : `${this.name} has no answer to ${waits}`;
  }

  /** What was said to the server so far is heard: from a channel that was left nothing may come any more. */
  async settle(): Promise<void> {
    if (!this.open) return;
    this.#say({ event: "pusher:ping", data: {} });
    await Promise.race([this.next("pusher:pong", 10), this.closed]);
    for (const channel of this.#leaving) if (!this.#wanted.has(channel)) this.views.rooms.delete(channel);
    this.#leaving.clear();
    this.#perhaps = [];
  }

  #say(frame: object): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame));
  }

  #hear(text: string): void {
    this.tail.push(`${new Date().toISOString().slice(17)} ${text}`);
    const frame = JSON.parse(text) as Frame;
    const said = typeof frame.data === "string" ? JSON.parse(frame.data) : frame.data;
    this.#take(frame.event, frame.channel ?? "", said);
    const at = this.#waiting.findIndex(({ event }) => event === frame.event);
    for (const { heard } of at < 0 ? [] : this.#waiting.splice(at, 1)) heard();
  }

  // biome-ignore lint/suspicious/noExplicitAny: each event has its own
  #take(event: string, channel: string, said: any): void {
    switch (event) {
      case "pusher:connection_established":
        this.socketId = said.socket_id;
        return;
      case "pusher:pong":
        return;
      case "pusher:signin_success":
        this.#user = (JSON.parse(said.user_data) as { id: string }).id;
        this.signin = "succeeded";
        this.views.online.clear();
        return;
      case "pusher_internal:watchlist_events":
        for (const { name, user_ids } of said.events) this.views.watched(user_ids, name === "online");
        return;
      case "pusher:error":
        if (said.refused === "pusher:signin") this.signin = "refused";
        else if (said.code !== 4009) this.#fault(JSON.stringify(said));
        return;
      case "event":
        this.#event(channel, said.number);
        return;
      default:
        this.#ofChannel(event, channel, said);
    }
  }

  // biome-ignore lint/suspicious/noExplicitAny: each event has its own
  #ofChannel(event: string, channel: string, said: any): void {
    if (!this.#wanted.has(channel)) {
      if (!this.#leaving.has(channel)) this.#fault(`${event} of ${channel}, which it is not in`);
      return;
    }
    const member = this.#wanted.get(channel);
    const self = member?.user;
    switch (event) {
      case "pusher_internal:subscription_succeeded": {
        if (!this.#asked.delete(channel) && !this.#mayHear(channel)) this.#fault(`a second success of ${channel}`);
        const infos = this.views.entered(channel, member, said, !this.#leaving.has(channel));
        this.entries.set(channel, { entered: true, infos });
        return;
      }
      case "pusher:subscription_error":
        this.#asked.delete(channel);
        this.#wanted.delete(channel);
        this.views.rooms.delete(channel);
        this.entries.set(channel, { entered: false, type: said.type });
        return;
      case "pusher_internal:subscription_count":
        return; // it may be old by now; what is, the nodes are asked
      case "pusher_internal:member_added":
        this.views.added(channel, said.user_id, self);
        return;
      case "pusher_internal:member_removed":
        this.views.removed(channel, said.user_id, self);
        return;
      default:
        this.#fault(`${event} on ${channel}`);
    }
  }

  /** It had asked, and left before there was an answer: there may be one all the same. */
  #mayHear(channel: string): boolean {
    const at = this.#perhaps.indexOf(channel);
    if (at >= 0) this.#perhaps.splice(at, 1);
    return at >= 0;
  }

  #event(channel: string, number: number): void {
    this.heard.set(number, (this.heard.get(number) ?? 0) + 1);
    const user = /^#server-to-user-(.*)$/.exec(channel)?.[1];
    if (user !== undefined) {
      if (user !== this.#user) this.#fault(`event ${number} for ${user}, as whom it has not signed in`);
      return;
    }
    if (!this.views.rooms.has(channel) && !this.#leaving.has(channel))
      this.#fault(`event ${number} of ${channel}, which it is not in`);
  }
}
