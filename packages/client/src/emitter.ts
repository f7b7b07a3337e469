/** What a callback learns beside the data: who sent a client event, on presence channels. */
export interface EventMetadata {
  readonly user_id?: string;
}

/** Hears one event. The shape of the data is agreed between the app's server and its pages, out of this library's sight. */
// biome-ignore lint/suspicious/noExplicitAny: with `unknown`, no callback that names the type of its event could be bound
export type EventCallback<Data = any> = (data: Data, metadata?: EventMetadata) => void;

/** Hears every event, with its name. */
// biome-ignore lint/suspicious/noExplicitAny: as for EventCallback
export type GlobalCallback = (event: string, data: any) => void;

/** Stops what it was returned by. */
export type Disposer = () => void;

interface Binding {
  readonly callback: EventCallback;
  readonly context: unknown;
}

/**
 * Binds callbacks to events by the rules of pusher-js: global callbacks run first, then those of the event, each in the order of
 * binding. A callback bound twice runs twice. One that is bound while its event is emitted still runs; one that is unbound then
 * runs a last time.
 *
 * A callback that throws stops neither the others nor the connection. What it threw goes to `reportError`, and where there is
 * none (Node) is thrown again in a microtask: either way it ends where uncaught errors do, so a bug stays as loud as it was.
 *
 * `Map` says which events there are, and what their data is.
 */
// biome-ignore lint/suspicious/noExplicitAny: where nothing is said of events, any may come
export class Emitter<Map extends object = any> {
  /** Vue leaves alone what says so: behind the Proxy in which it wraps what it holds, private fields are lost. */
  readonly __v_skip: boolean = true;
  #bindings: globalThis.Map<string, Binding[]> = new globalThis.Map();
  #globals: GlobalCallback[] = [];

  /**
   * Calls back on every event of this name.
   *
   * @param context `this` of the callback, and a mark by which to unbind it
   */
  bind<Name extends keyof Map & string>(event: Name, callback: EventCallback<Map[Name]>, context?: unknown): this {
    const bound = this.#bindings.get(event);
    if (bound) bound.push({ callback, context });
    else this.#bindings.set(event, [{ callback, context }]);
    return this;
  }

  /**
   * Calls back on every event of this name, as `bind` does, until it is stopped: `unbind(event, callback)` does not know the callback.
   *
   * @returns stops it, at once
   */
  on<Name extends keyof Map & string>(event: Name, callback: EventCallback<Map[Name]>): Disposer {
    let own: EventCallback<Map[Name]> | undefined = (...args) => own && callback(...args); // what is bound twice is stopped once
    this.bind(event, own);
    return () => {
      own &&= void this.unbind(event, own); // once: unbinding nothing in particular would unbind all
    };
  }

  /** The same, for the next time only. */
  once<Name extends keyof Map & string>(event: Name, callback: EventCallback<Map[Name]>): Disposer {
    const stop = this.on(event, (...args) => {
      stop();
      callback(...args);
    });
    return stop;
  }

  /**
   * The data of each such event from now on, in its order; what comes while the loop is busy waits.
   *
   * @param options `signal` ends it when it is aborted; leaving the loop ends it too
   */
  events<Name extends keyof Map & string>(
    event: Name,
    { signal }: { signal?: AbortSignal | undefined } = {},
  ): AsyncGenerator<Map[Name], void, void> {
    const said: Map[Name][] = [];
    let wake = (): void => {};
    const stop = this.on(event, (data) => {
      said.push(data);
      wake();
    });
    const end = (): void => {
      stop();
      signal?.removeEventListener("abort", end);
      wake();
    };
    signal?.addEventListener("abort", end);
    if (signal?.aborted) end();
    async function* tell(): AsyncGenerator<Map[Name], void, void> {
      try {
        while (!signal?.aborted) {
          if (said.length > 0) yield said.shift() as Map[Name];
          else
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
        }
      } finally {
        end();
      }
    }
    return tell();
  }

  /** Forgets the bindings that fit all that is given, whatever is not given; global callbacks stay. */
  unbind<Name extends keyof Map & string>(
    event?: Name | null,
    callback?: EventCallback<Map[Name]> | null,
    context?: unknown,
  ): this {
    const stays = (binding: Binding): boolean =>
      (Boolean(callback) && binding.callback !== callback) || (Boolean(context) && binding.context !== context);
    for (const name of event ? [event] : [...this.#bindings.keys()]) {
      // A new array, for an emit under way walks along the old one.
      const left = this.#bindings.get(name)?.filter(stays) ?? [];
      if (left.length > 0) this.#bindings.set(name, left);
      else this.#bindings.delete(name);
    }
    return this;
  }

  /** Calls back on every event. */
  bind_global(callback: GlobalCallback): this {
    this.#globals.push(callback);
    return this;
  }

  /** Forgets one global callback, or all. */
  unbind_global(callback?: GlobalCallback): this {
    this.#globals = callback ? this.#globals.filter((bound) => bound !== callback) : [];
    return this;
  }

  /** Forgets every callback, the global ones too. */
  unbind_all(): this {
    return this.unbind().unbind_global();
  }

  /** Tells the callbacks of an event. Those bound to it get as many arguments as there is something to say. */
  emit(event: string, data?: unknown, metadata?: EventMetadata): this {
    for (const callback of this.#globals) call(callback, undefined, [event, data]);
    const args: [data?: unknown, metadata?: EventMetadata] = metadata
      ? [data, metadata]
      : data === undefined
        ? []
        : [data];
    for (const { callback, context } of this.#bindings.get(event) ?? []) call(callback, context ?? globalThis, args);
    return this;
  }
}

// biome-ignore lint/suspicious/noExplicitAny: it knows nothing of what callbacks take
function call(callback: (...args: any[]) => void, context: unknown, args: readonly unknown[]): void {
  try {
    callback.apply(context, args as unknown[]);
  } catch (error) {
    if (typeof reportError === "function") reportError(error);
    else
      queueMicrotask(() => {
        throw error;
      });
  }
}
