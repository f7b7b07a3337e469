const internal = "pusher_internal:";

/** Whether the event is between server and client alone: apps never hear of it under this name. */
export function isInternal(event: string): boolean {
  return event.startsWith(internal);
}

/** Whether the event is the protocol's own, and so none that an app's server has sent. */
export function isReserved(event: string): boolean {
  return event.startsWith("pusher:") || isInternal(event);
}
