import Usher from "@usher/client";
import { signIn } from "../bundlers/app/sign-in.js";

export default {
  /** @param {Request} request */
  async fetch({ url }) {
    const { searchParams } = new URL(url);
    return new Response(await signIn(Usher, searchParams.get("backend") ?? "", Number(searchParams.get("port"))));
  },
};
