/** Where a client writes what it does: `log` if there is one, else the console if the app wants it there. */
export interface LogTarget {
  log?: ((message: string) => void) | undefined;
  logToConsole: boolean;
}

/** Writes down that something happened. Signatures are never among the details. */
export type Log = (happened: string, ...details: unknown[]) => void;

/** A log that asks its target anew each time, so that an app can switch it on at any moment. */
export function logTo(target: LogTarget): Log {
  return (happened, ...details) => {
    if (!target.log && !target.logToConsole) return;
    const words = details.map((detail) => (typeof detail === "string" ? detail : JSON.stringify(detail)));
    const message = ["Usher", happened, ...words].filter(Boolean).join(" : ");
    if (target.log) return target.log(message);
    // biome-ignore lint/suspicious/noConsole: the app has asked for it
    console.log(message);
  };
}
