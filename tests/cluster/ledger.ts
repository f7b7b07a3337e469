import type { Client } from "./client.ts";

interface Entry {
  readonly number: number;
  readonly what: string;
  /** Who may get it at all: nobody else, and nobody twice. */
  readonly may: ReadonlySet<Client>;
  /** Who must have got it. */
  readonly must: ReadonlySet<Client>;
}

/** Every event that was published, and whose it was. */
export class Ledger {
  readonly #entries: Entry[] = [];

  write(entry: Entry): void {
    this.#entries.push(entry);
  }

  /** Says which event somebody lacks. */
  lacking(): string | undefined {
    for (const { number, what, must } of this.#entries)
      for (const client of must)
        if (client.open && !client.heard.has(number)) return `${client.name} has not got ${what}`;
    return undefined;
  }

  /** Says which events came to whom they should not, or twice. */
  excess(clients: readonly Client[]): string[] {
    return this.#entries.flatMap(({ number, what, may }) =>
      clients.flatMap((client) => {
        const times = client.heard.get(number) ?? 0;
        if (times > 0 && !may.has(client)) return [`${client.name} got ${what}, which was not for it`];
        return times > 1 ? [`${client.name} got ${what} ${times} times`] : [];
      }),
    );
  }
}
