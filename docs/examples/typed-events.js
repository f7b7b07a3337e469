export async function watch(usher, id) {
    usher.subscribe("news").bind("headline", ({ text }) => console.log(text)); // text is a string
    const stop = usher.user.on("greeting", ({ text }) => console.log(text)); // on() returns what stops it
    usher.user.once("greeting", stop);
    const order = usher.subscribe(`private-order.${id}`);
    for await (const { amount } of order.events("paid", { signal: AbortSignal.timeout(60_000) })) {
        if (amount > 100)
            return; // leaving the loop stops listening
    }
}
