/**
 * What an app does in every runtime: signs in, and joins a channel, by its backend's leave.
 *
 * @param {new (key: string, options: any) => any} Usher
 * @param {string} backend where the app's own endpoints are
 * @param {number} port of the server
 * @returns {Promise<string>} what the backend calls the user
 */
export async function signIn(Usher, backend, port) {
  const headers = { authorization: "Bearer ann" };
  const usher = new Usher("app-key", {
    wsHost: "127.0.0.1",
    wsPort: port,
    forceTLS: false,
    userAuthentication: { endpoint: `${backend}/pusher/user-auth`, headers },
    channelAuthorization: { endpoint: `${backend}/pusher/auth`, headers },
  });
  await usher.signin({ timeout: 5000 });
  const lobby = usher.subscribe("presence-lobby");
  const { me } = await new Promise((resolve) => void lobby.bind("pusher:subscription_succeeded", resolve));
  usher.disconnect();
  return me.info.name;
}
