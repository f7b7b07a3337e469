/** `GET /ready`: whether this node serves. It listens only while it does, so that it answers says it all. */
export const ready: object = { ready: true };
