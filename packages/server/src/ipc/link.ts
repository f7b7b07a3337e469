import type { Line, Orders, Questions, Remarks } from "./line.ts";

/** What goes over a line from a worker: a question with its number, or a remark. */
export interface Said {
  readonly act: string;
  readonly args: readonly unknown[];
  readonly question?: number;
}

/** What goes over a line to a worker: the answer to a question, or an order. */
export type Heard =
  | { readonly answer: number; readonly is: unknown }
  | { readonly act: string; readonly args: readonly unknown[] };

type Answer<Act extends keyof Questions> = Awaited<ReturnType<Questions[Act]>>;

/** A worker's end of the line to its parent. A parent that is gone answers nothing; but then the worker ends, too. */
export class Link {
  readonly #line: Line;
  readonly #waiting = new Map<number, (is: unknown) => void>();
  readonly #listeners = new Map<string, (...args: never[]) => void>();
  #questions = 0;

  constructor(line: Line) {
    this.#line = line;
    line.hear((message) => this.#hear(message as Heard));
  }

  ask<Act extends keyof Questions>(act: Act, ...args: Parameters<Questions[Act]>): Promise<Answer<Act>> {
    const question = ++this.#questions;
    return new Promise((resolve) => {
      this.#waiting.set(question, resolve as (is: unknown) => void);
      this.#line.say({ act, args, question } satisfies Said);
    });
  }

  say<Act extends keyof Remarks>(act: Act, ...args: Parameters<Remarks[Act]>): void {
    this.#line.say({ act, args } satisfies Said);
  }

  on<Act extends keyof Orders>(act: Act, listener: Orders[Act]): void {
    this.#listeners.set(act, listener);
  }

  #hear(heard: Heard): void {
    if ("act" in heard) {
      this.#listeners.get(heard.act)?.(...(heard.args as never[]));
      return;
    }
    this.#waiting.get(heard.answer)?.(heard.is);
    this.#waiting.delete(heard.answer);
  }
}
