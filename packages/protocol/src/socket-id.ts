const socketId = /^\d+\.\d+$/;

/**
 * Whether the value is a socket id: two decimal numbers joined by a point. Everything that gets signed begins with a socket id,
 * so a looser check would let one signature stand for another string.
 */
export function isSocketId(value: unknown): value is string {
  return typeof value === "string" && socketId.test(value);
}
