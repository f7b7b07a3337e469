import Usher, { SigninError } from "@usher/client";

let token = "expired"; // yours come from your login

const usher = new Usher("app-key", {
  wsHost: "127.0.0.1",
  wsPort: 6001,
  forceTLS: false,
  userAuthentication: {
    endpoint: "http://127.0.0.1:3002/pusher/user-auth",
    headersProvider: async () => ({ authorization: `Bearer ${token}` }), // asked before each request
    onUnauthorized: async () => {
      token = "fresh"; // the endpoint said 401: get a new one here, and the request is made once more
    },
  },
});

usher.user.bind("state_change", ({ previous, current }) => console.log(`${previous} -> ${current}`));

try {
  const user = await usher.signin({ timeout: 20_000 });
  console.log(`signed in as ${user.id}`);
} catch (error) {
  if (error instanceof SigninError) console.log(`${error.code}: ${error.message}`);
}
usher.disconnect();
