import { configureEcho, useConnectionStatus, useEcho, useEchoPresence, useEchoPublic } from "@laravel/echo-react";
import { StrictMode, useEffect, useState } from "react";
import { createRoot } from "react-dom/client";

// In JavaScript, for the types of laravel-echo do not compile under nodenext. __PORT__ is put in when the test bundles.

configureEcho({
  broadcaster: "pusher",
  key: "app-key",
  cluster: "any",
  wsHost: "127.0.0.1",
  wsPort: __PORT__,
  forceTLS: false,
  enabledTransports: ["ws"],
  authEndpoint: "/pusher/auth",
});

function App() {
  const [paid, setPaid] = useState(0);
  const [said, setSaid] = useState("nothing");
  const [here, setHere] = useState([]);
  useEchoPublic("orders", ".paid", ({ order }) => setPaid((sum) => sum + order));
  useEcho("room", ".said", ({ text }) => setSaid(text));
  const { channel } = useEchoPresence("lobby");
  useEffect(() => {
    channel().here((members) => setHere(members.map(({ name }) => name)));
    channel().joining(({ name }) => setHere((all) => [...all, name]));
    channel().leaving(({ name }) => setHere((all) => all.filter((one) => one !== name)));
  }, [channel]);
  return (
    <main>
      <p>{useConnectionStatus()}</p>
      <p>paid {paid}</p>
      <p>said {said}</p>
      <p>here {here.sort().join()}</p>
    </main>
  );
}

createRoot(document.body.appendChild(document.createElement("div"))).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
