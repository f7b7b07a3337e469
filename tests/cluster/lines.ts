import { once } from "node:events";
import { connect } from "node:net";

/** Ends all connections to a redis-server again and again for half a second: what is said meanwhile is lost, or nobody hears it. */
export async function cutLines(port: number): Promise<void> {
  const socket = connect(port, "127.0.0.1");
  for (const end = performance.now() + 500; performance.now() < end; ) {
    socket.write("CLIENT KILL TYPE pubsub\r\nCLIENT KILL TYPE normal SKIPME yes\r\n");
    await once(socket, "data");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  socket.destroy();
}
