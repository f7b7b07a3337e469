import { work } from "./backend.js";

export default {
  /** @param {Request} request */
  async fetch(request) {
    const { port, webhook } = /** @type {any} */ (await request.json());
    return Response.json(await work(port, webhook));
  },
};
