import Usher from "@usher/client";
import { UsherProvider, useConnection, useEvent, usePresence, useUser, useUserEvent } from "@usher/client/react";
import { useState } from "react";

const usher = new Usher("app-key", { wsHost: "127.0.0.1", wsPort: 6001, forceTLS: false });

export function App() {
  return (
    <UsherProvider client={usher}>
      <Session />
      <Lobby />
    </UsherProvider>
  );
}

function Session() {
  const { user, state, error, signIn, signOut } = useUser();
  const [greeting, setGreeting] = useState("");
  useUserEvent("greeting", ({ text }) => setGreeting(text));
  if (user)
    return (
      <button type="button" onClick={signOut}>
        {greeting || `You are ${user.id}: sign out`}
      </button>
    );
  return (
    <button type="button" disabled={state !== "signed_out" && state !== "failed"} onClick={() => void signIn()}>
      {error ? `${error.message} Try again` : "Sign in"}
    </button>
  );
}

function Lobby() {
  const { members, subscribed } = usePresence("presence-lobby");
  const [last, setLast] = useState("");
  useEvent("presence-lobby", "client-wave", (_, metadata) => setLast(`${metadata?.user_id} waves`));
  const connection = useConnection();
  return (
    <p>
      {subscribed ? [...members.keys()].join(", ") : connection} {last}
    </p>
  );
}
