import { Usher } from "@usher/client";
import {
  UsherProvider,
  useChannel,
  useConnection,
  useEvent,
  usePresence,
  useUser,
  useUserEvent,
  useWatchlist,
} from "@usher/client/react";
import { StrictMode, useState } from "react";
import { createRoot } from "react-dom/client";

/** The port of the channels server; the test puts it in when it bundles. */
declare const __PORT__: number;

const usher = new Usher("app-key", { wsHost: "127.0.0.1", wsPort: __PORT__, forceTLS: false });

function Session() {
  const { state, user, error, signIn, signOut } = useUser();
  const [greeting, setGreeting] = useState("");
  useUserEvent("greeting", ({ text }) => setGreeting(text));
  const watched = [...useWatchlist()].map(([id, online]) => `${id} is ${online ? "there" : "away"}`);
  return (
    <section>
      <p>connection {useConnection()}</p>
      <p>user {state === "failed" ? `failed (${error?.status})` : (user?.id ?? state)}</p>
      <p>greeting {greeting}</p>
      <p>{watched.join()}</p>
      <button type="button" onClick={() => void signIn()}>
        sign in
      </button>
      <button type="button" onClick={signOut}>
        sign out
      </button>
    </section>
  );
}

function Lobby() {
  const { members, me, subscribed } = usePresence("presence-lobby");
  return <p>lobby {subscribed ? `${[...members.keys()].sort()} as ${me?.id}` : "closed"}</p>;
}

/** Names the channel of the lobby first, and may go before it. */
function Waves() {
  useEvent("presence-lobby", "client-wave", () => {});
  return <p>waves</p>;
}

function Headline({ name }: { name: string }) {
  const { subscribed } = useChannel("news");
  const [heard, setHeard] = useState(0);
  useEvent("news", "headline", ({ n }) => setHeard(heard + n));
  return (
    <p>
      {name} {subscribed ? `heard ${heard}` : "waits"}
    </p>
  );
}

function App() {
  const [shown, setShown] = useState(2);
  const [waves, setWaves] = useState(true);
  return (
    <UsherProvider client={usher}>
      <Session />
      {waves && <Waves />}
      <Lobby />
      <button type="button" onClick={() => setWaves(false)}>
        no waves
      </button>
      {shown > 0 && <Headline name="one" />}
      {shown > 1 && <Headline name="two" />}
      <button type="button" onClick={() => setShown(shown - 1)}>
        fewer
      </button>
    </UsherProvider>
  );
}

createRoot(document.body.appendChild(document.createElement("main"))).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
