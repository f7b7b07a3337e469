import { pino } from "pino";
import pretty from "pino-pretty";

/** Structured log: the members first, then the sentence. Credentials and the data of events never go in. */
export interface Log {
  info(members: object, sentence: string): void;
  warn(members: object, sentence: string): void;
  error(members: object, sentence: string): void;
}

/** Lines of JSON on standard output; on a terminal, lines for people. @param base stands in every line */
export function createLog(base: object | null = null): Log {
  if (!process.stdout.isTTY) return pino({ base });
  return pino({ base }, pretty({ ignore: "pid,hostname", translateTime: "HH:MM:ss", sync: true }));
}

/** For servers inside tests and other programs that do not want to hear. */
export const silentLog: Log = { info() {}, warn() {}, error() {} };
