import type Usher from "@usher/client";

/** What this app's channels and users are told; its backend can import the same file. */
export interface AppEvents {
  channels: {
    news: { headline: { text: string } };
    [order: `private-order.${string}`]: { paid: { amount: number } };
    "presence-room": { "client-typing": { on: boolean } };
  };
  user: { greeting: { text: string } };
}

export async function watch(usher: Usher<AppEvents>, id: number): Promise<void> {
  usher.subscribe("news").bind("headline", ({ text }) => console.log(text)); // text is a string

  const stop = usher.user.on("greeting", ({ text }) => console.log(text)); // on() returns what stops it
  usher.user.once("greeting", stop);

  const order = usher.subscribe(`private-order.${id}`);
  for await (const { amount } of order.events("paid", { signal: AbortSignal.timeout(60_000) })) {
    if (amount > 100) return; // leaving the loop stops listening
  }
}
