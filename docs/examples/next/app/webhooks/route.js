import { webhook } from "../../usher.js";

export { webhook as POST };
