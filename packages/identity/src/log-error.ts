/** Where errors of an app go that named no other place for them. */
export function logError(error: unknown): void {
  // biome-ignore lint/suspicious/noConsole: they must not be lost
  console.error(error);
}
